import type { Cipher, Digest } from './algorithms.ts';
import { ScepError } from './errors.ts';

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

/** What a caller consents to, both ways: for its requests and in the replies. What is left out is not restricted. */
export interface AllowedAlgorithms {
  readonly digests?: readonly Digest[];
  readonly ciphers?: readonly Cipher[];
}

/**
 * The algorithms for a message to a CA with these capabilities, the best first. AES only when it is advertised: NDES
 * does not, and answers an AES request with what its client cannot read (RFC 8894 3.5.2). A CA that advertises nothing
 * gets SHA-1 and triple DES. `allowed` narrows the choice, which matters since nobody signs the answer to GetCACaps;
 * single DES and MD5 are chosen only where it names them and nothing better is left.
 *
 * Throws ScepError `algorithms-refused` when the CA offers nothing that is allowed.
 */
export function chooseAlgorithms(capabilities: CaCapabilities, allowed: AllowedAlgorithms = {}): Algorithms {
  return {
    digest: choose('digest', offeredDigests(capabilities), allowed.digests ?? DIGESTS_UNASKED),
    cipher: choose('cipher', offeredCiphers(capabilities), allowed.ciphers ?? CIPHERS_UNASKED),
  };
}

const DIGESTS_UNASKED: readonly Digest[] = ['sha256', 'sha512', 'sha384', 'sha1'];
const CIPHERS_UNASKED: readonly Cipher[] = ['aes128', '3des'];

/** SHA-1 and MD5 need no word: they are what CAs had before there were capabilities. */
function offeredDigests(capabilities: CaCapabilities): readonly Digest[] {
  return [
    ...(capabilities.has('SHA-256') ? (['sha256'] as const) : []),
    ...(capabilities.has('SHA-512') ? (['sha512'] as const) : []),
    ...(capabilities.has('SHA-384') ? (['sha384'] as const) : []),
    'sha1',
    'md5',
  ];
}

/** `AES` promises 128 bits; those who insist on longer keys may try them. */
function offeredCiphers(capabilities: CaCapabilities): readonly Cipher[] {
  return [...(capabilities.has('AES') ? (['aes128', 'aes256', 'aes192'] as const) : []), '3des', 'des'];
}

function choose<Algorithm extends string>(
  what: string,
  offered: readonly Algorithm[],
  allowed: readonly Algorithm[],
): Algorithm {
  const chosen = offered.find((algorithm) => allowed.includes(algorithm));
  if (chosen !== undefined) return chosen;
  throw new ScepError(
    'algorithms-refused',
    `the CA offers no ${what} that is allowed: allowed ${list(allowed)}, offered ${list(offered)}`,
  );
}

/** Throws ScepError `algorithms-refused` for a reply made with what the caller does not allow. */
export function checkAllowed(used: Partial<Algorithms>, { digests, ciphers }: AllowedAlgorithms): void {
  if (used.digest !== undefined && digests?.includes(used.digest) === false)
    throw new ScepError(
      'algorithms-refused',
      `the reply is signed with ${used.digest}, which is not allowed`,
    );
  if (used.cipher !== undefined && ciphers?.includes(used.cipher) === false)
    throw new ScepError(
      'algorithms-refused',
      `the reply is encrypted with ${used.cipher}, which is not allowed`,
    );
}

function list(names: readonly string[]): string {
  return names.length === 0 ? 'nothing' : names.join(', ');
}
