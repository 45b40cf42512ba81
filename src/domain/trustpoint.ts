import type { Fingerprint } from './fingerprint.ts';
import type { EnrollmentMethod } from './method.ts';
import type { Secret } from './secret.ts';

/** A certificate authority as the inventory describes it: where it answers, how it is recognised, what it asks for. */
export interface Authority {
  readonly name: string;
  /** Absent: it speaks no SCEP. */
  readonly scep?: ScepService;
  /** Absolute path of a file with the CA's own certificate, PEM or DER, and others of its chain. */
  readonly certificate?: string;
  /** Pins of the CA certificate; all that can be compared must match. Empty for a router's own signature only. */
  readonly fingerprints: readonly Fingerprint[];
  /**
   * Pins of the CA that signs what this one hands out, where the two are not the same: a connector has a CA certificate
   * of its own for SCEP. Absent: the pinned CA signs.
   */
  readonly issuer?: readonly Fingerprint[];
  readonly challenge: ChallengeSpec;
  /** A certificate server whose pending requests are granted by us, one by one. Absent: by somebody else, or by itself. */
  readonly grant?: IosServer;
  /** Whether the CA wants a challenge password for a renewal signed with the old certificate. NDES does not. */
  readonly renewalChallenge: boolean;
}

/** An authority that speaks SCEP. */
export type ScepAuthority = Authority & { readonly scep: ScepService };

export function speaksScep(authority: Authority): authority is ScepAuthority {
  return authority.scep !== undefined;
}

export interface ScepService {
  /** The URL that `enrollment url` takes; IOS appends `/pkiclient.exe`. Plain http only. */
  readonly url: string;
  /** The CA answers through a registration authority (NDES): renders `enrollment mode ra`. */
  readonly ra: boolean;
}

/** Where the challenge password for one authority comes from. */
export type ChallengeSpec =
  | { readonly kind: 'none' }
  | { readonly kind: 'static'; readonly value: Secret }
  | DailyChallengeSpec
  | { readonly kind: 'file'; readonly path: string }
  | {
      readonly kind: 'command';
      readonly argv: readonly string[];
      /** How long a password lives, in milliseconds; absent when nobody knows. */
      readonly validityMs?: number;
    }
  | NdesChallengeSpec
  | IosServerChallengeSpec;

/** One password for all, that the CA changes each day. */
export interface DailyChallengeSpec {
  readonly kind: 'daily';
  readonly value: Secret;
  /** Until when it holds, or the IANA zone in which it holds until the next midnight. */
  readonly until: { readonly notAfter: Date } | { readonly midnightIn: string };
}

/** A Cisco IOS certificate server, by the device of the inventory that it runs on and its label there. */
export interface IosServer {
  readonly device: string;
  readonly server: string;
}

/** One-time passwords that a Cisco IOS certificate server makes (`crypto pki server password generate`). */
export interface IosServerChallengeSpec extends IosServer {
  readonly kind: 'ios-cs';
  /** How long a password lives, from 1 to 1440. */
  readonly minutes: number;
}

/** The mscep_admin page of a Microsoft Network Device Enrollment Service. */
export interface NdesChallengeSpec {
  readonly kind: 'ndes';
  readonly url: string;
  /** `DOMAIN\user`, `user@realm` or a local user. */
  readonly username: string;
  readonly password: Secret;
  readonly auth: 'ntlm' | 'basic';
  /** Consent to send the NDES account over plain http. */
  readonly allowInsecure: boolean;
  /** Outstanding one-time passwords the service allows (PasswordMax, 5 by default). */
  readonly capacity: number;
  /** How long a minted password lives, in milliseconds (PasswordValidity, 60 minutes by default). */
  readonly validityMs: number;
  /** The service shows one password for everybody (UseSinglePassword); a one-time password is not taken then. */
  readonly singlePassword?: boolean;
}

/** The key pair a trustpoint uses. */
export type KeyPair = RsaKeyPair | EcKeyPair;

interface NamedKeyPair {
  readonly label: string;
  readonly exportable: boolean;
}

