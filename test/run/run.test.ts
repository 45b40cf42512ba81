import { once } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DeviceError } from '../../src/domain/errors.ts';
import type { DeviceJob } from '../../src/run/device-job.ts';
import type { RunEvent } from '../../src/run/events.ts';
import { type FleetOptions, runFleet } from '../../src/run/run.ts';
import { aDevice, aResult, steppingClock } from './a-device.ts';

const AT = new Date('2026-11-21T02:00:00Z');

function setUp(job: DeviceJob, names: readonly string[], more: Partial<FleetOptions> = {}) {
  const events: RunEvent[] = [];
  const stop = new AbortController();
  const options: FleetOptions = {
    command: 'enroll',
    devices: names.map((name) => aDevice(name)),
    job,
    concurrency: 2,
    signal: stop.signal,
    reporters: [{ onEvent: (event) => events.push(event) }],
    now: steppingClock(),
    monotonic: () => 0,
    ...more,
  };
  return { events, stop, options };
}

describe('runFleet', () => {
  it('tells the story of a run in order', async () => {
    const job: DeviceJob = async ({ name }, { onStep }) => {
      onStep({ type: 'step-started', step: 'connect' });
      onStep({ type: 'step-finished', step: 'connect', outcome: 'done', durationMs: 5, note: 'IOS 15.9' });
      return aResult(name);
    };
    const { events, options } = setUp(job, ['br-1', 'br-2'], { concurrency: 1 });

    const result = await runFleet(options);

    const story = (device: string): RunEvent[] => [
      { type: 'device-started', device, at: AT },
      { type: 'step-started', device, step: 'connect', at: AT },
      {
        type: 'step-finished',
        device,
        step: 'connect',
        outcome: 'done',
        durationMs: 5,
        note: 'IOS 15.9',
        at: AT,
      },
      { type: 'device-finished', result: aResult(device), at: AT },
    ];
    expect(events).toEqual([
      { type: 'run-started', command: 'enroll', devices: ['br-1', 'br-2'], at: AT },
      ...story('br-1'),
      ...story('br-2'),
      { type: 'run-finished', result, at: AT },
    ]);
    expect(result).toEqual({
      command: 'enroll',
      startedAt: AT,
      durationMs: 0,
      interrupted: false,
      devices: [aResult('br-1'), aResult('br-2')],
    });
  });

  it('has no negative durations when the clock of the machine is put back meanwhile', async () => {
    let ticks = 0;
    const job: DeviceJob = async ({ name }, { onStep }) => {
      onStep({ type: 'step-started', step: 'connect' });
      ticks += 1500;
      throw new DeviceError('unreachable', `${name} does not answer`);
    };
    const { options } = setUp(job, ['br-1'], { now: steppingClock(-60_000), monotonic: () => ticks });

    const { durationMs, devices } = await runFleet(options);

    expect([durationMs, devices[0]?.durationMs, devices[0]?.steps[0]?.durationMs]).toEqual([
      1500, 1500, 1500,
    ]);
  });

  it('turns a job that throws into a failed result and leaves the others alone', async () => {
    const job: DeviceJob = async ({ name }, { onStep }) => {
      if (name !== 'br-2') return aResult(name);
      onStep({ type: 'step-started', step: 'configure', trustpoint: 'BRANCH' });
      throw new Error('a bug');
    };
    const { options } = setUp(job, ['br-1', 'br-2', 'br-3']);

    const { devices } = await runFleet(options);

    expect(devices.map(({ device, outcome }) => [device, outcome])).toEqual([
      ['br-1', 'verified'],
      ['br-2', 'failed'],
      ['br-3', 'verified'],
    ]);
    expect(devices[1]?.error).toMatchObject({ code: 'internal', message: 'a bug', step: 'configure' });
    expect(devices[1]?.steps).toEqual([
      { step: 'configure', trustpoint: 'BRANCH', outcome: 'failed', startedAt: AT, durationMs: 0 },
    ]);
  });

  it('keeps the code of a DeviceError that a job throws', async () => {
    const job: DeviceJob = () => {
      throw new DeviceError('login-refused', 'Permission denied');
    };
    const { options } = setUp(job, ['br-1']);

    const { devices } = await runFleet(options);

    expect(devices[0]).toMatchObject({ outcome: 'failed', error: { code: 'login-refused', detail: '' } });
  });

  it('gives results in the order of the inventory, whoever is first', async () => {
    const job: DeviceJob = async ({ name }) => {
      for (let turn = 0; turn < (name === 'slow' ? 5 : 1); turn += 1) await nextTurn();
      return aResult(name);
    };
    const { options } = setUp(job, ['slow', 'quick']);

    const { devices } = await runFleet(options);

    expect(devices.map(({ device }) => device)).toEqual(['slow', 'quick']);
  });

  it('has an end for an empty fleet', async () => {
    const { events, options } = setUp(async ({ name }) => aResult(name), []);

    await runFleet(options);

    expect(events.map(({ type }) => type)).toEqual(['run-started', 'run-finished']);
  });

  it('spreads starts over the second', async () => {
    const startedAt: number[] = [];
    const job: DeviceJob = async ({ name }) => {
      startedAt.push(performance.now());
      return aResult(name);
    };
    const names = Array.from({ length: 5 }, (_, index) => `br-${index}`);
    const { options } = setUp(job, names, { concurrency: 50, startsPerSecond: 50 });

    await runFleet(options);

    // 50 a second are 2 each 40 ms: five devices need two more windows, whatever the machine's load.
    const span = (startedAt.at(-1) ?? 0) - (startedAt[0] ?? 0);
    expect(startedAt).toHaveLength(5);
    expect(span).toBeGreaterThan(60);
  });

  it.each([0, -1, Number.NaN])('refuses %s starts a second', async (startsPerSecond) => {
    const { options } = setUp(async ({ name }) => aResult(name), ['br-1'], { startsPerSecond });
    await expect(runFleet(options)).rejects.toThrow(TypeError);
  });

  it('warns of no listener leak with many devices at once', async () => {
    const warnings: Error[] = [];
    const listen = (warning: Error): number => warnings.push(warning);
    process.on('warning', listen);
    const job: DeviceJob = async ({ name }) => {
      await nextTurn();
      return aResult(name);
    };
    const names = Array.from({ length: 200 }, (_, index) => `br-${index}`);

    await runFleet(setUp(job, names, { concurrency: 200 }).options);
    await nextTurn();
    process.off('warning', listen);

    expect(warnings).toEqual([]);
  });
});

