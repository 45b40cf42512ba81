import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { ErrorCode } from '../../src/domain/errors.ts';
import type { DeviceResult, StepResult } from '../../src/domain/result.ts';
import type { StepName, StepOutcome } from '../../src/domain/step.ts';
import type { DeviceJob } from '../../src/run/device-job.ts';
import { aResult } from './a-device.ts';
import { count, failed, failing, fleet, ofType, run } from './a-fleet.ts';

afterEach(() => {
  vi.useRealTimers();
});

describe('a fault that may pass', () => {
  const retry = { times: 2, afterMs: 1, random: () => 0.5 };

  it('is tried again, and the result tells of the attempts', async () => {
    const attempts: number[] = [];
    const job: DeviceJob = async ({ name }, { attempt }) => {
      attempts.push(attempt);
      return attempt < 3 ? failed(name, 'unreachable') : aResult(name);
    };
    const { result, events } = await run(fleet(1), job, { retry, monotonic: () => 0 });

    expect(attempts).toEqual([1, 2, 3]);
    expect(result.devices).toEqual([
      aResult('br-1', 'verified', {
        durationMs: 0,
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

  it('tells of all that every attempt did, from the first start to the last end', async () => {
    const start = Date.parse('2026-11-21T02:00:00Z');
    const aStep = (step: StepName, at: number, outcome: StepOutcome = 'done'): StepResult => ({
      step,
      outcome,
      startedAt: new Date(start + at),
      durationMs: 1000,
    });
    const changed = 'changed on the router, not saved to its startup configuration: configure';
    const { error } = failed('br-1', 'timeout');
    const attempts: readonly DeviceResult[] = [
      aResult('br-1', 'failed', {
        ...(error === undefined ? {} : { error }),
        steps: [aStep('configure', 0), aStep('enroll', 1000, 'failed')],
        notes: ['legacy SSH algorithms', changed],
        transcript: 'x/br-1.txt',
      }),
      aResult('br-1', 'failed', {
        ...(error === undefined ? {} : { error }),
        startedAt: new Date(start + 60_000),
        durationMs: 5000,
        steps: [aStep('connect', 60_000, 'failed')],
        notes: ['legacy SSH algorithms', 'nothing was changed on the router'],
        transcript: 'x/br-1.attempt-2.txt',
      }),
    ];
    const once = { ...retry, times: 1 };
    const job: DeviceJob = async ({ name }, { attempt }) => attempts[attempt - 1] ?? aResult(name);
    let ticks = 0;
    const timed: DeviceJob = async (device, hooks) => {
      ticks += 30_000;
      return job(device, hooks);
    };
    const { result } = await run(fleet(1), timed, { retry: once, monotonic: () => ticks });
    expect(result.devices[0]).toMatchObject({
      startedAt: new Date(start),
      durationMs: 60_000,
      transcript: 'x/br-1.attempt-2.txt',
      earlierTranscripts: ['x/br-1.txt'],
    });
    expect(result.devices[0]?.steps.map(({ step, attempt }) => [step, attempt])).toEqual([
      ['configure', 1],
      ['enroll', 1],
      ['connect', 2],
    ]);
    expect(result.devices[0]?.notes).toEqual([
      'attempt 1 failed as timeout: no',
      `attempt 1: ${changed}`,
      'legacy SSH algorithms',
      'attempt 2: nothing was changed on the router',
    ]);

    const saving: DeviceJob = async ({ name }, { attempt }) =>
      attempt === 1
        ? (attempts[0] ?? aResult(name))
        : aResult(name, 'verified', { steps: [aStep('save', 9)] });
    const saved = await run(fleet(1), saving, { retry: once });
    expect(saved.result.devices[0]?.notes).toContain(
      'attempt 1: changed on the router, saved at a later attempt: configure',
    );
  });

  it('leaves the router as it was when no attempt changed anything', async () => {
    const note = 'nothing was changed on the router';
    const job: DeviceJob = async ({ name }) => ({ ...failed(name, 'unreachable'), notes: [note] });
    const { result } = await run(fleet(1), job, { retry: { ...retry, times: 1 } });
    expect(result.devices[0]?.notes).toEqual(['attempt 1 failed as unreachable: no', note]);
  });

  it('says what an attempt changed that was left at its deadline and has no notes', async () => {
    const steps: readonly StepResult[] = [
      { step: 'configure', trustpoint: 'BRANCH', outcome: 'done', startedAt: new Date(0), durationMs: 1 },
    ];
    const job: DeviceJob = async ({ name }, { attempt }) =>
      attempt === 1
        ? failed(name, 'timeout', steps)
        : { ...failed(name, 'timeout'), notes: ['nothing was changed on the router'] };
    const { result } = await run(fleet(1), job, { retry: { ...retry, times: 1 } });
    expect(result.devices[0]?.notes.slice(1)).toEqual([
      'attempt 1: changed on the router: configure BRANCH',
      'attempt 2: nothing was changed on the router',
    ]);
  });

  it('is given up after the last attempt, with the last cause', async () => {
    const { result, tried } = await run(fleet(1), failing(['br-1'], 'timeout'), { retry });
    expect(tried).toHaveLength(3);
    expect(result.devices[0]).toMatchObject({ outcome: 'failed', attempts: 3, error: { code: 'timeout' } });
  });

  it('that leads to another one at the next attempt is named beside it', async () => {
    const codes: readonly ErrorCode[] = ['connection-lost', 'challenge-outstanding'];
    const job: DeviceJob = async ({ name }, { attempt }) => failed(name, codes[attempt - 1] ?? 'internal');
    const { result } = await run(fleet(1), job, { retry });
    expect(result.devices[0]?.error).toEqual({
      ...failed('br-1', 'challenge-outstanding').error,
      detail: 'attempt 1 failed as connection-lost: no',
    });

    const same = await run(fleet(1), failing(['br-1'], 'timeout'), { retry });
    expect(same.result.devices[0]?.error).toEqual(failed('br-1', 'timeout').error);
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
