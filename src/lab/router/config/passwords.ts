import { createHash, randomBytes } from 'node:crypto';

/** The fixed key text of the reversible "type 7" encoding, as every decoder of it has it. */
const TYPE7_KEY = 'dsfd;kfoA,.iyewrkldJKDHSUBsgvca69834ncxv9873254k;fg87';

/** Encodes a password the reversible way IOS shows it behind `7`: two decimal digits of offset, then hex. */
export function encodeType7(password: string, offset: number): string {
  const bytes = [...Buffer.from(password, 'latin1')].map((byte, index) => byte ^ keyByte(offset + index));
  return String(offset).padStart(2, '0') + Buffer.from(bytes).toString('hex').toUpperCase();
}

/** The password behind a type 7 text, or undefined when it is none. */
export function decodeType7(text: string): string | undefined {
  if (!/^\d\d(?:[0-9a-f]{2})*$/i.test(text)) return undefined;
  const offset = Number(text.slice(0, 2));
  const bytes = [...Buffer.from(text.slice(2), 'hex')].map((byte, index) => byte ^ keyByte(offset + index));
  return Buffer.from(bytes).toString('latin1');
}

function keyByte(index: number): number {
  return TYPE7_KEY.charCodeAt(index % TYPE7_KEY.length);
}

const CRYPT_ALPHABET = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** A "type 5" secret: the MD5-based crypt of BSD, `$1$salt$hash`. */
export function encodeType5(password: string, salt = freshSalt()): string {
  const word = Buffer.from(password, 'latin1');
  const inner = md5(word, salt, word);
  const first = createHash('md5').update(word).update(`$1$${salt}`);
  for (let left = word.length; left > 0; left -= 16) first.update(inner.subarray(0, Math.min(16, left)));
  for (let bits = word.length; bits > 0; bits >>= 1) {
    first.update(bits & 1 ? Buffer.from([0]) : word.subarray(0, 1));
  }
  let digest = first.digest();
  for (let round = 0; round < 1000; round += 1) {
    const hash = createHash('md5').update(round & 1 ? word : digest);
    if (round % 3 !== 0) hash.update(salt);
    if (round % 7 !== 0) hash.update(word);
    digest = hash.update(round & 1 ? digest : word).digest();
  }
  return `$1$${salt}$${cryptBase64(digest)}`;
}

/** Whether a password is the one behind a type 5 secret. */
export function matchesType5(secret: string, password: string): boolean {
  const salt = /^\$1\$(?<salt>[^$]*)\$/.exec(secret)?.groups?.salt;
  return salt !== undefined && encodeType5(password, salt) === secret;
}

function md5(...parts: readonly (Buffer | string)[]): Buffer {
  const hash = createHash('md5');
  for (const part of parts) hash.update(part);
  return hash.digest();
}

function freshSalt(): string {
  return [...randomBytes(4)].map((byte) => CRYPT_ALPHABET[byte & 63]).join('');
}

function cryptBase64(digest: Buffer): string {
  const triples = [
    [0, 6, 12],
    [1, 7, 13],
    [2, 8, 14],
    [3, 9, 15],
    [4, 10, 5],
  ];
  const at = (index: number | undefined): number => digest[index ?? 0] ?? 0;
  const groups = triples.map(([a, b, c]) => characters((at(a) << 16) | (at(b) << 8) | at(c), 4));
  return groups.join('') + characters(at(11), 2);
}

function characters(value: number, count: number): string {
  return Array.from({ length: count }, (_, index) => CRYPT_ALPHABET[(value >> (6 * index)) & 63]).join('');
}