describe('a device’s deadline', () => {
  const waitForSignal: DeviceJob = async ({ name }, { signal }) => {
    if (!signal.aborted) await once(signal, 'abort');
    return aResult(name, 'interrupted', {
      error: { code: 'interrupted', message: 'stopped', detail: 'left at a prompt', hint: '' },
    });
  };

  it('ends the job through its signal and is called a timeout', async () => {
    const { options } = setUp(waitForSignal, [], { devices: [aDevice('br-1', { device: 20 })] });

    const { devices, interrupted } = await runFleet(options);

    expect(interrupted).toBe(false);
    expect(devices[0]).toMatchObject({
      outcome: 'failed',
      error: { code: 'timeout', message: 'not finished within 0.0s', detail: 'left at a prompt' },
    });
  });

  it('leaves a job that ignores it and hears nothing more of it', async () => {
    let speak: () => void = () => {};
    const job: DeviceJob = (_, { onStep }) => {
      speak = () => onStep({ type: 'step-started', step: 'save' });
      onStep({ type: 'step-started', step: 'connect' });
      return new Promise(() => {});
    };
    const { events, options } = setUp(job, [], {
      devices: [aDevice('br-1', { device: 10 })],
      graceMs: 10,
    });

    const { devices } = await runFleet(options);
    const heard = events.length;
    speak();

    expect(devices[0]).toMatchObject({
      outcome: 'failed',
      error: { code: 'timeout', step: 'connect', detail: expect.stringContaining('did not stop') },
    });
    expect(events).toHaveLength(heard);
  });

  it('may be longer than a timer can be', async () => {
    const { options } = setUp(
      async ({ name }, { signal }) => {
        await nextTurn();
        return aResult(name, signal.aborted ? 'interrupted' : 'verified');
      },
      [],
      { devices: [aDevice('br-1', { device: 30 * 86_400_000 })] },
    );

    const { devices } = await runFleet(options);

    expect(devices[0]?.outcome).toBe('verified');
  });
});

