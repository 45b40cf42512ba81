import type { Cipher, Digest } from './algorithms.ts';

/** Keywords of GetCACaps (RFC 8894 3.5.2) and those seen beside them. */
export const CA_CAPABILITIES = [
  'AES',
  'DES3',
  'GetNextCACert',
  'POSTPKIOperation',
  'Renewal',
  'SHA-1',
  'SHA-224',
  'SHA-256',
  'SHA-384',
  'SHA-512',
  'SCEPStandard',
  'Update',
] as const;

export type CaCapability = (typeof CA_CAPABILITIES)[number];
export type CaCapabilities = ReadonlySet<CaCapability>;

const IMPLIED_BY_STANDARD: readonly CaCapability[] = ['AES', 'POSTPKIOperation', 'SHA-256'];

/**
 * Reads the answer to GetCACaps: case and unknown words do not matter. SCEPStandard brings what it implies.
 * An answer without any keyword is an empty set: assume the least.
 */
export function parseCaCaps(body: Uint8Array): CaCapabilities {
  const words = new Set(Buffer.from(body).toString('latin1').toLowerCase().split(/\s+/));
  const found = CA_CAPABILITIES.filter((capability) => words.has(capability.toLowerCase()));
  return new Set(found.includes('SCEPStandard') ? [...found, ...IMPLIED_BY_STANDARD] : found);
}

export interface Algorithms {
  readonly digest: Digest;
  readonly cipher: Cipher;
}

/**
 * The algorithms for a message to a CA with these capabilities. AES only when it is advertised: NDES does
 * not, and answers an AES request with what its client cannot read (RFC 8894 3.5.2). A CA that advertises
 * nothing gets SHA-1 and triple DES; single DES and MD5 are never chosen, the caller may still ask for them.
 */
export function chooseAlgorithms(capabilities: CaCapabilities): Algorithms {
  return {
    digest: chooseDigest(capabilities),
    cipher: capabilities.has('AES') ? 'aes128' : '3des',
  };
}

function chooseDigest(capabilities: CaCapabilities): Digest {
  if (capabilities.has('SHA-256')) return 'sha256';
  if (capabilities.has('SHA-512')) return 'sha512';
  return capabilities.has('SHA-384') ? 'sha384' : 'sha1';
}
