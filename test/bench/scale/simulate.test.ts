import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bounds, type Model, type Phase, simulate } from '../../../bench/scale/simulate.ts';

const wait = (ms: number): Phase => ({ kind: 'wait', ms });
const work = (program: string, ms: number): Phase => ({ kind: 'work', program, ms });
const held = (room: string, ...phases: readonly Phase[]): readonly Phase[] => [
  { kind: 'take', room },
  ...phases,
  { kind: 'give', room },
];

/** One machine of two cores with a program of one thread and one of four, and five passwords. */
function model(job: readonly Phase[], rules: Partial<Model['rules']>, startUp: readonly Phase[] = []): Model {
  return {
    machines: { here: 2 },
    programs: { loop: { machine: 'here', threads: 1 }, pool: { machine: 'here', threads: 4 } },
    rooms: { passwords: 5 },
    rules: { devices: 100, concurrency: 1000, ...rules },
    startUp,
    job,
  };
}

describe('a simulated run', () => {
  it('takes one device as long as its phases take one after the other', () => {
    const job = [wait(300), work('loop', 20), ...held('passwords', wait(100)), work('pool', 50)];
    const { wallMs, meanJobMs, mostAtWork, cpuMs } = simulate(
      model(job, { devices: 1 }, [work('loop', 400)]),
    );
    expect({ wallMs, meanJobMs, mostAtWork }).toEqual({ wallMs: 870, meanJobMs: 470, mostAtWork: 1 });
    expect(cpuMs).toEqual({ loop: 420, pool: 50 });
  });

  it('is over at once without devices', () => {
    expect(simulate(model([wait(300)], { devices: 0 })).wallMs).toBe(0);
  });

  it('bound by its start rate lasts until the last start, and the last device', () => {
    const { wallMs, mostAtWork } = simulate(model([wait(2000)], { devices: 200, startsPerSecond: 20 }));
    expect(wallMs).toBeCloseTo(199 * 50 + 2000, 6);
    expect(mostAtWork).toBe(40);
  });

  it('begins a quick start rate in twenty bursts a second', () => {
    // 50 at once every 50 ms.
    const { wallMs } = simulate(model([wait(10)], { devices: 200, startsPerSecond: 1000 }));
    expect(wallMs).toBeCloseTo(150 + 10, 6);
  });

  it('bound by its concurrency lasts as many rounds as are needed', () => {
    const { wallMs, mostAtWork } = simulate(model([wait(700)], { devices: 95, concurrency: 10 }));
    expect({ wallMs, mostAtWork }).toEqual({ wallMs: 7000, mostAtWork: 10 });
  });

  it('bound by one thread lasts as long as all its work, and the other core helps nothing', () => {
    const { wallMs, busyMs } = simulate(model([work('loop', 30)], {}));
    expect(wallMs).toBeCloseTo(3000, 6);
    expect(busyMs.here).toBeCloseTo(3000, 6);
  });

  it('bound by the cores lasts as long as all work over their number', () => {
    const { wallMs, busyMs } = simulate(model([work('pool', 100)], {}));
    expect(wallMs).toBeCloseTo(5000, 6);
    expect(busyMs.here).toBeCloseTo(10_000, 6);
  });

  it('shares one core among two programs evenly', () => {
    const one: Model = { ...model([], {}), machines: { here: 1 } };
    // Each loop stage passes to the pool; two busy programs have half a core each.
    const { wallMs } = simulate({ ...one, job: [work('loop', 10), work('pool', 10)] });
    expect(wallMs).toBeCloseTo(2000, 6);
  });

  it('bound by passwords lasts as long as all of them are held, over their number', () => {
    const { wallMs, takenMs } = simulate(model([wait(500), ...held('passwords', wait(2000)), wait(250)], {}));
    expect(wallMs).toBeCloseTo(500 + (100 / 5) * 2000 + 250, 6);
    expect(takenMs.passwords).toBeCloseTo(100 * 2000, 6);
  });

  it('works batch after batch', () => {
    const { wallMs } = simulate(model([wait(1000)], { devices: 60, concurrency: 10, batches: [1, 20] }));
    // 1, 20, 20 and 19 devices, ten at once.
    expect(wallMs).toBe(1000 + 3 * 2000);
  });

  it('lets only the first ones log in until the password was taken', () => {
    const job: readonly Phase[] = [wait(400), { kind: 'accepted' }, wait(600)];
    const { wallMs } = simulate(model(job, { unprovenAtOnce: 3 }));
    expect(wallMs).toBe(400 + 1000);
  });

  it('refuses rules by which nothing begins', () => {
    expect(() => simulate(model([], { concurrency: 0 }))).toThrow(TypeError);
    expect(() => simulate(model([], { startsPerSecond: 0 }))).toThrow(TypeError);
  });

  it('knows no program that the model does not have', () => {
    expect(() => simulate(model([work('nobody', 1)], {}))).toThrow('the model has no nobody');
  });

  it('names what binds', () => {
    const name = (job: readonly Phase[], rules: Partial<Model['rules']>): string | undefined =>
      bounds(model(job, rules))[0]?.name;
    expect(name([wait(2000)], { startsPerSecond: 20 })).toBe('start rate');
    expect(name([wait(2000)], { concurrency: 10 })).toBe('concurrency');
    expect(name([work('loop', 30)], {})).toBe('CPU of loop');
    expect(name([work('pool', 100)], {})).toBe('cores of here');
    expect(name(held('passwords', wait(2000)), {})).toBe('passwords');
  });
});

