import { createCipheriv, createDecipheriv } from 'node:crypto';

import { concatBytes } from './asn1/bytes.ts';
import { ScepError } from './errors.ts';

/** Message digests. MD5 and SHA-1 are for peers that know nothing better. */
export type Digest = 'md5' | 'sha1' | 'sha256' | 'sha384' | 'sha512';
/** Content encryption, all in CBC mode. Single DES is for peers that know nothing better. */
export type Cipher = 'des' | '3des' | 'aes128' | 'aes192' | 'aes256';

interface DigestFacts {
  readonly oid: string;
  /** `<digest>WithRSAEncryption`. */
  readonly rsaSignatureOid: string;
  /** `ecdsa-with-<digest>` (RFC 5758 3.2); there is none for MD5. */
  readonly ecdsaSignatureOid?: string;
}

export const DIGESTS: Readonly<Record<Digest, DigestFacts>> = {
  md5: { oid: '1.2.840.113549.2.5', rsaSignatureOid: '1.2.840.113549.1.1.4' },
  sha1: {
    oid: '1.3.14.3.2.26',
    rsaSignatureOid: '1.2.840.113549.1.1.5',
    ecdsaSignatureOid: '1.2.840.10045.4.1',
  },
  sha256: {
    oid: '2.16.840.1.101.3.4.2.1',
    rsaSignatureOid: '1.2.840.113549.1.1.11',
    ecdsaSignatureOid: '1.2.840.10045.4.3.2',
  },
  sha384: {
    oid: '2.16.840.1.101.3.4.2.2',
    rsaSignatureOid: '1.2.840.113549.1.1.12',
    ecdsaSignatureOid: '1.2.840.10045.4.3.3',
  },
  sha512: {
    oid: '2.16.840.1.101.3.4.2.3',
    rsaSignatureOid: '1.2.840.113549.1.1.13',
    ecdsaSignatureOid: '1.2.840.10045.4.3.4',
  },
};

interface CipherFacts {
  readonly oid: string;
  readonly keyBytes: number;
  readonly blockBytes: number;
  readonly openssl: string;
}

export const CIPHERS: Readonly<Record<Cipher, CipherFacts>> = {
  des: { oid: '1.3.14.3.2.7', keyBytes: 8, blockBytes: 8, openssl: 'des-ede3-cbc' },
  '3des': { oid: '1.2.840.113549.3.7', keyBytes: 24, blockBytes: 8, openssl: 'des-ede3-cbc' },
  aes128: { oid: '2.16.840.1.101.3.4.1.2', keyBytes: 16, blockBytes: 16, openssl: 'aes-128-cbc' },
  aes192: { oid: '2.16.840.1.101.3.4.1.22', keyBytes: 24, blockBytes: 16, openssl: 'aes-192-cbc' },
  aes256: { oid: '2.16.840.1.101.3.4.1.42', keyBytes: 32, blockBytes: 16, openssl: 'aes-256-cbc' },
};

const digestsByOid = new Map(entries(DIGESTS).map(([name, facts]) => [facts.oid, name]));
const digestsBySignature = new Map(entries(DIGESTS).map(([name, facts]) => [facts.rsaSignatureOid, name]));
const digestsByEcdsa = new Map(entries(DIGESTS).map(([name, facts]) => [facts.ecdsaSignatureOid, name]));
const ciphersByOid = new Map(entries(CIPHERS).map(([name, facts]) => [facts.oid, name]));

function entries<Key extends string, Value>(table: Readonly<Record<Key, Value>>): readonly [Key, Value][] {
  return Object.entries(table) as [Key, Value][];
}

/** Throws ScepError `unsupported-algorithm`. */
export function digestOfOid(oid: string): Digest {
  const digest = digestsByOid.get(oid);
  if (digest === undefined) throw new ScepError('unsupported-algorithm', `unknown digest ${oid}`);
  return digest;
}

/** The digest of an RSA signature algorithm, such as `sha256WithRSAEncryption`; undefined for any other. */
export function digestOfSignatureOid(oid: string): Digest | undefined {
  return digestsBySignature.get(oid);
}

/** The digest of an ECDSA signature algorithm, such as `ecdsa-with-SHA256`; undefined for any other. */
export function digestOfEcdsaOid(oid: string): Digest | undefined {
  return digestsByEcdsa.get(oid);
}

/** Throws ScepError `unsupported-algorithm`. */
export function cipherOfOid(oid: string): Cipher {
  const cipher = ciphersByOid.get(oid);
  if (cipher === undefined) throw new ScepError('unsupported-algorithm', `unknown content cipher ${oid}`);
  return cipher;
}

export function encryptContent(
  cipher: Cipher,
  key: Uint8Array,
  iv: Uint8Array,
  plain: Uint8Array,
): Uint8Array {
  const engine = createCipheriv(CIPHERS[cipher].openssl, opensslKey(cipher, key), iv);
  return concatBytes([engine.update(plain), engine.final()]);
}

/** Throws ScepError `decryption-failed` when the padding is wrong. */
export function decryptContent(
  cipher: Cipher,
  key: Uint8Array,
  iv: Uint8Array,
  data: Uint8Array,
): Uint8Array {
  const engine = createDecipheriv(CIPHERS[cipher].openssl, opensslKey(cipher, key), iv);
  try {
    return concatBytes([engine.update(data), engine.final()]);
  } catch {
    throw new ScepError('decryption-failed', 'the content of the envelope cannot be decrypted');
  }
}

/** OpenSSL 3 has no single DES by default; triple DES with one key three times over is the same function. */
function opensslKey(cipher: Cipher, key: Uint8Array): Uint8Array {
  return cipher === 'des' ? concatBytes([key, key, key]) : key;
}