describe('stopping a run', () => {
  it('skips what has not started and tells what runs', async () => {
    const { stop, options } = setUp(
      async ({ name }, { signal }) => {
        if (name === 'br-1') queueMicrotask(() => stop.abort(new DeviceError('interrupted', 'Ctrl-C')));
        if (!signal.aborted) await once(signal, 'abort');
        throw signal.reason;
      },
      ['br-1', 'br-2', 'br-3', 'br-4'],
    );

    const { devices, interrupted } = await runFleet(options);

    expect(interrupted).toBe(true);
    expect(devices.map(({ device, outcome, error }) => [device, outcome, error?.message])).toEqual([
      ['br-1', 'interrupted', 'Ctrl-C'],
      ['br-2', 'interrupted', 'Ctrl-C'],
      ['br-3', 'skipped', 'Ctrl-C'],
      ['br-4', 'skipped', 'Ctrl-C'],
    ]);
  });

  it('starts nothing when it was stopped before', async () => {
    const { stop, options } = setUp(async ({ name }) => aResult(name), ['br-1']);
    stop.abort();

    const { devices } = await runFleet(options);

    expect(devices.map(({ outcome }) => outcome)).toEqual(['skipped']);
  });
});

describe('any fleet, any jobs, interrupted anywhere', () => {
  const fleet = fc.record({
    turns: fc.array(fc.record({ turns: fc.nat(3), end: fc.constantFrom('resolve', 'reject', 'throw') }), {
      maxLength: 12,
    }),
    concurrency: fc.integer({ min: 1, max: 5 }),
    stopAfterEvents: fc.option(fc.nat(40), { nil: undefined }),
  });

  it('keeps the limit, the order and one result a device', async () => {
    await fc.assert(
      fc.asyncProperty(fleet, async ({ turns, concurrency, stopAfterEvents }) => {
        let running = 0;
        let most = 0;
        const plans = new Map(turns.map((plan, index) => [`br-${index}`, plan]));
        const job: DeviceJob = (device, { onStep }) => {
          const plan = plans.get(device.name);
          if (plan?.end === 'throw') throw new Error('thrown');
          running += 1;
          most = Math.max(most, running);
          return (async () => {
            for (let turn = 0; turn < (plan?.turns ?? 0); turn += 1) {
              onStep({ type: 'step-started', step: 'configure' });
              await nextTurn();
              onStep({ type: 'step-finished', step: 'configure', outcome: 'done', durationMs: 1 });
            }
            running -= 1;
            if (plan?.end === 'reject') throw new Error('rejected');
            return aResult(device.name);
          })();
        };
        const { events, stop, options } = setUp(job, [...plans.keys()], { concurrency });
        const stopper = {
          onEvent: () => {
            if (events.length === stopAfterEvents) stop.abort();
          },
        };

        const result = await runFleet({ ...options, reporters: [...options.reporters, stopper] });

        expect(most).toBeLessThanOrEqual(concurrency);
        expect(running).toBe(0);
        expect(result.devices.map(({ device }) => device)).toEqual([...plans.keys()]);
        expect(events[0]?.type).toBe('run-started');
        expect(events.at(-1)).toMatchObject({ type: 'run-finished' });
        for (const { device, outcome } of result.devices) {
          const own = events.filter((event) =>
            event.type === 'device-finished'
              ? event.result.device === device
              : 'device' in event && event.device === device,
          );
          const finished = own.filter(({ type }) => type === 'device-finished');
          expect(finished).toHaveLength(1);
          expect(own.at(-1)?.type).toBe('device-finished');
          if (outcome !== 'skipped') expect(own[0]?.type).toBe('device-started');
          else expect(own).toHaveLength(1);
        }
        if (stopAfterEvents === undefined) {
          expect(result.devices.filter(({ outcome }) => outcome === 'skipped')).toEqual([]);
        }
      }),
      { numRuns: 200 },
    );
  });
});