export interface RsaKeyPair extends NamedKeyPair {
  readonly type: 'rsa';
  /** Modulus length in bits; below 2048 only when the inventory sets `allowWeakKey: true`. */
  readonly size: number;
  /** Two pairs, one for signatures and one for encryption, and a certificate for each. */
  readonly usageKeys: boolean;
  /** A device such as `usbtoken0:` that makes the keys itself, and keeps them. */
  readonly on?: string;
  /** A device such as `usbtoken0:` on which keys are kept that the router made. */
  readonly storage?: string;
}

/** On a curve of the NIST's: P-256, P-384 or P-521. */
export interface EcKeyPair extends NamedKeyPair {
  readonly type: 'ec';
  readonly size: 256 | 384 | 521;
}

/** When a certificate is due for renewal: so long before its end, or when so much of its life is over. */
export type RenewBefore =
  | { readonly kind: 'duration'; readonly milliseconds: number }
  | { readonly kind: 'percent-of-life-left'; readonly percent: number };

/**
 * What a renewal does with the key pair: keeps it, lets the router make a new one that takes its place, or makes a new
 * key pair and a new trustpoint beside the old ones.
 */
export type RenewKeys = 'same' | 'regenerate' | 'roll';

/** How what uses a trustpoint is moved to the next one, and when the old one may go. */
export interface RollRules {
  /** Configuration lines, a template over the device with `{{old}}` and `{{new}}`: names of trustpoints. */
  readonly switchLines: string;
  /** How long the new one has to be in force before the old one may be removed, in milliseconds. */
  readonly retireAfterMs: number;
}

/** Times in which renewals are made: from each moment of a cron rule, for so long. */
export interface RenewWindow {
  /** Five fields, in the words of crontab(5). */
  readonly cron: string;
  readonly durationMs: number;
  /** IANA name of the time zone; the device's own when absent. */
  readonly zone?: string;
}

/** When and how a certificate is renewed. */
export interface RenewRules {
  readonly before: RenewBefore;
  readonly keys: RenewKeys;
  /** Each certificate is due earlier by a share of this, its own, in milliseconds. */
  readonly spreadMs: number;
  /** Empty: at any time. */
  readonly windows: readonly RenewWindow[];
  /** Whether the CA’s list is asked if the certificate was revoked. */
  readonly checkRevocation: boolean;
  /** With `keys: roll`, and only then. */
  readonly roll?: RollRules;
}

/** One `crypto pki trustpoint` of a device, with everything decided. */
export interface Trustpoint {
  readonly name: string;
  /** The name in the inventory, where the router has it under another one since its keys were rolled. */
  readonly rolledFrom?: string;
  readonly method: EnrollmentMethod;
  readonly authority: Authority;
  readonly key: KeyPair;
  /** The trustpoint of the CA that certified this one's: `chain-validation continue`. */
  readonly parent?: string;
  /** The X.500 subject as a template over the device: `CN={{fqdn}},OU=Branches`. Empty: it is not the inventory's to say. */
  readonly subject: string;
  /** The name for `fqdn`, a template too; `none` leaves it out of the request. */
  readonly fqdn: string;
  readonly serialNumber: boolean;
  /** An address, an interface name, or `none`. */
  readonly ipAddress: string;
  readonly revocationCheck: readonly ('crl' | 'ocsp' | 'none')[];
  /** An LDAP URL: `crl query`. */
  readonly crlQuery?: string;
  readonly hash?: 'md5' | 'sha1' | 'sha256' | 'sha384' | 'sha512';
  readonly usage?: readonly ('ike' | 'ssl-client' | 'ssl-server')[];
  readonly vrf?: string;
  readonly sourceInterface?: string;
  /** `enrollment retry count` (1-100) and `period` (1-60 minutes). */
  readonly retry?: { readonly count?: number; readonly periodMinutes?: number };
  /** `auto-enroll`; without a percentage of its life the certificate is renewed when it ends. */
  readonly autoEnroll?: { readonly percent?: number; readonly regenerate: boolean };
  /** The router's HTTPS server shows its certificate. */
  readonly https?: true;
  /** How long to wait for the CA before the outcome is `pending`, in milliseconds. */
  readonly grantTimeoutMs: number;
  readonly renew: RenewRules;
}
