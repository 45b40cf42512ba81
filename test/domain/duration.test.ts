import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDuration, parseDuration } from '../../src/domain/duration.ts';

describe('parseDuration', () => {
  it.each([
    ['500ms', 500],
    ['90s', 90_000],
    ['5m', 300_000],
    ['1.5h', 5_400_000],
    ['30 d', 2_592_000_000],
    [' 1w ', 604_800_000],
    ['0s', 0],
  ])('reads %s', (text, milliseconds) => {
    expect(parseDuration(text)).toBe(milliseconds);
  });

  it.each(['', '5', 'm', '5 minutes', '-5m', '5m30s', '1e3s', '5M', '.5s', '5.s'])('refuses "%s"', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });

  it('gives a finite, positive number or nothing for any text', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const found = parseDuration(text);
        expect(found === undefined || found >= 0).toBe(true);
      }),
    );
  });
});

describe('formatDuration', () => {
  it.each([
    [0, '0.0s'],
    [800, '0.8s'],
    [9_949, '9.9s'],
    [10_000, '10s'],
    [200_000, '3m 20s'],
    [3_600_000, '1h'],
    [3_605_000, '1h 5s'],
    [29 * 86_400_000 + 4 * 3_600_000 + 59_000, '29d 4h'],
  ])('writes %i ms as %s', (milliseconds, text) => {
    expect(formatDuration(milliseconds)).toBe(text);
  });

  it('keeps the order of sizes: what is read back is never longer than a unit away', () => {
    fc.assert(
      fc.property(fc.integer({ min: 10_000, max: 400 * 86_400_000 }), (milliseconds) => {
        const parts = formatDuration(milliseconds).split(' ');
        const sum = parts.reduce((total, part) => total + (parseDuration(part) ?? Number.NaN), 0);
        const smallest = parseDuration(`1${parts.at(-1)?.slice(-1)}`) ?? 0;
        expect(Math.abs(milliseconds - sum)).toBeLessThanOrEqual(
          Math.max(smallest, parts.length < 2 ? 3_600_000 * 24 : 0),
        );
      }),
    );
  });
});
