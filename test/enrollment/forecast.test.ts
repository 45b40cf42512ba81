import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type ForecastOptions,
  forecastRenewals,
  type HeldCertificate,
} from '../../src/enrollment/forecast.ts';

const DAY_MS = 86_400_000;
const NOW = new Date('2026-11-21T06:00:00Z');
const inDays = (days: number): Date => new Date(NOW.getTime() + days * DAY_MS);
const days = (count: number) => ({ kind: 'duration', milliseconds: count * DAY_MS }) as const;

const held = (daysLeft: number, more: Partial<HeldCertificate> = {}): HeldCertificate => ({
  device: `br-${daysLeft}`,
  trustpoint: 'BRANCH',
  serial: '0A',
  notBefore: inDays(daysLeft - 365),
  notAfter: inDays(daysLeft),
  authority: 'ca',
  zone: 'Europe/Paris',
  rules: { before: days(30), spreadMs: 0, windows: [] },
  ...more,
});
const foresee = (certificates: readonly HeldCertificate[], more: Partial<ForecastOptions> = {}) =>
  forecastRenewals(certificates, { now: NOW, days: 400, capacities: new Map(), ...more });
/** `day: renewals` of the days that have some. */
const renewals = (...args: Parameters<typeof foresee>): Record<number, number> =>
  Object.fromEntries(
    foresee(...args).days.flatMap(({ renewals: count }, index) => (count > 0 ? [[index, count]] : [])),
  );

describe('forecastRenewals', () => {
  it('counts ends by day, those that are over and those that are too late to show', () => {
    const { days: shown, ended, later } = foresee([held(-1), held(0.5), held(10), held(10), held(900)]);
    expect({ ended, later }).toEqual({ ended: 1, later: 1 });
    expect(shown).toHaveLength(400);
    expect(shown.slice(0, 2)).toEqual([
      { day: '2026-11-21', ends: 1, renewals: 1 + 2, lost: 0 },
      { day: '2026-11-22', ends: 0, renewals: 0, lost: 0 },
    ]);
    expect(shown[10]).toMatchObject({ day: '2026-12-01', ends: 2 });
  });

  it('renews on the day on which a certificate is due, and its successor a life later', () => {
    expect(renewals([held(40)])).toEqual({ 10: 1, 345: 1 });
  });

  it('waits for a day with a window, but not in the last twentieth', () => {
    const wednesdays = {
      before: days(30),
      spreadMs: 0,
      windows: [{ cron: '0 1 * * 3', durationMs: 3_600_000 }],
    };
    // Due on Saturday the 5th of December; the next Wednesday is the 9th.
    expect(Object.keys(renewals([held(44, { rules: wednesdays })]))[0]).toBe('18');
    expect(Object.keys(renewals([held(3, { rules: wednesdays })]))[0]).toBe('0');
  });

  it('takes the last window before a certificate is due, where the next one comes too late', () => {
    const quarterly = { cron: '0 1 1 1,4,7,10 *', durationMs: 3_600_000 };
    const rules = { before: days(20), spreadMs: 0, windows: [quarterly] };
    // Ends on the 31st of March: due on the 11th, in its last twentieth on the 12th.
    expect(Object.keys(renewals([held(130, { rules })]))[0]).toBe('41');
  });

  it('lets the CA have no more than it takes in one run, and tells of what ends meanwhile', () => {
    const urgent = Array.from({ length: 6 }, (_, index) =>
      held(index === 5 ? 1 : 2.5, { device: `br-${index}` }),
    );
    const { days: shown } = foresee(urgent, { capacities: new Map([['ca', 1]]), days: 20 });
    expect(shown.slice(0, 4).map(({ renewals: count, lost }) => [count, lost])).toEqual([
      [1, 0],
      [1, 0],
      [1, 3],
      [0, 0],
    ]);
  });

  it('never exceeds a capacity, and loses nobody without one', () => {
    const fleets = fc.array(
      fc.record({ left: fc.integer({ min: 1, max: 364 }), spread: fc.integer({ min: 0, max: 14 }) }),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(fleets, fc.option(fc.integer({ min: 1, max: 4 })), (fleet, capacity) => {
        const certificates = fleet.map(({ left, spread }, index) =>
          held(left, {
            device: `br-${index}`,
            rules: { before: days(30), spreadMs: spread * DAY_MS, windows: [] },
          }),
        );
        const capacities = new Map(capacity === null ? [] : [['ca', capacity]]);
        const { days: shown } = foresee(certificates, { capacities });
        for (const { renewals: count } of shown) expect(count).toBeLessThanOrEqual(capacity ?? fleet.length);
        const lost = shown.reduce((sum, { lost: count }) => sum + count, 0);
        if (capacity === null) expect(lost).toBe(0);
        expect(shown.reduce((sum, { ends }) => sum + ends, 0)).toBe(fleet.length);
      }),
      { numRuns: 40 },
    );
  });
});
