import type { ErrorCode } from './errors.ts';
import type { Finding } from './finding.ts';
import type { CertificateUse } from './key-use.ts';
import type { DeviceOutcome, StepName, StepOutcome } from './step.ts';

export interface StepResult {
  readonly step: StepName;
  readonly trustpoint?: string;
  readonly outcome: StepOutcome;
  readonly startedAt: Date;
  readonly durationMs: number;
  /** The attempt it belongs to, from 1; absent when the device was tried once. */
  readonly attempt?: number;
  /** One line on what was done or found: `clock set from 1993`, `key pair BRANCH exists, 2048 bits`. */
  readonly note?: string;
}

/** A failure as data, fit for JSON. */
export interface ErrorReport {
  readonly code: ErrorCode;
  readonly message: string;
  readonly detail: string;
  readonly hint: string;
  /** The step it happened in. */
  readonly step?: StepName;
}

/** What is said of a certificate in results and reports. */
export interface CertificateSummary {
  readonly trustpoint: string;
  /** With usage keys: which of the trustpoint's two certificates it is. */
  readonly use?: CertificateUse;
  readonly serial: string;
  readonly subject: string;
  readonly issuer: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly sha1: string;
  readonly sha256: string;
  /** Such as `rsa 2048`. */
  readonly key?: string;
  /** Such as `sha256WithRSAEncryption`. */
  readonly signature?: string;
  /** Alternative names: DNS names, then IP addresses. */
  readonly names?: readonly string[];
  /** The certificates of the CA (and RA) that the router keeps with it, in the router's order, as far as they can be read. */
  readonly chain?: readonly ChainCertificate[];
}

/** A certificate above a router's. */
export interface ChainCertificate {
  readonly serial: string;
  readonly subject: string;
  readonly issuer: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly sha256: string;
}

/** What a renewal run may decide about one trustpoint, and what it means. */
export const DECISIONS = {
  due: 'it is renewed in this run',
  'not-due': 'enough of its life is left',
  'outside-window': 'it is due, and waits for the next window',
  'waits-for-capacity': 'it is due, and this run’s renewals at its CA went to more urgent ones',
  'auto-enroll-will-do-it': 'the router renews it by itself',
  'auto-enroll-will-fail':
    'the router is set to renew it by itself, and cannot; trustfleet does when it is due',
  pending: 'a request is pending at the CA',
  'no-certificate': 'there is none to renew',
  expired: 'it has ended; only enroll can replace it',
  revoked: 'the CA’s list says that it was revoked',
  'ca-expires-first': 'a new one could not outlive the CA certificate',
  'waits-for-file': 'it is due, and its PKCS#12 file holds no newer one',
} as const;

/** Why a renewal run did or did not renew one trustpoint. */
export interface RenewalDecision {
  readonly trustpoint: string;
  readonly decision: keyof typeof DECISIONS;
  readonly reason: string;
  /** When it is, or was, due by the inventory's rule. */
  readonly dueAt?: Date;
  /** When the next window opens; for `outside-window`. */
  readonly nextWindow?: Date;
}

/** A request that waits for the CA's operator, by what tells it from others. */
export interface WaitingRequest {
  readonly trustpoint: string;
  /** As the router prints them: `MD5 2EDBC8C4 …`; of two requests where there are usage keys. Empty where it prints none. */
  readonly fingerprints: readonly string[];
}

/** What happened on one device. One shape for success and failure; a device's promise never rejects. */
export interface DeviceResult {
  readonly device: string;
  readonly host: string;
  readonly outcome: DeviceOutcome;
  /** Of the first attempt. */
  readonly startedAt: Date;
  /** From the first attempt's start to the last one's end. */
  readonly durationMs: number;
  /** Of all attempts, in order. */
  readonly steps: readonly StepResult[];
  readonly findings: readonly Finding[];
  readonly certificates: readonly CertificateSummary[];
  readonly decisions: readonly RenewalDecision[];
  /** Lines for the operator: what was left as it was, legacy SSH algorithms in use, an RDN the CA dropped. */
  readonly notes: readonly string[];
  /** The first cause; later ones are in its detail. */
  readonly error?: ErrorReport;
  /** Requests that wait for the CA; absent when there are none. */
  readonly requests?: readonly WaitingRequest[];
  readonly release?: string;
  /** How far its clock was ahead of this machine's when it was read, in milliseconds; absent when that cannot be told. */
  readonly clockOffsetMs?: number;
  /** Trustpoints that a roll of keys has replaced, and that wait to be retired; absent when there are none. */
  readonly retirable?: readonly string[];
  /** The batch it belonged to, from 1; absent when the run had one batch only. */
  readonly batch?: number;
  /** How often it was tried; absent when once. */
  readonly attempts?: number;
  /** Where the redacted transcript was written; the last attempt's. */
  readonly transcript?: string;
  /** Those of the attempts before, in order; absent when there are none. */
  readonly earlierTranscripts?: readonly string[];
}
