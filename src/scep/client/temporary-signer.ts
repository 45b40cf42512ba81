import type { KeyObject } from 'node:crypto';

import type { Digest } from '../algorithms.ts';
import type { Identity } from '../cms/enveloped-data.ts';
import { parseCertificationRequest } from '../x509/certification-request.ts';
import { keyUsage } from '../x509/extensions.ts';
import { issueCertificate, randomSerial } from '../x509/issue.ts';

export interface TemporarySignerOptions {
  readonly csr: Uint8Array;
  /** The private key of the request. */
  readonly key: KeyObject;
  readonly hash?: Digest;
  readonly now?: Date;
}

/**
 * The self-signed certificate a first request is signed with (RFC 8894 2.3): the subject and the key of
 * the request, good for a month so that a pending request can still be polled, from a day ago so that a clock
 * behind ours does not mind.
 */
export function temporarySigner({
  csr,
  key,
  hash = 'sha256',
  now = new Date(),
}: TemporarySignerOptions): Identity {
  const { subject, publicKey } = parseCertificationRequest(csr);
  const day = 86_400_000;
  const certificate = issueCertificate({
    serial: randomSerial(),
    issuer: subject,
    subject,
    publicKey,
    notBefore: new Date(now.getTime() - day),
    notAfter: new Date(now.getTime() + 30 * day),
    extensions: [keyUsage(['digitalSignature', 'keyEncipherment'], true)],
    signingKey: key,
    hash,
  });
  return { certificate, key };
}
