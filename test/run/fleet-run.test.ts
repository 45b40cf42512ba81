import { once } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Device } from '../../src/domain/device.ts';
import type { ErrorCode } from '../../src/domain/errors.ts';
import type { DeviceResult, StepResult } from '../../src/domain/result.ts';
import type { Trustpoint } from '../../src/domain/trustpoint.ts';
import type { Share } from '../../src/run/batches.ts';
import type { DeviceJob } from '../../src/run/device-job.ts';
import type { RunEvent } from '../../src/run/events.ts';
import { type FleetOptions, runFleet } from '../../src/run/run.ts';
import { aDevice, aResult, steppingClock } from './a-device.ts';

const AT = new Date('2026-11-21T02:00:00Z');
const count = (devices: number): Share => ({ kind: 'count', devices });
const percent = (share: number): Share => ({ kind: 'percent', percent: share });
const fleet = (size: number): Device[] =>
  Array.from({ length: size }, (_, index) => aDevice(`br-${index + 1}`));

function failed(name: string, code: ErrorCode, steps: readonly StepResult[] = []): DeviceResult {
  const step = steps.at(-1)?.step;
  return aResult(name, 'failed', {
    steps,
    error: { code, message: 'no', detail: '', hint: '', ...(step === undefined ? {} : { step }) },
  });
}

/** A job that fails the devices of `bad`. */
const failing =
  (bad: readonly string[], code: ErrorCode = 'verification-failed'): DeviceJob =>
  async ({ name }) =>
    bad.includes(name) ? failed(name, code) : aResult(name);

async function run(devices: readonly Device[], job: DeviceJob, more: Partial<FleetOptions> = {}) {
  const events: RunEvent[] = [];
  const tried: string[] = [];
  const result = await runFleet({
    command: 'enroll',
    devices,
    job: async (device, hooks) => {
      tried.push(device.name);
      await nextTurn();
      return job(device, hooks);
    },
    concurrency: 1,
    signal: new AbortController().signal,
    reporters: [{ onEvent: (event) => events.push(event) }],
    now: steppingClock(),
    ...more,
  });
  const outcomes = result.devices.map(({ outcome }) => outcome);
  return { result, events, tried, outcomes };
}

const ofType = <T extends RunEvent['type']>(events: readonly RunEvent[], type: T) =>
  events.filter((event): event is Extract<RunEvent, { type: T }> => event.type === type);

afterEach(() => {
  vi.useRealTimers();
});

describe('a run in batches', () => {
  const batches = { sizes: [count(1), count(2), percent(100)] };

  it('starts a batch when the one before is done, and says so', async () => {
    const { result, events } = await run(fleet(5), failing([]), { batches, concurrency: 5 });

    expect(result.devices.map(({ batch }) => batch)).toEqual([1, 2, 2, 3, 3]);
    const story = events.flatMap((event) => {
      if (event.type === 'batch-started')
        return [`batch ${event.batch.index} of ${event.batch.of}: ${event.devices.join(',')}`];
      if (event.type === 'batch-finished') return [`done ${event.batch.index}`];
      return event.type === 'device-started' ? [event.device] : [];
    });
    expect(story).toEqual([
      'batch 1 of 3: br-1',
      'br-1',
      'done 1',
      'batch 2 of 3: br-2,br-3',
      'br-2',
      'br-3',
      'done 2',
      'batch 3 of 3: br-4,br-5',
      'br-4',
      'br-5',
      'done 3',
    ]);
  });

  it('stops after a canary that failed, though no budget was given', async () => {
    const { result, events, tried, outcomes } = await run(fleet(4), failing(['br-1']), { batches });

    expect(tried).toEqual(['br-1']);
    expect(outcomes).toEqual(['failed', 'skipped', 'skipped', 'skipped']);
    expect(result.stopped).toBe('every device of batch 1 of 3 failed');
    expect(result.devices[3]?.error).toMatchObject({
      code: 'budget-exceeded',
      message: 'not started: every device of batch 1 of 3 failed',
    });
    expect(ofType(events, 'run-stopped')).toEqual([
      { type: 'run-stopped', reason: 'every device of batch 1 of 3 failed', at: AT },
    ]);
  });

  it('goes on after a batch in which some failed', async () => {
    const { outcomes, result } = await run(fleet(4), failing(['br-2']), { batches });
    expect(outcomes).toEqual(['verified', 'failed', 'verified', 'verified']);
    expect(result).not.toHaveProperty('stopped');
  });

  it('asks between batches, never after the last, and stops with what it hears', async () => {
    const asked: number[] = [];
    const between = async ({ index }: { index: number }) => {
      asked.push(index);
      return index === 2 ? 'the tunnels are down' : undefined;
    };
    const { result, outcomes } = await run(fleet(5), failing([]), { batches, between });
    expect(asked).toEqual([1, 2]);
    expect(outcomes).toEqual(['verified', 'verified', 'verified', 'skipped', 'skipped']);
    expect(result.stopped).toBe('the tunnels are down');

    asked.length = 0;
    await run(fleet(3), failing([]), { batches, between: async ({ index }) => void asked.push(index) });
    expect(asked).toEqual([1]);
  });

  it('ends at once when it is interrupted between batches', async () => {
    const stop = new AbortController();
    const between = async (_: unknown, signal: AbortSignal) => {
      setImmediate(() => stop.abort());
      await once(signal, 'abort');
      return undefined;
    };
    const { outcomes, result } = await run(fleet(3), failing([]), { batches, between, signal: stop.signal });
    expect(outcomes).toEqual(['verified', 'skipped', 'skipped']);
    expect(result).toMatchObject({ interrupted: true });
    expect(result).not.toHaveProperty('stopped');
  });
});

