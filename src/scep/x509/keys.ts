import { createHash, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { DIGESTS, type Digest } from '../algorithms.ts';
import { toHex } from '../asn1/bytes.ts';
import { algorithm } from '../asn1/write.ts';
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

/** The AlgorithmIdentifier of `<digest>WithRSAEncryption`. Throws ScepError `unsupported-algorithm` for other keys. */
export function signatureAlgorithmFor(key: KeyObject, digest: Digest): Uint8Array {
  requireRsa(key);
  return algorithm(DIGESTS[digest].rsaSignatureOid);
}

export function signWith(key: KeyObject, digest: Digest, data: Uint8Array): Uint8Array {
  requireRsa(key);
  try {
    return new Uint8Array(sign(digest, data, key));
  } catch (cause) {
    throw new ScepError('invalid-argument', `the key cannot sign with ${digest}`, { cause });
  }
}

function requireRsa(key: KeyObject): void {
  if (key.asymmetricKeyType !== 'rsa')
    throw new ScepError(
      'unsupported-algorithm',
      'SCEP needs an RSA key: its envelopes use RSA key transport',
    );
}

/** RSASSA-PKCS1-v1_5. False for a wrong signature and for a key that is not RSA. */
export function isSignedBy(
  publicKey: Uint8Array,
  digest: Digest,
  data: Uint8Array,
  signature: Uint8Array,
): boolean {
  const key = publicKeyOf(publicKey);
  if (key.asymmetricKeyType !== 'rsa') return false;
  try {
    return verify(digest, data, key, signature);
  } catch {
    return false;
  }
}
