/** The three rounds of RFC 1320 section 3.4: function, constant, order of the words, rotations. */
const ROUNDS = [
  {
    mix: (x: number, y: number, z: number) => (x & y) | (~x & z),
    constant: 0,
    order: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
    rotations: [3, 7, 11, 19],
  },
  {
    mix: (x: number, y: number, z: number) => (x & y) | (x & z) | (y & z),
    constant: 0x5a827999,
    order: [0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15],
    rotations: [3, 5, 9, 13],
  },
  {
    mix: (x: number, y: number, z: number) => x ^ y ^ z,
    constant: 0x6ed9eba1,
    order: [0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15],
    rotations: [3, 9, 11, 15],
  },
] as const;

const BLOCK = 64;

/**
 * The MD4 digest (RFC 1320), 16 bytes. NTLM hashes the account's password with it, and the OpenSSL inside Node
 * has it no more. It is broken as a hash; nothing else may use it.
 */
export function md4(message: Uint8Array): Buffer {
  const padded = pad(message);
  let state: Words = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476];
  for (let offset = 0; offset < padded.length; offset += BLOCK) {
    state = compress(state, padded.subarray(offset, offset + BLOCK));
  }
  const digest = Buffer.alloc(16);
  for (const [index, word] of state.entries()) digest.writeUInt32LE(word >>> 0, index * 4);
  return digest;
}

type Words = [number, number, number, number];

/** A bit 1, zeros, and the length in bits as 64-bit little endian (RFC 1320 sections 3.1 and 3.2). */
function pad(message: Uint8Array): Buffer {
  const padded = Buffer.alloc(Math.ceil((message.length + 9) / BLOCK) * BLOCK);
  padded.set(message);
  padded[message.length] = 0x80;
  padded.writeBigUInt64LE(BigInt(message.length) * 8n, padded.length - 8);
  return padded;
}

function compress(state: Words, block: Buffer): Words {
  let [a, b, c, d] = state;
  for (const { mix, constant, order, rotations } of ROUNDS) {
    for (const [step, word] of order.entries()) {
      const sum = (a + mix(b, c, d) + block.readUInt32LE(word * 4) + constant) | 0;
      const rotation = rotations[step % 4] ?? 0;
      [a, b, c, d] = [d, (sum << rotation) | (sum >>> (32 - rotation)), b, c];
    }
  }
  return [(state[0] + a) | 0, (state[1] + b) | 0, (state[2] + c) | 0, (state[3] + d) | 0];
}
