import type { KeyObject } from 'node:crypto';

import {
  authorityKeyIdentifier,
  basicConstraints,
  type CertificationRequest,
  type Digest,
  type Identity,
  issueCertificate,
  keyUsage,
  parseCertificate,
  publicKeyInfo,
  subjectKeyIdentifier,
} from '../../../scep/index.ts';

export interface IssueFacts {
  /** Counted from 1, the CA's own. */
  readonly serial: number;
  readonly now: Date;
  readonly days: number;
  readonly hash: Digest;
}

const DAY_MS = 86_400_000;

/** A certificate as the request asks for it: DER. It never outlives the CA's own. */
export function issueByServer(
  { subject, publicKey, extensions }: CertificationRequest,
  by: Identity,
  { serial, now, days, hash }: IssueFacts,
): Uint8Array {
  const issuer = parseCertificate(by.certificate);
  const end = Math.min(now.getTime() + days * DAY_MS, issuer.notAfter.getTime());
  return issueCertificate({
    serial,
    issuer: issuer.subject,
    subject,
    publicKey,
    notBefore: now,
    notAfter: new Date(end),
    extensions: [...extensions, authorityKeyIdentifier(issuer.publicKey), subjectKeyIdentifier(publicKey)],
    signingKey: by.key,
    hash,
  });
}

/** The certificate of a CA, with the usages that one was captured with: DER. `name` is DER, too. */
export function certifyItself(
  name: Uint8Array,
  key: KeyObject,
  { serial, now, days, hash }: IssueFacts,
): Uint8Array {
  const publicKey = publicKeyInfo(key);
  return issueCertificate({
    serial,
    issuer: name,
    subject: name,
    publicKey,
    notBefore: now,
    notAfter: new Date(now.getTime() + days * DAY_MS),
    extensions: [
      basicConstraints({ ca: true }),
      keyUsage(['digitalSignature', 'keyCertSign', 'cRLSign'], true),
      authorityKeyIdentifier(publicKey),
      subjectKeyIdentifier(publicKey),
    ],
    signingKey: key,
    hash,
  });
}
