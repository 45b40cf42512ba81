import type { NameAttribute } from '../../domain/certificate.ts';
import type { Fingerprint } from '../../domain/fingerprint.ts';
import type { PrintedCertificate } from '../../domain/printed-certificate.ts';

/** A certificate of a listing while its lines are read. */
export type CertificateDraft = { -readonly [K in keyof PrintedCertificate]: PrintedCertificate[K] } & {
  issuer: readonly NameAttribute[];
  subject: readonly NameAttribute[];
  fingerprints: Fingerprint[];
  requestFingerprints: Fingerprint[];
  notUnderstood: string[];
};

/** One of which nothing but its head is read yet. */
export function newDraft(kind: PrintedCertificate['kind'], head: string): CertificateDraft {
  return {
    kind,
    head,
    rollover: false,
    status: '',
    issuer: [],
    subject: [],
    trustpoints: [],
    fingerprints: [],
    requestFingerprints: [],
    notUnderstood: [],
  };
}
