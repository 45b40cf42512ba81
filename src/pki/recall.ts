import { type DecodedCertificate, decodeCertificate } from './decode.ts';

/** Certificates that are looked at again soon: those of the routers in work, twice over, and of their CAs. */
const KEPT = 1_000;

/** By their bytes, the one that was asked for last at the end. */
const known = new Map<string, DecodedCertificate>();

/**
 * Reads a certificate as `decodeCertificate` does, once while it is of use: a router's own is looked at a dozen times in a job,
 * and that of the CA by every job. The result is shared: nobody may change it. Throws a CertificateUnreadableError.
 */
export function recallCertificate(der: Uint8Array): DecodedCertificate {
  const bytes = Buffer.from(der.buffer, der.byteOffset, der.byteLength).toString('latin1');
  const certificate = known.get(bytes) ?? decodeCertificate(der);
  known.delete(bytes);
  known.set(bytes, certificate);
  if (known.size > KEPT) forgetOldest();
  return certificate;
}

function forgetOldest(): void {
  const [oldest] = known.keys();
  if (oldest !== undefined) known.delete(oldest);
}
