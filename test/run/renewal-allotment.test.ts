import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { byUrgency, RenewalAllotment, type RenewalWish } from '../../src/run/renewal-allotment.ts';

const wishes = fc.uniqueArray(
  fc.record({
    device: fc.integer({ min: 0, max: 40 }).map((number) => `br-${number}`),
    trustpoint: fc.constantFrom('BRANCH', 'VPN'),
    authority: fc.constantFrom('one', 'two', 'free'),
    notAfter: fc.integer({ min: 0, max: 20 }).map((day) => new Date(day * 86_400_000)),
  }),
  { selector: ({ device, trustpoint }) => `${device} ${trustpoint}`, maxLength: 40 },
);
const capacity = fc.integer({ min: 0, max: 12 });

describe('RenewalAllotment', () => {
  it('never gives more places than a CA has, and leaves none empty while somebody waits', () => {
    fc.assert(
      fc.property(wishes, capacity, capacity, (all, one, two) => {
        const granted = grantedOf(all, new Map(Object.entries({ one, two })));
        for (const [name, places] of Object.entries({ one, two })) {
          const own = all.filter(({ authority }) => authority === name);
          expect(granted.filter(({ authority }) => authority === name)).toHaveLength(
            Math.min(places, own.length),
          );
        }
        const free = ({ authority }: RenewalWish): boolean => authority === 'free';
        expect(granted.filter(free)).toEqual(all.filter(free));
      }),
    );
  });

  it('lets nobody wait behind a less urgent one', () => {
    fc.assert(
      fc.property(wishes, capacity, (all, places) => {
        const own = all.filter(({ authority }) => authority === 'one');
        const granted = grantedOf(own, new Map([['one', places]]));
        expect(granted.toSorted(byUrgency)).toEqual(own.toSorted(byUrgency).slice(0, places));
      }),
    );
  });

  it('keeps a place for a second attempt, and gives one that is left to a device that could be read late', () => {
    const first = { device: 'br-1', trustpoint: 'BRANCH', authority: 'one', notAfter: new Date(0) };
    const allotment = new RenewalAllotment(new Map([['one', 2]]), [first]);
    expect(allotment.mayRenew(first)).toBe(true);
    expect(allotment.mayRenew(first)).toBe(true);
    expect(allotment.mayRenew({ ...first, device: 'br-2' })).toBe(true);
    expect(allotment.mayRenew({ ...first, device: 'br-3' })).toBe(false);
    expect(allotment.mayRenew({ ...first, device: 'br-2' })).toBe(true);
  });
});

function grantedOf(
  all: readonly RenewalWish[],
  capacities: ReadonlyMap<string, number>,
): readonly RenewalWish[] {
  const allotment = new RenewalAllotment(capacities, all);
  return all.filter((wish) => allotment.mayRenew(wish));
}
