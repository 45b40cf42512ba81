import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { didYouMean, nearest, nearestFew } from '../../src/inventory/suggest.ts';

describe('nearest', () => {
  it.each([
    ['tymezone', 'timezone'],
    ['tiemzone', 'timezone'],
    ['Timezone', 'timezone'],
    ['timezon', 'timezone'],
    ['host', undefined],
    ['zzzzzzzz', undefined],
  ])('%s: %s', (word, expected) => {
    expect(nearest(word, ['clock', 'timezone', 'timeouts'])).toBe(expected);
  });

  it('finds a word of which one letter was changed, swapped, added or lost', () => {
    const word = fc.stringMatching(/^[a-z]{4,12}$/);
    fc.assert(
      fc.property(word, fc.nat(), fc.constantFrom('change', 'swap', 'add', 'lose'), (known, where, slip) => {
        const at = where % (known.length - 1);
        const [before, after] = [known.slice(0, at), known.slice(at)];
        const slips = {
          change: `${before}#${after.slice(1)}`,
          swap: `${before}${after[1]}${after[0]}${after.slice(2)}`,
          add: `${before}#${after}`,
          lose: before + after.slice(1),
        };
        expect(didYouMean(slips[slip], [known])).toBe(`did you mean ${known}?`);
      }),
    );
  });

  it('lists the nearest first', () => {
    expect(nearestFew('br-0011', ['br-1111', 'br-0012', 'dc-1', 'br-0021', 'br-0111'], 2)).toEqual([
      'br-0012',
      'br-0021',
    ]);
  });
});
