/** PBES2 (RFC 8018), and the SHA-2 hashes of a MAC, as they stand in DER. */
const MODERN = [
  '06092a864886f70d01050d',
  '0609608648016503040201',
  '0609608648016503040202',
  '0609608648016503040203',
].map((hex) => Buffer.from(hex, 'hex'));

/**
 * Whether a PKCS#12 file is protected with nothing newer than 3DES, RC2 and SHA-1. How it is protected stands in it
 * unencrypted (RFC 7292 section 4).
 */
export function isLegacyPkcs12(bytes: Uint8Array): boolean {
  const file = Buffer.from(bytes);
  return !MODERN.some((oid) => file.includes(oid));
}
