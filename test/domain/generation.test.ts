import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { generationNumber, generationOf, ownerOf } from '../../src/domain/generation.ts';
import type { Trustpoint } from '../../src/domain/trustpoint.ts';
import { PLAIN_TRUSTPOINT } from '../template/devices.ts';

const BRANCH: Trustpoint = {
  ...PLAIN_TRUSTPOINT,
  name: 'BRANCH',
  key: { ...PLAIN_TRUSTPOINT.key, label: 'branch-key' },
};

describe('generations of a trustpoint', () => {
  it('have a number behind the name and the key label, the first one has none', () => {
    const third = generationOf(BRANCH, 3);
    expect(third).toMatchObject({ name: 'BRANCH-3', rolledFrom: 'BRANCH', key: { label: 'branch-key-3' } });
    expect(generationOf(third, 12)).toMatchObject({ name: 'BRANCH-12', key: { label: 'branch-key-12' } });
    expect(generationOf(third, 1)).toEqual(BRANCH);
    expect(generationOf(BRANCH, 1)).toBe(BRANCH);
  });

  it('are told from other names, whichever of them is at hand', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5_000 }), fc.integer({ min: 1, max: 5_000 }), (from, to) => {
        const one = generationOf(BRANCH, from);
        expect(generationNumber(one, generationOf(one, to).name)).toBe(to);
        expect(generationOf(one, to)).toEqual(generationOf(BRANCH, to));
      }),
    );
    for (const other of ['BRANCH-', 'BRANCH-1', 'BRANCH-0', 'BRANCH-02', 'BRANCH-2a', 'BRANCH2', 'OTHER-2'])
      expect(generationNumber(BRANCH, other), other).toBeUndefined();
  });

  it('belong to the trustpoint of the inventory, but a trustpoint of that very name comes first', () => {
    const rolled: Trustpoint = { ...BRANCH, renew: { ...BRANCH.renew, keys: 'roll' } };
    const second: Trustpoint = { ...BRANCH, name: 'BRANCH-2' };
    expect(ownerOf([rolled], 'BRANCH-2')).toBe(rolled);
    expect(ownerOf([rolled, second], 'BRANCH-2')).toBe(second);
    expect(ownerOf([BRANCH], 'BRANCH-2')).toBeUndefined();
  });
});
