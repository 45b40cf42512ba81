import { createHash, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { DIGESTS, type Digest } from '../algorithms.ts';
import { toHex } from '../asn1/bytes.ts';
import { algorithm, oid, sequence } from '../asn1/write.ts';
import { malformed, ScepError } from '../errors.ts';

/** The DER SubjectPublicKeyInfo of a public key, or of the public half of a private one. */
export function publicKeyInfo(key: KeyObject): Uint8Array {
  const publicHalf = key.type === 'private' ? createPublicKey(key) : key;
  return new Uint8Array(publicHalf.export({ type: 'spki', format: 'der' }));
}

/** Throws ScepError `malformed` when OpenSSL cannot read the key. */
export function publicKeyOf(info: Uint8Array): KeyObject {
  try {
    return createPublicKey({ key: Buffer.from(info), format: 'der', type: 'spki' });
  } catch (cause) {
    throw malformed('the public key cannot be read', cause);
  }
}

/**
 * The transactionID that IOS makes of a key: upper-case hex of the hash of the DER SubjectPublicKeyInfo.
 * IOS takes MD5; RFC 8894 3.2.1.1 leaves the choice open.
 */
export function transactionIdOf(publicKey: Uint8Array, hash: Digest = 'md5'): string {
  return toHex(createHash(hash).update(publicKey).digest());
}

/**
 * The AlgorithmIdentifier of `<digest>WithRSAEncryption`, or of `ecdsa-with-<digest>` for an EC key (RFC 5758 3.2: without
 * parameters). Throws ScepError `unsupported-algorithm` for other keys, and for EC with MD5.
 */
export function signatureAlgorithmFor(key: KeyObject, digest: Digest): Uint8Array {
  const { rsaSignatureOid, ecdsaSignatureOid } = DIGESTS[digest];
  if (signatureKind(key) === 'rsa') return algorithm(rsaSignatureOid);
  if (ecdsaSignatureOid === undefined)
    throw new ScepError('unsupported-algorithm', `an EC key cannot sign with ${digest}`);
  return sequence(oid(ecdsaSignatureOid));
}

export function signWith(key: KeyObject, digest: Digest, data: Uint8Array): Uint8Array {
  signatureKind(key);
  try {
    return new Uint8Array(sign(digest, data, key));
  } catch (cause) {
    throw new ScepError('invalid-argument', `the key cannot sign with ${digest}`, { cause });
  }
}

/** How keys of a kind sign: RSASSA-PKCS1-v1_5 or ECDSA. */
export type SignatureKind = 'rsa' | 'ec';

function signatureKind({ asymmetricKeyType }: KeyObject): SignatureKind {
  if (asymmetricKeyType === 'rsa' || asymmetricKeyType === 'ec') return asymmetricKeyType;
  throw new ScepError('unsupported-algorithm', 'only RSA and EC keys sign requests and certificates');
}

/** Throws ScepError `unsupported-algorithm` for a key that cannot take part in SCEP. */
export function requireRsa(key: KeyObject): void {
  if (key.asymmetricKeyType !== 'rsa')
    throw new ScepError(
      'unsupported-algorithm',
      'SCEP needs an RSA key: its envelopes use RSA key transport',
    );
}

/** False for a wrong signature and for a key of another kind. */
export function isSignedBy(
  publicKey: Uint8Array,
  digest: Digest,
  data: Uint8Array,
  signature: Uint8Array,
  kind: SignatureKind = 'rsa',
): boolean {
  const key = publicKeyOf(publicKey);
  if (key.asymmetricKeyType !== kind) return false;
  try {
    return verify(digest, data, key, signature);
  } catch {
    return false;
  }
}