const amount = fc.integer({ min: 1, max: 400 });
const phase = fc.oneof(
  amount.map((ms): readonly Phase[] => [wait(ms)]),
  amount.map((ms): readonly Phase[] => [work('loop', ms)]),
  amount.map((ms): readonly Phase[] => [work('pool', ms)]),
  amount.map((ms): readonly Phase[] => held('passwords', wait(ms))),
);
const jobs = fc.array(phase, { minLength: 1, maxLength: 6 }).map((phases) => phases.flat());
const rules = fc.record({
  devices: fc.integer({ min: 1, max: 60 }),
  concurrency: fc.integer({ min: 1, max: 40 }),
  startsPerSecond: fc.constantFrom(1, 5, 20, 200),
});

describe('whatever is simulated', () => {
  it('is never quicker than what binds, and never slower than everything one after the other', () => {
    fc.assert(
      fc.property(jobs, rules, (job, given) => {
        const { wallMs } = simulate(model(job, given));
        const all = bounds(model(job, given));
        const alone = job.reduce((sum, part) => sum + ('ms' in part ? part.ms : 0), 0);
        const starts = all.find(({ name }) => name === 'start rate')?.ms ?? 0;
        expect(wallMs).toBeGreaterThanOrEqual((all[0]?.ms ?? 0) - 1e-6);
        expect(wallMs).toBeLessThanOrEqual(starts + given.devices * (alone + 1000 / given.startsPerSecond));
      }),
    );
  });

  it('does all the work there is, once', () => {
    fc.assert(
      fc.property(jobs, rules, (job, given) => {
        const { cpuMs, busyMs, takenMs, mostAtWork } = simulate(model(job, given));
        const sum = (kind: string): number =>
          given.devices *
          job.reduce((all, part) => all + (part.kind === 'work' && part.program === kind ? part.ms : 0), 0);
        expect(cpuMs.loop).toBeCloseTo(sum('loop'), 6);
        expect(cpuMs.pool).toBeCloseTo(sum('pool'), 6);
        expect(busyMs.here).toBeCloseTo(sum('loop') + sum('pool'), 4);
        expect(takenMs.passwords ?? 0).toBeGreaterThanOrEqual(0);
        expect(mostAtWork).toBeLessThanOrEqual(Math.min(given.concurrency, given.devices));
      }),
    );
  });

  it('is not slower for more concurrency where devices are in nobody’s way', () => {
    fc.assert(
      fc.property(jobs, rules, fc.integer({ min: 1, max: 20 }), (job, given, more) => {
        const alone = job
          .map((part) => ('ms' in part ? wait(part.ms) : part))
          .filter(({ kind }) => kind === 'wait');
        const narrow = simulate(model(alone, given)).wallMs;
        const wide = simulate(model(alone, { ...given, concurrency: given.concurrency + more })).wallMs;
        expect(wide).toBeLessThanOrEqual(narrow + 1e-6);
      }),
    );
  });

  it('is not slower for a whole core, or a password, more where all wait for it', () => {
    fc.assert(
      fc.property(amount, rules, fc.integer({ min: 1, max: 8 }), (ms, given, count) => {
        const at = (room: number): number =>
          simulate({ ...model(held('passwords', wait(ms)), given), rooms: { passwords: room } }).wallMs;
        const on = (cores: number): number =>
          simulate({ ...model([work('pool', ms)], given), machines: { here: cores } }).wallMs;
        expect(at(count + 1)).toBeLessThanOrEqual(at(count) + 1e-6);
        expect(on(count + 1)).toBeLessThanOrEqual(on(count) + 1e-6);
      }),
    );
  });

  it('takes at least as long for more devices', () => {
    fc.assert(
      fc.property(jobs, rules, (job, given) => {
        const one = simulate(model(job, given));
        const other = simulate(model(job, { ...given, devices: given.devices * 2 }));
        expect(other.wallMs).toBeGreaterThanOrEqual(one.wallMs - 1e-6);
      }),
    );
  });
});
