import type { Pkcs12Age } from './pki/pkcs12-crypto.ts';
import { IOS_12_2 } from './releases/ios-12.2.ts';
import { IOS_12_4 } from './releases/ios-12.4.ts';
import { IOS_15_2 } from './releases/ios-15.2.ts';
import { IOS_15_7 } from './releases/ios-15.7.ts';
import { IOS_XE_16_9 } from './releases/ios-xe-16.9.ts';
import { IOS_XE_17_9 } from './releases/ios-xe-17.9.ts';
import { IOS_XE_17_16 } from './releases/ios-xe-17.16.ts';
import type { SshSuite } from './ssh-suites.ts';

/** What differs from release to release. Everything else is the same router. */
export interface Personality {
  readonly release: Release;
  /** `show version` as it stands. No release's text was captured whole. */
  readonly versionLines: (facts: VersionFacts) => readonly string[];
  readonly platform: { readonly pid: string; readonly description: string };
  readonly interfaces: readonly string[];
  readonly ssh: SshSuite;
  /** What stands behind `crypto`: `ca` alone up to 12.3(7)T; later releases print `pki` and take both. */
  readonly pkiWord: 'pki' | 'ca';
  /** Commands that this release does not have, by what needs them. */
  readonly lacks: readonly Feature[];
  /** How log lines are stamped unless the configuration says otherwise. */
  readonly logStamps: 'uptime' | 'datetime';
  /** `clock timezone PST -8 0`; old releases show the minutes only when there are some. */
  readonly showsZoneMinutes: boolean;
  readonly keys: KeyManners;
  /** How PKCS#12 files may be protected: as before PBES2 only, or in any way. */
  readonly pkcs12: Pkcs12Age;
  readonly request: RequestManners;
  readonly wording: Wording;
  readonly listing: ListingManners;
  readonly log: LogManners;
}

/** Something a release has or lacks. */
export type Feature =
  | 'certificate server'
  | 'enrollment profile'
  | 'file enrollment'
  | 'certificates pem'
  | 'certificates verbose'
  | 'ec 521'
  | 'ec keys'
  | 'fingerprint'
  | 'hash'
  | 'ikev2'
  | 'ipv6 enrollment'
  | 'key label'
  | 'key storage'
  | 'output section'
  | 'pem enrollment'
  | 'pkcs12 password'
  | 'revocation-check'
  | 'rollback timer'
  | 'self-signed'
  | 'subject-alt-name'
  | 'trustpoints status';

export interface KeyManners {
  readonly least: number;
  readonly most: number;
  /** Offered where no modulus was typed. */
  readonly preset: number;
  /** `% Generating 512 bit RSA keys ...[OK]` on one line, or what modern releases print. */
  readonly progress: 'one-line' | 'two-lines';
  /** `show crypto key mypubkey`: without type and storage, with them, or with the size beside the type. */
  readonly listing: 'bare' | 'typed' | 'sized';
  /** What stands for the storage of an EC key. */
  readonly ecStorage: 'not specified' | 'private-config';
  /** Below so many bits a key is made, and warned of; 0 never. */
  readonly warnsBelow: number;
}

export interface RequestManners {
  /** Hash of request and SCEP signature when the trustpoint has no `hash` line. */
  readonly hash: 'md5' | 'sha1' | 'sha256';
  readonly cipher: 'des' | '3des';
  /** X.509 version of the temporary certificate that signs the first request. */
  readonly signerVersion: 1 | 3;
  /** How the PKCS#10 carries its extensions: classic IOS wraps them in a T61String. */
  readonly extensionsInT61String: boolean;
  /** The router's full name stands as a DNS name in the request, also where no `subject-alt-name` line asks for it. */
  readonly namesItselfInAltName: boolean;
}

export interface Wording {
  /** `authenticate` shows MD5 and SHA1 with their names, or MD5 without. */
  readonly fingerprints: 'named' | 'md5-only';
  /** `% The subject name in the certificate will include:` or `will be:`. */
  readonly subject: 'include' | 'be';
  /** Printed behind `% Certificate request sent to Certificate Authority`. */
  readonly sent: (trustpoint: string) => readonly string[];
  /** With `enrollment terminal pem` certificates are asked for as the import of PEM files asks, or as without `pem`. */
  readonly asksForPem: boolean;
  /** What `enroll` says and asks when the trustpoint holds a router certificate. */
  readonly reenrollment: { readonly statement: (trustpoint: string) => string; readonly question: string };
}

/** `show crypto pki certificates`. */
export interface ListingManners {
  readonly serialLabel: string;
  readonly crlLabel: string;
  /** `cn=x`, or `CN = x` with unknown types as numbers. */
  readonly names: 'plain' | 'spaced';
  /** A certificate that does not renew itself shows the beginning of 1970 as its renew date. */
  readonly showsNoRenewalAs1970: boolean;
}

export interface LogManners {
  /** `PKI`, or `CRYPTO` before PKI messages had a facility of their own. */
  readonly facility: 'PKI' | 'CRYPTO';
  readonly notSaved: string;
  /** Text for a refused request. */
  readonly rejected: (trustpoint: string) => string;
  /** What is logged for a certificate that came; undefined leaves it at `CERTRET`. */
  readonly installed: ((facts: InstalledFacts) => LogEntry) | undefined;
  /** What is logged about a request before its fingerprints. */
  readonly requested: ((facts: { readonly md5: string; readonly sha1: string }) => LogEntry) | undefined;
  /** The fingerprints of a request: notes with a time, or one bare line. */
  readonly fingerprints: 'notes' | 'bare-md5';
  /** `CERT_ENROLL_MANUAL` appears while the router waits for the challenge password. */
  readonly betweenPasswords: boolean;
  /** `%CRYPTO_ENGINE-5-KEY_ADDITION` and `%PKI-6-TRUSTPOINT_CREATE`. */
  readonly additions: boolean;
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

export const RELEASES = ['12.2', '12.4', '15.2', '15.7', '16.9', '17.9', '17.16'] as const;

export type Release = (typeof RELEASES)[number];

export const PERSONALITIES: Readonly<Record<Release, Personality>> = {
  '12.2': IOS_12_2,
  '12.4': IOS_12_4,
  '15.2': IOS_15_2,
  '15.7': IOS_15_7,
  '16.9': IOS_XE_16_9,
  '17.9': IOS_XE_17_9,
  '17.16': IOS_XE_17_16,
};
