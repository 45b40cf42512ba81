import type { NameAttribute } from './certificate.ts';
import type { Fingerprint } from './fingerprint.ts';

/** A date as IOS prints it. The zone is a word the router's owner chose: it names no offset. */
export interface PrintedDate {
  readonly text: string;
  /** The fields as printed, in the router's local time, taken as if they were UTC. */
  readonly local: Date;
  readonly zone: string;
}

/** One block of `show crypto pki certificates`: a second, independent reading of a certificate beside its DER. */
export interface PrintedCertificate {
  readonly kind: 'identity' | 'ca' | 'self-signed' | 'ra-signature' | 'ra-encryption' | 'other';
  /** The block's head as printed, such as `CA Certificate (Rollover)`. */
  readonly head: string;
  readonly rollover: boolean;
  /** `Available`, `Pending` or whatever the release says. */
  readonly status: string;
  /** Upper-case hex as printed; absent while pending. */
  readonly serial?: string;
  readonly usage?: string;
  readonly issuer: readonly NameAttribute[];
  readonly subject: readonly NameAttribute[];
  /** The `Name:`, `Serial Number:` and `IP Address:` lines of the subject. */
  readonly name?: string;
  readonly serialNumber?: string;
  readonly ipAddress?: string;
  readonly startDate?: PrintedDate;
  readonly endDate?: PrintedDate;
  readonly renewDate?: PrintedDate;
  readonly trustpoints: readonly string[];
  readonly storage?: string;
  readonly keyLabel?: string;
  /** Of the certificate (`verbose`). */
  readonly fingerprints: readonly Fingerprint[];
  /** Of the request, while it is pending. */
  readonly requestFingerprints: readonly Fingerprint[];
  /** Lines the reader did not understand: carried along, never dropped. */
  readonly notUnderstood: readonly string[];
}
