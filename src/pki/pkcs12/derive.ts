import { createHash } from 'node:crypto';

/** What derived bytes are for (RFC 7292 appendix B.3). */
export type Purpose = 'key' | 'iv' | 'mac';

export type Hash = 'sha1' | 'sha224' | 'sha256' | 'sha384' | 'sha512';

export interface Derivation {
  readonly hash: Hash;
  readonly purpose: Purpose;
  readonly salt: Uint8Array;
  readonly iterations: number;
  /** How many bytes are wanted. */
  readonly length: number;
}

const IDS: Readonly<Record<Purpose, number>> = { key: 1, iv: 2, mac: 3 };
/** The hash's input block in bytes: v of the appendix. */
const BLOCKS: Readonly<Record<Hash, number>> = { sha1: 64, sha224: 64, sha256: 64, sha384: 128, sha512: 128 };

/** The key derivation of PKCS#12 itself (RFC 7292 appendix B.2), which node:crypto does not offer. */
export function derive(passphrase: string, { hash, purpose, salt, iterations, length }: Derivation): Buffer {
  const block = BLOCKS[hash];
  const diversifier = Buffer.alloc(block, IDS[purpose]);
  const input = Buffer.concat([fill(Buffer.from(salt), block), fill(bmpString(passphrase), block)]);
  const derived: Buffer[] = [];
  let have = 0;
  while (have < length) {
    let digest = createHash(hash).update(diversifier).update(input).digest();
    for (let round = 1; round < iterations; round += 1) digest = createHash(hash).update(digest).digest();
    derived.push(digest);
    have += digest.length;
    const addend = repeat(digest, block);
    for (let start = 0; start < input.length; start += block)
      addOneMore(input.subarray(start, start + block), addend);
  }
  return Buffer.concat(derived).subarray(0, length);
}

/** Big-endian UTF-16 with two zero bytes behind it (RFC 7292 appendix B.1). */
function bmpString(text: string): Buffer {
  return Buffer.from(`${text}\0`, 'utf16le').swap16();
}

/** Copies of it until the next multiple of a block; nothing stays nothing. */
function fill(bytes: Buffer, block: number): Buffer {
  return repeat(bytes, Math.ceil(bytes.length / block) * block);
}

function repeat(bytes: Buffer, length: number): Buffer {
  return length === 0 ? Buffer.alloc(0) : Buffer.alloc(length, bytes);
}

/** In place: number + addend + 1, modulo the length, both big-endian. */
function addOneMore(number: Buffer, addend: Buffer): void {
  let carry = 1;
  for (let index = number.length - 1; index >= 0; index -= 1) {
    carry += (number[index] ?? 0) + (addend[index] ?? 0);
    number[index] = carry & 0xff;
    carry >>= 8;
  }
}
