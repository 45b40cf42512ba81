/** The permutation of RFC 2268 2, from the digits of pi. */
const PI = Buffer.from(
  [
    'd978f9c419ddb5ed28e9fd794aa0d89dc67e37832b76538e624c6488448bfba2',
    '179a59f587b34f1361456d8d09817d32bd8f40eb86b77b0bf09521225c6b4e82',
    '54d66593ce60b21c7356c014a78cf1dc1275ca1f3bbee4d1423dd430a33cb626',
    '6fbf0eda4669075727f21d9bbc944303f811c7f690ef3ee706c3d52fc8661ed7',
    '08e8eade8052eef784aa72ac354d6a2a961ad2715a1549744b9fd05e0418a4ec',
    'c2e0416e0f51cbcc2491af50a1f47039997c3a8523b8b47afc02365b25559731',
    '2d5dfa98e38a92ae05df2910676cbac9d300e6cfe19ea82c6316013f58e289a9',
    '0d38341bab33ffb0bb480c5fb9b1cd2ec5f3db47e5a59c770aa62068fe7fc1ad',
  ].join(''),
  'hex',
);

const ROTATIONS = [1, 2, 3, 5] as const;
const BLOCK = 8;

/**
 * RC2 in CBC mode with PKCS#7 padding (RFC 2268), as old PKCS#12 files protect their certificates: OpenSSL 3 keeps it where
 * Node cannot reach it. `effectiveBits` is 40 or 128. Undefined when the padding is wrong.
 */
export function decryptRc2(
  key: Uint8Array,
  effectiveBits: number,
  iv: Uint8Array,
  data: Uint8Array,
): Uint8Array | undefined {
  if (data.length === 0 || data.length % BLOCK !== 0) return undefined;
  const schedule = expand(key, effectiveBits);
  const plain = Buffer.alloc(data.length);
  let before = Buffer.from(iv);
  for (let at = 0; at < data.length; at += BLOCK) {
    const block = Buffer.from(data.subarray(at, at + BLOCK));
    const opened = decryptBlock(schedule, block);
    for (let index = 0; index < BLOCK; index += 1)
      plain[at + index] = (opened[index] ?? 0) ^ (before[index] ?? 0);
    before = block;
  }
  const padding = plain.at(-1) ?? 0;
  const isPadded =
    padding >= 1 && padding <= BLOCK && plain.subarray(-padding).every((octet) => octet === padding);
  return isPadded ? new Uint8Array(plain.subarray(0, plain.length - padding)) : undefined;
}

/** RFC 2268 2: 64 words of 16 bits. */
function expand(key: Uint8Array, effectiveBits: number): Uint16Array {
  const bytes = Buffer.alloc(128);
  bytes.set(key);
  for (let at = key.length; at < 128; at += 1)
    bytes[at] = pi((bytes[at - 1] ?? 0) + (bytes[at - key.length] ?? 0));
  const effectiveBytes = Math.ceil(effectiveBits / 8);
  const first = 128 - effectiveBytes;
  bytes[first] = pi((bytes[first] ?? 0) & (0xff >> (effectiveBytes * 8 - effectiveBits)));
  for (let at = first - 1; at >= 0; at -= 1)
    bytes[at] = pi((bytes[at + 1] ?? 0) ^ (bytes[at + effectiveBytes] ?? 0));
  return Uint16Array.from({ length: 64 }, (_word, index) => bytes.readUInt16LE(index * 2));
}

function pi(index: number): number {
  return PI[index & 0xff] ?? 0;
}

/** RFC 2268 4: five rounds, a mash, six rounds, a mash, five rounds, all of them backwards. */
function decryptBlock(schedule: Uint16Array, block: Buffer): Buffer {
  const words = Uint16Array.from({ length: 4 }, (_word, index) => block.readUInt16LE(index * 2));
  const word = (index: number): number => words[index & 3] ?? 0;
  let next = 63;
  const unmix = (): void => {
    for (let index = 3; index >= 0; index -= 1) {
      const turn = ROTATIONS[index] ?? 0;
      const turned = ((word(index) >>> turn) | (word(index) << (16 - turn))) & 0xffff;
      const other = (word(index - 1) & word(index - 2)) + (~word(index - 1) & word(index - 3));
      words[index] = turned - (schedule[next] ?? 0) - other;
      next -= 1;
    }
  };
  const unmash = (): void => {
    for (let index = 3; index >= 0; index -= 1)
      words[index] = word(index) - (schedule[word(index - 1) & 63] ?? 0);
  };
  for (const [rounds, mashes] of [
    [5, true],
    [6, true],
    [5, false],
  ] as const) {
    for (let round = 0; round < rounds; round += 1) unmix();
    if (mashes) unmash();
  }
  const out = Buffer.alloc(BLOCK);
  words.forEach((value, index) => {
    out.writeUInt16LE(value, index * 2);
  });
  return out;
}
