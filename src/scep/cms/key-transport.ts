import { constants, type KeyObject, privateDecrypt, publicEncrypt, randomBytes } from 'node:crypto';

import { ScepError } from '../errors.ts';
import { publicKeyOf } from '../x509/keys.ts';

/** RSAES-PKCS1-v1_5 encryption (RFC 8017 7.2.1) of a content key for the owner of a public key. */
export function wrapKey(contentKey: Uint8Array, recipientPublicKey: Uint8Array): Uint8Array {
  const key = publicKeyOf(recipientPublicKey);
  requireRsa(key);
  try {
    return new Uint8Array(publicEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, contentKey));
  } catch (cause) {
    throw new ScepError('unsupported-algorithm', 'the recipient’s key is too short for the cipher', {
      cause,
    });
  }
}

/**
 * RSAES-PKCS1-v1_5 decryption of a content key of `length` octets. Node refuses to do this by itself
 * (CVE-2023-46809, Bleichenbacher's attack), so the block is decrypted raw and stripped here, every octet
 * looked at whatever the others hold. A wrong block gives a random key instead of an error: who sends forged
 * blocks learns nothing but that decryption failed later (RFC 5652 security considerations, RFC 3218).
 */
export function unwrapKey(encrypted: Uint8Array, key: KeyObject, length: number): Uint8Array {
  requireRsa(key);
  const substitute = randomBytes(length);
  const block = decryptRaw(encrypted, key);
  const start = block.length - length;
  if (start < 11) return new Uint8Array(substitute);
  // 00 02, at least eight octets that are not zero, 00, the key: nothing else is a key of this length.
  let wrong = (block[0] ?? 1) | ((block[1] ?? 0) ^ 2) | (block[start - 1] ?? 1);
  for (let index = 2; index < start - 1; index += 1) wrong |= isZero(block[index] ?? 0);
  const mask = isZero(wrong) - 1;
  return Uint8Array.from(
    substitute,
    (octet, index) => (octet & mask) | ((block[start + index] ?? 0) & ~mask),
  );
}

/** 1 for 0 and 0 for 1 to 255, without a branch. */
function isZero(octet: number): number {
  return ((octet - 1) >>> 31) & 1;
}

function decryptRaw(encrypted: Uint8Array, key: KeyObject): Uint8Array {
  try {
    return privateDecrypt({ key, padding: constants.RSA_NO_PADDING }, encrypted);
  } catch {
    // The length of the block or its value does not fit the modulus: as public as the key itself.
    throw new ScepError('decryption-failed', 'the encrypted key does not fit the recipient’s key');
  }
}

function requireRsa(key: KeyObject): void {
  if (key.asymmetricKeyType !== 'rsa')
    throw new ScepError('unsupported-algorithm', 'SCEP envelopes need an RSA key at the recipient');
}
