import {
  createDiffieHellman,
  createDiffieHellmanGroup,
  createECDH,
  type DiffieHellman,
  type DiffieHellmanGroup,
  type ECDH,
  generatePrimeSync,
} from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { agree, type Group, makePair } from '../../src/dialogue/key-exchange-sums.js';

const PRIME = generatePrimeSync(1024, { bigint: false });
const OWN_PRIME = new Uint8Array(PRIME);
const MODP14 = createDiffieHellmanGroup('modp14').getPrime();

/** As Node itself computes in these groups: an odd number of few bits is examined quickly. */
const CASES: readonly (readonly [string, Group, () => DiffieHellman | DiffieHellmanGroup | ECDH])[] = [
  ['group 1', { modp: 'modp2' }, () => createDiffieHellmanGroup('modp2')],
  ['group 14', { modp: 'modp14' }, () => createDiffieHellmanGroup('modp14')],
  ['group 16', { modp: 'modp16' }, () => createDiffieHellmanGroup('modp16')],
  ['an exchanged group 14', { prime: MODP14, generator: 2 }, () => createDiffieHellman(MODP14, 2)],
  [
    'an exchanged group of its own',
    { prime: OWN_PRIME, generator: 5 },
    () => createDiffieHellman(Buffer.from(PRIME), 5),
  ],
  ['P-521', { curve: 'secp521r1' }, () => createECDH('secp521r1')],
];

describe.each(CASES)('in %s', (_name, group, nodes) => {
  it('both sides come to the same secret, whoever computes', () => {
    const other = nodes();
    const theirs = other.generateKeys();
    const pair = makePair(group);
    const digits = (secret: Uint8Array): string =>
      Buffer.from(secret)
        .toString('hex')
        .replace(/^(?:00)+/, '');
    expect(digits(agree(pair, theirs))).toBe(digits(other.computeSecret(Buffer.from(pair.publicValue))));
    // An mpint with its sign byte is the same number.
    if (!('curve' in group))
      expect(digits(agree(pair, Buffer.concat([Buffer.of(0), theirs])))).toBe(digits(agree(pair, theirs)));
  });

  it('every pair is another', () => {
    const values = Array.from({ length: 5 }, () => Buffer.from(makePair(group).publicValue).toString('hex'));
    expect(new Set(values).size).toBe(5);
  });

  it('a public value that is none is refused', () => {
    const pair = makePair(group);
    const none = 'curve' in group ? [[], [0], [4, 1, 2]] : [[0], [1]];
    for (const bytes of none) expect(() => agree(pair, Uint8Array.from(bytes))).toThrow();
    if ('curve' in group) return;
    const prime = Buffer.from(
      'prime' in group ? group.prime : createDiffieHellmanGroup(group.modp).getPrime(),
    );
    const less = Buffer.from(prime);
    less[less.length - 1] = (less.at(-1) ?? 0) - 1;
    for (const large of [prime, less, Buffer.concat([Buffer.of(1), prime])])
      expect(() => agree(pair, large)).toThrow();
  });
});
