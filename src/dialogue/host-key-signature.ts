import { type VerifyJsonWebKeyInput, verify } from 'node:crypto';
import { createRequire } from 'node:module';
import { stringsOf } from './clear-packets.ts';

/** Key parts of ssh2 that are not public; the version is pinned and a test fails when they move. */
interface ParsedKey {
  getPublicSSH(): Buffer;
  verify: (this: ParsedKey, data: Buffer, signature: Buffer, hash?: string) => boolean | Error;
}

const { parseDERKey } = createRequire(import.meta.url)('ssh2/lib/protocol/keyParser.js') as {
  parseDERKey: (numbers: Buffer, type: string) => ParsedKey | Error;
};

let isDone = false;

/**
 * Has the signatures of RSA host keys checked with keys that are put together from their two numbers. ssh2 hands over a key as
 * PEM text, and to read that takes OpenSSL 3 three times as long as the check. What is no such key, or none that can
 * be put together, is left to ssh2.
 */
export function verifyWithNumbers(): void {
  if (isDone) return;
  isDone = true;
  // The exponent 3 and the modulus 7 (RFC 4253 section 6.6): any key leads to what all keys have in common.
  const any = parseDERKey(Buffer.from([0, 0, 0, 1, 3, 0, 0, 0, 1, 7]), 'ssh-rsa');
  if (any instanceof Error) throw new Error('ssh2 reads host keys elsewhere now');
  const keys = Object.getPrototypeOf(any) as ParsedKey;
  const { verify: verifyWithText } = keys;
  keys.verify = function verifyKey(data, signature, hash) {
    const key = rsaKey(this.getPublicSSH());
    try {
      if (hash !== undefined && key !== undefined) return verify(hash, data, key, signature);
    } catch {
      // ssh2 finds the same, and says so.
    }
    return verifyWithText.call(this, data, signature, hash);
  };
}

/** The key in a public key blob; undefined for one that is no RSA key. */
function rsaKey(blob: Buffer): VerifyJsonWebKeyInput | undefined {
  const [type, exponent, modulus] = stringsOf(blob, 0);
  if (type?.toString('latin1') !== 'ssh-rsa' || exponent === undefined || modulus === undefined)
    return undefined;
  const numbers = { e: exponent.toString('base64url'), n: modulus.toString('base64url') };
  return { key: { kty: 'RSA', ...numbers }, format: 'jwk' };
}
