import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RenewWindow } from '../../src/domain/trustpoint.ts';
import { nextOpening, windowAt } from '../../src/enrollment/renewal-windows.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
const NIGHTS: RenewWindow = { cron: '0 1 * * 2-4', durationMs: 4 * HOUR_MS };

const at = (text: string): Date => new Date(text);

describe('windowAt', () => {
  it('is open at any time without windows', () => {
    expect(windowAt([], 'UTC', at('2026-11-21T12:00:00Z'))).toEqual({ open: true });
  });

  it.each([
    ['a second before', '2026-11-23T23:59:59Z', { open: false, next: at('2026-11-24T00:00:00Z') }],
    ['when it opens', '2026-11-24T00:00:00Z', { open: true, until: at('2026-11-24T04:00:00Z') }],
    [
      'in its last millisecond',
      '2026-11-24T03:59:59.999Z',
      { open: true, until: at('2026-11-24T04:00:00Z') },
    ],
    ['when it closes', '2026-11-24T04:00:00Z', { open: false, next: at('2026-11-25T00:00:00Z') }],
  ])('is meant in the zone of the site: %s', (_name, now, expected) => {
    expect(windowAt([NIGHTS], 'Europe/Paris', at(now))).toEqual(expected);
  });

  it('prefers the zone of the window to that of the device', () => {
    const tokyo = { ...NIGHTS, zone: 'Asia/Tokyo' };
    expect(windowAt([tokyo], 'Europe/Paris', at('2026-11-23T16:30:00Z'))).toMatchObject({ open: true });
  });

  it('is open as long as one of several is', () => {
    const early = { cron: '0 0 * * *', durationMs: 2 * HOUR_MS };
    const late = { cron: '0 1 * * *', durationMs: 5 * HOUR_MS };
    expect(windowAt([early, late], 'UTC', at('2026-11-21T01:30:00Z'))).toEqual({
      open: true,
      until: at('2026-11-21T06:00:00Z'),
    });
  });

  // Europe/Paris leaves out 02:00-03:00 on 2026-03-29, and has 02:00-03:00 twice on 2026-10-25.
  it('opens when the hour that summer time leaves out is over, and stays open for all of its duration', () => {
    const half = { cron: '30 2 * * *', durationMs: HOUR_MS };
    expect(windowAt([half], 'Europe/Paris', at('2026-03-29T00:59:59Z'))).toMatchObject({ open: false });
    expect(windowAt([half], 'Europe/Paris', at('2026-03-29T01:00:00Z'))).toEqual({
      open: true,
      until: at('2026-03-29T02:00:00Z'),
    });
  });

  it('opens once on the night that has the hour twice', () => {
    const half = { cron: '30 2 * * *', durationMs: HOUR_MS };
    const opened = nextOpening([half], 'Europe/Paris', at('2026-10-24T12:00:00Z'));
    expect(opened).toEqual(at('2026-10-25T00:30:00Z'));
    expect(windowAt([half], 'Europe/Paris', at('2026-10-25T01:29:59Z'))).toMatchObject({ open: true });
    expect(windowAt([half], 'Europe/Paris', at('2026-10-25T01:30:00Z'))).toEqual({
      open: false,
      next: at('2026-10-26T01:30:00Z'),
    });
  });

  it('agrees with the calendar of each zone, through every change of its clocks', () => {
    const cases = fc.record({
      zone: fc.constantFrom(...Object.keys(CHANGES)),
      change: fc.nat(),
      hour: fc.integer({ min: 0, max: 23 }),
      minute: fc.integer({ min: 0, max: 59 }),
      minutes: fc.integer({ min: 1, max: 26 * 60 }),
      probes: fc.array(fc.integer({ min: 0, max: 3 * DAY_MS }), { minLength: 8, maxLength: 8 }),
    });
    fc.assert(
      fc.property(cases, ({ zone, change, hour, minute, minutes, probes }) => {
        const around = CHANGES[zone]?.at(change % (CHANGES[zone]?.length ?? 1)) ?? '';
        const from = Date.parse(`${around}T00:00:00Z`) - 2 * DAY_MS;
        const opens = openings(zone, { hour, minute }, from, from + 7 * DAY_MS);
        const window = { cron: `${minute} ${hour} * * *`, durationMs: minutes * MINUTE_MS };
        for (const probe of probes) {
          const now = from + 2 * DAY_MS + probe;
          const open = opens.filter((time) => time <= now && now < time + window.durationMs);
          const state = windowAt([window], zone, new Date(now));
          const next = opens.find((time) => time > now);
          if (open.length > 0) expect(state.open).toBe(true);
          else expect(state).toEqual({ open: false, next: new Date(next ?? Number.NaN) });
        }
      }),
      { numRuns: 25 },
    );
  });
});

/** Days on which clocks change, and one on which they do not. */
const CHANGES: Readonly<Record<string, readonly string[]>> = {
  UTC: ['2026-06-01'],
  'Europe/Paris': ['2026-03-29', '2026-10-25', '2026-07-14'],
  'America/St_Johns': ['2026-03-08', '2026-11-01'],
  'America/Sao_Paulo': ['2018-11-04', '2019-02-16'],
  'Australia/Lord_Howe': ['2026-04-05', '2026-10-04'],
  'Asia/Kathmandu': ['2026-01-01'],
};

/**
 * What a wall clock shows at each minute decides: a window opens in the first minute that shows its time, or, on a day
 * that has no such minute, in the first that shows a later one.
 */
function openings(
  zone: string,
  { hour, minute }: { readonly hour: number; readonly minute: number },
  from: number,
  to: number,
): readonly number[] {
  const wall = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    hourCycle: 'h23',
    dateStyle: 'short',
    timeStyle: 'short',
  });
  const wanted = hour * 60 + minute;
  const opened = new Map<string, number>();
  const begun = new Set<string>();
  let first: string | undefined;
  for (let time = from; time < to; time += MINUTE_MS) {
    const [date = '', clock = ''] = wall.format(time).split(', ');
    const [hours = 0, minutes = 0] = clock.split(':').map(Number);
    first ??= date;
    begun.add(date);
    if (!opened.has(date) && hours * 60 + minutes >= wanted) opened.set(date, time);
  }
  // Of the first day the beginning was not seen.
  return [...opened].filter(([date]) => date !== first).map(([, time]) => time);
}