describe('the failure budget', () => {
  it('as a count stops at the failure after it; what is in work is finished', async () => {
    const { tried, outcomes, result } = await run(fleet(9), failing(['br-1', 'br-3', 'br-4', 'br-6']), {
      maxFail: count(2),
      concurrency: 2,
    });
    expect(outcomes.slice(0, 4)).toEqual(['failed', 'verified', 'failed', 'failed']);
    expect(tried).toHaveLength(outcomes.filter((outcome) => outcome !== 'skipped').length);
    expect(result.stopped).toBe('3 devices failed, more than the 2 that --max-fail allows');
    expect(outcomes.at(-1)).toBe('skipped');
  });

  it('as a percent is of the batch in work, so that one failed canary is enough', async () => {
    const batches = { sizes: [count(1), percent(100)] };
    const first = await run(fleet(101), failing(['br-1']), { batches, maxFail: percent(3) });
    expect(first.tried).toEqual(['br-1']);

    const bad = ['br-10', 'br-20', 'br-30'];
    const within = await run(fleet(101), failing(bad), { batches, maxFail: percent(3) });
    expect(within.outcomes.filter((outcome) => outcome === 'skipped')).toEqual([]);

    const beyond = await run(fleet(101), failing([...bad, 'br-40']), { batches, maxFail: percent(3) });
    expect(beyond.tried.at(-1)).toBe('br-40');
    expect(beyond.result.stopped).toBe(
      '4 of the 100 devices of batch 2 of 2 failed, more than the 3% that --max-fail allows',
    );
  });

  it('has nothing to stop when the last device breaks it', async () => {
    const { result } = await run(fleet(2), failing(['br-2']), { maxFail: count(0) });
    expect(result).not.toHaveProperty('stopped');
  });
});

describe('one cause in a row', () => {
  const withCa = (name: string, ca: string): Device => ({
    ...aDevice(name),
    trustpoints: [{ name: 'BRANCH', authority: { name: ca } } as Trustpoint],
  });
  const step = (outcome: StepResult['outcome']): StepResult => ({
    step: 'authenticate',
    trustpoint: 'BRANCH',
    outcome,
    startedAt: AT,
    durationMs: 1,
  });

  it('leaves alone those that use the same dead CA, and nobody else', async () => {
    const devices = Array.from({ length: 12 }, (_, index) =>
      withCa(`br-${index + 1}`, index % 2 === 0 ? 'dead' : 'alive'),
    );
    const job: DeviceJob = async ({ name, trustpoints }) =>
      trustpoints[0]?.authority.name === 'dead'
        ? failed(name, 'ca-unreachable', [step('failed')])
        : aResult(name, 'verified', { steps: [step('done')] });
    const { result, outcomes, tried } = await run(devices, job, { maxSameCause: 3 });

    expect(tried.filter((name) => Number(name.slice(3)) % 2 === 1)).toEqual(['br-1', 'br-3', 'br-5']);
    expect(outcomes.filter((outcome) => outcome === 'verified')).toHaveLength(6);
    expect(outcomes.filter((outcome) => outcome === 'skipped')).toHaveLength(3);
    expect(result.stopped).toBe(
      '3 devices in a row failed with ca-unreachable at CA dead, the last of them br-1, br-3, br-5 (--max-same-cause)',
    );
  });

  it('starts anew when a device gets past that CA', async () => {
    const job: DeviceJob = async ({ name }) =>
      name === 'br-3'
        ? aResult(name, 'verified', { steps: [step('done')] })
        : failed(name, 'ca-unreachable', [step('failed')]);
    const devices = Array.from({ length: 5 }, (_, index) => withCa(`br-${index + 1}`, 'ca'));
    const { outcomes } = await run(devices, job, { maxSameCause: 3 });
    expect(outcomes).toEqual(['failed', 'failed', 'verified', 'failed', 'failed']);
  });

  it('of no CA or jump host stops the whole run', async () => {
    const { outcomes } = await run(fleet(4), failing(['br-1', 'br-2', 'br-3'], 'unreachable'), {
      maxSameCause: 2,
    });
    expect(outcomes).toEqual(['failed', 'failed', 'skipped', 'skipped']);
  });

  it('is no cause when other runs are at work on the devices', async () => {
    const names = ['br-1', 'br-2', 'br-3'];
    const { outcomes } = await run(fleet(4), failing(names, 'device-in-use'), { maxSameCause: 2 });
    expect(outcomes).toEqual(['failed', 'failed', 'failed', 'verified']);
  });

  it('is broken by any other end of a device', async () => {
    const job: DeviceJob = async ({ name }) => failed(name, name === 'br-2' ? 'timeout' : 'unreachable');
    const { outcomes } = await run(fleet(4), job, { maxSameCause: 3 });
    expect(outcomes).toEqual(['failed', 'failed', 'failed', 'failed']);
  });
});

