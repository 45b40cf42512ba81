import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decideForLife, type LifeCase } from '../../src/enrollment/renewal.ts';
import { dueAt, emergencyAt, type Life, leadOf } from '../../src/enrollment/renewal-due.ts';
import { windowAt } from '../../src/enrollment/renewal-windows.ts';
import { byUrgency, RenewalAllotment } from '../../src/run/renewal-allotment.ts';
import { TRUSTPOINT } from './world.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
/** Half a year with both changes of the clocks in most zones. */
const START = Date.parse('2026-09-15T00:00:00Z');
const END = START + 220 * DAY_MS;

/** What a fleet is, and how its sweeps are run. */
const worlds = fc.record({
  zone: fc.constantFrom('UTC', 'Europe/Paris', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu'),
  before: fc.oneof(
    fc
      .integer({ min: 1, max: 60 })
      .map((days) => ({ kind: 'duration', milliseconds: days * DAY_MS }) as const),
    fc.integer({ min: 6, max: 60 }).map((percent) => ({ kind: 'percent-of-life-left', percent }) as const),
  ),
  spreadMs: fc.integer({ min: 0, max: 20 }).map((days) => days * DAY_MS),
  windows: fc.array(
    fc.record({
      cron: fc
        .record({ hour: fc.nat(23), minute: fc.nat(59), day: fc.constantFrom('*', '1', '2-4', '0,6') })
        .map(({ hour, minute, day }) => `${minute} ${hour} * * ${day}`),
      durationMs: fc.integer({ min: 1, max: 30 }).map((hours) => hours * HOUR_MS),
    }),
    { maxLength: 2 },
  ),
  lives: fc.array(
    fc.record({ lifeDays: fc.integer({ min: 20, max: 400 }), usedPercent: fc.integer({ min: 0, max: 94 }) }),
    { minLength: 1, maxLength: 6 },
  ),
  everyHours: fc.integer({ min: 1, max: 23 }),
  capacity: fc.option(fc.integer({ min: 1, max: 3 })),
});
type World = typeof worlds extends fc.Arbitrary<infer Value> ? Value : never;

interface Renewed {
  readonly life: Life;
  readonly at: Date;
  readonly wasOpen: boolean;
}

describe('sweeps over half a year', () => {
  it('renew every certificate before its end, where its CA has room', () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const { ended } = sweep({ ...world, capacity: null });
        expect(ended).toEqual([]);
      }),
      { numRuns: 20 },
    );
  });

  it('renew in windows only, but in the last twentieth of a life; and only what is due, but in a last window', () => {
    fc.assert(
      fc.property(worlds, (world) => {
        for (const { life, at, wasOpen } of sweep(world).renewed) {
          const isUrgent = emergencyAt(life) <= at;
          expect(wasOpen || isUrgent).toBe(true);
          const due = dueAt(life, leadOf(life, world));
          if (due > at) expect(isLast(world, life, at)).toBe(true);
        }
      }),
      { numRuns: 20 },
    );
  });

  it('never exceed what the CA renews in one run, and let one end only when more urgent ones took every place', () => {
    fc.assert(
      fc.property(worlds, fc.integer({ min: 1, max: 2 }), (world, capacity) => {
        const { runs } = sweep({ ...world, capacity });
        for (const { due, granted } of runs) {
          expect(granted.length).toBe(Math.min(capacity, due.length));
          expect(granted).toEqual(due.toSorted(byUrgency).slice(0, capacity));
        }
      }),
      { numRuns: 20 },
    );
  });
});

/** Runs a sweep every so many hours; whatever is renewed has the same life again. */
function sweep(world: World) {
  const { everyHours, lives, zone, capacity } = world;
  let fleet = lives.map(({ lifeDays, usedPercent }, index): Life => {
    const notBefore = new Date(START - (lifeDays * DAY_MS * usedPercent) / 100);
    const notAfter = new Date(notBefore.getTime() + lifeDays * DAY_MS);
    return { device: `br-${index}`, trustpoint: 'BRANCH', serial: `${index}`, notBefore, notAfter };
  });
  const renewed: Renewed[] = [];
  const ended: Life[] = [];
  const runs: { due: readonly Wish[]; granted: readonly Wish[] }[] = [];
  for (let time = START; time < END; time += everyHours * HOUR_MS) {
    const now = new Date(time);
    const due = fleet.filter((life) => decisionFor(world, life, now) === 'due').map(wishFor);
    const allotment = new RenewalAllotment(capacity === null ? new Map() : new Map([['ca', capacity]]), due);
    const granted = due.filter((wish) => allotment.mayRenew(wish)).toSorted(byUrgency);
    runs.push({ due, granted });
    fleet = fleet.flatMap((life): Life[] => {
      if (!granted.some(({ device }) => device === life.device)) {
        if (life.notAfter > now) return [life];
        ended.push(life);
        return [];
      }
      const wasOpen = windowAt(world.windows, zone, now).open;
      renewed.push({ life, at: now, wasOpen });
      const lifeMs = life.notAfter.getTime() - life.notBefore.getTime();
      return [{ ...life, serial: `${life.serial}1`, notBefore: now, notAfter: new Date(time + lifeMs) }];
    });
  }
  return { renewed, ended, runs };
}

type Wish = ReturnType<typeof wishFor>;

function wishFor({ device, trustpoint, notAfter }: Life) {
  return { device, trustpoint, authority: 'ca', notAfter };
}

function decisionFor({ zone, ...rules }: World, life: Life, now: Date) {
  const { before, spreadMs, windows } = rules;
  const trustpoint = {
    ...TRUSTPOINT,
    renew: { before, spreadMs, windows, keys: 'same' as const, checkRevocation: false },
  };
  const facts: LifeCase = { trustpoint, zone, life, caEnd: undefined, itself: undefined };
  return decideForLife(facts, {}, now).decision;
}

/** No window opens from this moment to the last twentieth of its life: looked at every ten minutes. */
function isLast({ windows, zone }: World, life: Life, now: Date): boolean {
  const emergency = emergencyAt(life).getTime();
  let wasOpen = true;
  for (let time = now.getTime(); time < emergency; time += 10 * 60_000) {
    const { open } = windowAt(windows, zone, new Date(time));
    if (open && !wasOpen) return false;
    wasOpen = open;
  }
  return true;
}
