import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutBatches, type Share } from '../../src/run/batches.ts';
import { aDevice } from './a-device.ts';

const fleet = (size: number) => Array.from({ length: size }, (_, index) => aDevice(`br-${index + 1}`));
const one: Share = { kind: 'count', devices: 1 };
const percent = (share: number): Share => ({ kind: 'percent', percent: share });

describe('cutBatches', () => {
  it('takes one device, 5 %, 25 % and then all that is left of 200', () => {
    const sizes = [one, percent(5), percent(25), percent(100)];
    expect(cutBatches(fleet(200), { sizes }).map(({ length }) => length)).toEqual([1, 10, 50, 139]);
  });

  it('repeats the last size until nobody is left', () => {
    expect(cutBatches(fleet(10), { sizes: [one, percent(30)] }).map(({ length }) => length)).toEqual([
      1, 3, 3, 3,
    ]);
  });

  it('rounds a percent of a small fleet up to one device', () => {
    expect(cutBatches(fleet(3), { sizes: [percent(1)] }).map(({ length }) => length)).toEqual([1, 1, 1]);
  });

  it('lets a class go first and shares no batch between it and the others', () => {
    const devices = fleet(6);
    const first = new Set(['br-3', 'br-4', 'br-6']);
    const batches = cutBatches(devices, {
      sizes: [one, { kind: 'count', devices: 10 }],
      first: ({ name }) => first.has(name),
    });
    expect(batches.map((batch) => batch.map(({ name }) => name))).toEqual([
      ['br-3'],
      ['br-4', 'br-6'],
      ['br-1', 'br-2', 'br-5'],
    ]);
  });

  it('refuses sizes that would never get through a fleet', () => {
    expect(() => cutBatches(fleet(2), { sizes: [] })).toThrow(TypeError);
    expect(() => cutBatches(fleet(2), { sizes: [percent(0)] })).toThrow(TypeError);
  });

  it('puts every device into exactly one batch, whatever the sizes are', () => {
    const size = fc.oneof(
      fc.record({ kind: fc.constant('count' as const), devices: fc.integer({ min: 1, max: 50 }) }),
      fc.record({
        kind: fc.constant('percent' as const),
        percent: fc.double({ min: 0.01, max: 100, noNaN: true }),
      }),
    );
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 120 }),
        fc.array(size, { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 1, max: 9 }),
        (count, sizes, each) => {
          const devices = fleet(count);
          const first = ({ name }: { name: string }) => Number(name.slice(3)) % each === 0;
          const batches = cutBatches(devices, { sizes, first });
          expect(batches.every(({ length }) => length > 0)).toBe(true);
          expect(batches.flat().toSorted((a, b) => devices.indexOf(a) - devices.indexOf(b))).toEqual(devices);
        },
      ),
    );
  });
});