describe('a fault that may pass', () => {
  const retry = { times: 2, afterMs: 1, random: () => 0.5 };

  it('is tried again, and the result tells of the attempts', async () => {
    const attempts: number[] = [];
    const job: DeviceJob = async ({ name }, { attempt }) => {
      attempts.push(attempt);
      return attempt < 3 ? failed(name, 'unreachable') : aResult(name);
    };
    const { result, events } = await run(fleet(1), job, { retry });

    expect(attempts).toEqual([1, 2, 3]);
    expect(result.devices).toEqual([
      aResult('br-1', 'verified', {
        attempts: 3,
        notes: ['attempt 1 failed as unreachable: no', 'attempt 2 failed as unreachable: no'],
      }),
    ]);
    expect(ofType(events, 'device-started')).toHaveLength(1);
    expect(ofType(events, 'device-finished')).toHaveLength(1);
    expect(
      ofType(events, 'device-retried').map(({ attempt, of, afterMs }) => [attempt, of, afterMs]),
    ).toEqual([
      [2, 3, 1],
      [3, 3, 2],
    ]);
  });

  it('is given up after the last attempt, with the last cause', async () => {
    const { result, tried } = await run(fleet(1), failing(['br-1'], 'timeout'), { retry });
    expect(tried).toHaveLength(3);
    expect(result.devices[0]).toMatchObject({ outcome: 'failed', attempts: 3, error: { code: 'timeout' } });
  });

  it.each<ErrorCode>([
    'login-refused',
    'fingerprint-mismatch',
    'request-rejected',
    'host-key-changed',
    'plan-conflict',
  ])('is not %s: that is never tried again', async (code) => {
    const { tried } = await run(fleet(1), failing(['br-1'], code), { retry });
    expect(tried).toEqual(['br-1']);
  });

  it('leaves its place to others while it cools off', async () => {
    const job: DeviceJob = async ({ name }, { attempt }) =>
      name === 'br-1' && attempt === 1 ? failed(name, 'unreachable') : aResult(name);
    const { tried, outcomes } = await run(fleet(3), job, { retry: { ...retry, afterMs: 20 } });
    expect(tried).toEqual(['br-1', 'br-2', 'br-3', 'br-1']);
    expect(outcomes).toEqual(['verified', 'verified', 'verified']);
  });

  it('keeps its first failure when the run is stopped while it cools off', async () => {
    const stop = new AbortController();
    const { outcomes, result } = await run(fleet(2), failing(['br-1'], 'unreachable'), {
      retry: { ...retry, afterMs: 60_000 },
      signal: stop.signal,
      reporters: [
        {
          onEvent: (event) => {
            if (event.type === 'device-finished' && event.result.device === 'br-2') stop.abort();
          },
        },
      ],
    });
    expect(outcomes).toEqual(['failed', 'verified']);
    expect(result.interrupted).toBe(true);
  });

  it('counts for the budget once, when it is given up', async () => {
    const { outcomes } = await run(fleet(3), failing(['br-1'], 'timeout'), { retry, maxFail: count(0) });
    expect(outcomes[0]).toBe('failed');
  });
});

describe('limits of a group, a jump host or a CA', () => {
  it('hold for those it concerns and keep nobody else waiting', async () => {
    const devices = fleet(12).map((device, index) => ({ ...device, groups: index < 6 ? ['emea'] : [] }));
    const inWork = new Set<string>();
    let most = 0;
    const order: string[] = [];
    const { outcomes } = await run(
      devices,
      async ({ name, groups }) => {
        order.push(name);
        if (groups.includes('emea')) inWork.add(name);
        most = Math.max(most, inWork.size);
        await nextTurn();
        inWork.delete(name);
        return aResult(name);
      },
      {
        concurrency: 12,
        limits: [{ name: 'group emea', concerns: ({ groups }) => groups.includes('emea'), sessions: 2 }],
      },
    );
    expect(most).toBe(2);
    expect(order.slice(0, 8)).toEqual(expect.arrayContaining(['br-7', 'br-12']));
    expect(outcomes.every((outcome) => outcome === 'verified')).toBe(true);
  });

  it('space the starts of those it concerns', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    const started: string[] = [];
    const running = run(
      fleet(3),
      async ({ name }) => {
        started.push(name);
        return aResult(name);
      },
      { concurrency: 3, limits: [{ name: 'CA x', concerns: () => true, startsPerSecond: 0.1 }] },
    );
    await nextTurn();
    await nextTurn();
    expect(started).toEqual(['br-1']);
    await vi.advanceTimersByTimeAsync(10_001);
    await nextTurn();
    await nextTurn();
    expect(started).toEqual(['br-1', 'br-2']);
    await vi.advanceTimersByTimeAsync(10_001);
    expect((await running).outcomes).toEqual(['verified', 'verified', 'verified']);
  });
});
