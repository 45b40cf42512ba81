import { IOS_15_7 } from './releases/ios-15.7.ts';
import { IOS_XE_17_9 } from './releases/ios-xe-17.9.ts';

/** What differs from release to release. Everything else is the same router. */
export interface Personality {
  readonly release: Release;
  /** `show version` as it stands. */
  readonly versionLines: (facts: VersionFacts) => readonly string[];
  readonly platform: { readonly pid: string; readonly description: string };
  readonly interfaces: readonly string[];
  readonly rsa: { readonly least: number; readonly most: number; readonly preset: number };
  /** Hash of request and SCEP signature when the trustpoint has no `hash` line. */
  readonly defaultHash: 'md5' | 'sha1' | 'sha256';
  readonly contentCipher: 'des' | '3des';
  /** How the PKCS#10 carries its extensions: classic IOS wraps them in a T61String. */
  readonly extensionsInT61String: boolean;
  /** The router's full name stands as a DNS name in the request, also where no `subject-alt-name` line asks for it. */
  readonly namesItselfInAltName: boolean;
  /** `commandwill` stands glued in captures of 15.x to 17.x. */
  readonly showHint: (trustpoint: string) => string;
  /** Text of the log line for a refused request. */
  readonly rejected: (trustpoint: string) => string;
  /** The log entry for a certificate that came; undefined leaves it at `%PKI-6-CERTRET`. */
  readonly installed: ((facts: InstalledFacts) => LogEntry) | undefined;
  /** The log entry about a request that comes before its fingerprints, if there is one. */
  readonly requested: ((facts: { readonly md5: string; readonly sha1: string }) => LogEntry) | undefined;
  /** `%PKI-6-CERT_ENROLL_MANUAL` appears while the router waits for the challenge password. */
  readonly logsBetweenPasswords: boolean;
  /** A log line continues the line the cursor is on instead of starting a new one. */
  readonly logsGluedToPrompt: boolean;
  /** What `crypto pki enroll` says and asks when the trustpoint holds a router certificate. */
  readonly reenrollment: { readonly statement: (trustpoint: string) => string; readonly question: string };
}

export interface VersionFacts {
  readonly hostname: string;
  /** `2 hours, 3 minutes` */
  readonly uptime: string;
  readonly serialNumber: string;
}

export interface InstalledFacts {
  readonly trustpoint: string;
  readonly issuer: string;
  readonly subject: string;
  readonly serial: string;
  readonly notAfter: Date;
}

/** `PKI-6-CERTRET` and what stands behind it; further lines after `\n`. */
export interface LogEntry {
  readonly message: string;
  readonly text: string;
}

export type Release = '15.7' | '17.9';

export const PERSONALITIES: Readonly<Record<Release, Personality>> = {
  '15.7': IOS_15_7,
  '17.9': IOS_XE_17_9,
};
