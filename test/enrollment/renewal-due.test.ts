import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dueAt, emergencyAt, type Life, leadOf } from '../../src/enrollment/renewal-due.ts';

const DAY_MS = 86_400_000;
const NOW = new Date('2026-11-21T00:00:00Z');
const life = (more: Partial<Life> = {}): Life => ({
  device: 'br-0001',
  trustpoint: 'BRANCH',
  serial: '0A',
  notBefore: NOW,
  notAfter: new Date(NOW.getTime() + 365 * DAY_MS),
  ...more,
});
const days = (count: number) => ({ kind: 'duration', milliseconds: count * DAY_MS }) as const;
const anyRules = fc.record({
  before: fc.oneof(
    fc.integer({ min: 1, max: 900 }).map(days),
    fc.integer({ min: 1, max: 99 }).map((percent) => ({ kind: 'percent-of-life-left', percent }) as const),
  ),
  spreadMs: fc.integer({ min: 0, max: 400 * DAY_MS }),
});
const anyLife = fc
  .record({ serial: fc.nat().map((one) => one.toString(16)), lifeDays: fc.integer({ min: 1, max: 4000 }) })
  .map(({ serial, lifeDays }) => life({ serial, notAfter: new Date(NOW.getTime() + lifeDays * DAY_MS) }));

describe('when a certificate is due', () => {
  it('is its margin and its own share of the spread before its end, always the same', () => {
    const rules = { before: days(30), spreadMs: 7 * DAY_MS };
    const lead = leadOf(life(), rules);
    expect(lead.marginMs).toBe(30 * DAY_MS);
    expect(lead.spreadMs).toBeGreaterThan(0);
    expect(lead.spreadMs).toBeLessThan(7 * DAY_MS);
    expect(leadOf(life(), rules)).toEqual(lead);
    expect(leadOf(life({ serial: '0B' }), rules).spreadMs).not.toBe(lead.spreadMs);
  });

  it('takes a sweep from the command line as it is', () => {
    expect(leadOf(life(), { before: days(30), spreadMs: 7 * DAY_MS }, days(400))).toEqual({
      marginMs: 400 * DAY_MS,
      spreadMs: 0,
    });
  });

  it('leaves a third of its life alone, whatever the rule, unless the rule is a percentage', () => {
    fc.assert(
      fc.property(anyLife, anyRules, (one, rules) => {
        const lead = leadOf(one, rules);
        const due = dueAt(one, lead).getTime();
        const third = (one.notAfter.getTime() - one.notBefore.getTime()) / 3;
        expect(due).toBeLessThan(one.notAfter.getTime());
        if (rules.before.kind === 'duration') {
          expect(due).toBeGreaterThanOrEqual(Math.floor(one.notBefore.getTime() + third));
        } else expect(lead.spreadMs === 0 || due >= Math.floor(one.notBefore.getTime() + third)).toBe(true);
        expect(due).toBeLessThanOrEqual(dueAt(one, leadOf(one, { ...rules, spreadMs: 0 })).getTime());
      }),
    );
  });

  it('is an emergency in the last twentieth of its life', () => {
    expect(emergencyAt(life())).toEqual(new Date(NOW.getTime() + 0.95 * 365 * DAY_MS));
  });

  // The seed is fixed: among thousands of days of chance one may well lie above the bound.
  it('falls on no day more often than the mean and four times its square root, for a fleet enrolled in one night', () => {
    const fleets = fc.record({
      prefix: fc.string({ minLength: 1, maxLength: 12 }),
      devices: fc.integer({ min: 200, max: 2000 }),
      spread: fc.integer({ min: 2, max: 30 }),
    });
    fc.assert(
      fc.property(fleets, ({ prefix, devices, spread }) => {
        const rules = { before: days(30), spreadMs: spread * DAY_MS };
        const perDay = Array.from({ length: spread }, () => 0);
        for (let index = 0; index < devices; index += 1) {
          const one = life({ device: `${prefix}${index}`, serial: (4096 + index).toString(16) });
          const day = Math.floor(leadOf(one, rules).spreadMs / DAY_MS);
          perDay[day] = (perDay[day] ?? 0) + 1;
        }
        const mean = devices / spread;
        expect(perDay).toHaveLength(spread);
        expect(Math.max(...perDay)).toBeLessThanOrEqual(mean + 4 * Math.sqrt(mean));
      }),
      { numRuns: 60, seed: 20_261_121 },
    );
  });
});
