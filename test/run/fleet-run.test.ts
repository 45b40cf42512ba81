import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import type { Device } from '../../src/domain/device.ts';
import type { StepResult } from '../../src/domain/result.ts';
import type { Trustpoint } from '../../src/domain/trustpoint.ts';
import type { DeviceJob } from '../../src/run/device-job.ts';
import { aDevice, aResult } from './a-device.ts';
import { AT, count, failed, failing, fleet, ofType, percent, run } from './a-fleet.ts';

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
    expect(result.devices[4]?.error?.hint).toMatch(/when the next batch may begin/);

    asked.length = 0;
    await run(fleet(3), failing([]), { batches, between: async ({ index }) => void asked.push(index) });
    expect(asked).toEqual([1]);
  });

  it('is over with its last device: how long somebody thinks about the next one is not its time', async () => {
    let ticks = 0;
    const told: string[] = [];
    const between = async (): Promise<undefined> => {
      told.push('asked');
      ticks += 3_600_000;
    };
    const job: DeviceJob = async ({ name }) => {
      ticks += 10_000;
      return aResult(name);
    };
    const { result } = await run(fleet(3), job, {
      batches: { sizes: [count(1), count(2)] },
      between,
      monotonic: () => ticks,
      reporters: [
        {
          onEvent(event) {
            if (event.type === 'batch-finished') told.push(`done ${event.durationMs} ms`);
          },
        },
      ],
    });
    expect(told).toEqual(['done 10000 ms', 'asked', 'done 20000 ms']);
    expect(result.durationMs).toBe(3_630_000);
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

  it('finds a second dead CA after the first, and still counts what fails', async () => {
    const devices = Array.from({ length: 40 }, (_, index) =>
      withCa(`br-${index + 1}`, index < 10 ? 'one' : 'two'),
    );
    const job: DeviceJob = async ({ name }) => failed(name, 'ca-unreachable', [step('failed')]);
    const two = await run(devices, job, { maxSameCause: 3 });
    expect(two.tried).toEqual(['br-1', 'br-2', 'br-3', 'br-11', 'br-12', 'br-13']);
    expect(two.result.stopped?.match(/at CA \w+/g)).toEqual(['at CA one', 'at CA two']);

    const budget = await run(devices, job, { maxSameCause: 3, maxFail: count(4) });
    expect(budget.tried).toEqual(['br-1', 'br-2', 'br-3', 'br-11', 'br-12']);
  });

  it('leaves the others their retries', async () => {
    const devices = [
      withCa('br-1', 'one'),
      withCa('br-2', 'one'),
      withCa('br-3', 'one'),
      withCa('br-4', 'two'),
    ];
    const job: DeviceJob = async ({ name }, { attempt }) =>
      name === 'br-4' && attempt > 1
        ? aResult(name, 'verified', { steps: [step('done')] })
        : failed(name, 'ca-unreachable', [step('failed')]);
    const retry = { times: 1, afterMs: 1, random: () => 0.5 };
    const { outcomes } = await run(devices, job, { maxSameCause: 2, retry });
    expect(outcomes).toEqual(['failed', 'failed', 'skipped', 'verified']);
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
