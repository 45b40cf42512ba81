import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DeviceResult } from '../../src/domain/result.ts';
import type { DeviceJob } from '../../src/run/device-job.ts';
import { waitDelay } from '../../src/run/wait.ts';
import { aResult } from './a-device.ts';
import { failed, fleet, ofType, run } from './a-fleet.ts';

const REQUESTS = [{ trustpoint: 'BRANCH', fingerprints: ['MD5 2EDBC8C4 D2571528 7AAEDDE6 16585A93'] }];
const waiting = (name: string): DeviceResult =>
  aResult(name, 'pending', { requests: REQUESTS, notes: ['waits'] });

describe('when a device that waits is looked at again', () => {
  const at = (looks: number, waitedMs: number, forMs = 7_200_000): number | undefined =>
    waitDelay(waiting('a'), { looks, waitedMs }, { forMs, random: () => 0.5 });

  it('is soon at first, then later and later, and at last when the time is over', () => {
    expect([1, 2, 3, 4, 5, 6, 7].map((looks) => at(looks, 0))).toEqual([
      30_000, 60_000, 120_000, 240_000, 480_000, 600_000, 600_000,
    ]);
    expect(at(7, 7_199_000)).toBe(1_000);
    expect(at(7, 7_200_000)).toBeUndefined();
  });

  it('is spread, never longer than 12 and a half minutes, and never behind the end', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 0, max: 7_199_999 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (looks, waitedMs, share) => {
          const wait = waitDelay(
            waiting('a'),
            { looks, waitedMs },
            { forMs: 7_200_000, random: () => share },
          );
          expect(wait).toBeGreaterThanOrEqual(Math.min(22_500, 7_200_000 - waitedMs) - 1);
          expect(wait).toBeLessThanOrEqual(Math.min(750_000, 7_200_000 - waitedMs));
        },
      ),
    );
  });

  it('is never after an answer, nor after a fault that somebody has to mend', () => {
    const delay = (result: DeviceResult) => waitDelay(result, { looks: 1, waitedMs: 0 }, { forMs: 60_000 });
    expect(delay(aResult('a'))).toBeUndefined();
    expect(delay(failed('a', 'request-rejected'))).toBeUndefined();
    expect(delay(failed('a', 'login-refused'))).toBeUndefined();
    expect(delay(failed('a', 'unreachable'))).toBeDefined();
  });
});

describe('a run that waits for the CA', () => {
  const wait = { forMs: 1, random: () => 0.5 };
  const still = { wait, monotonic: () => 0 };

  it('comes back until the request is granted, and tells of the request each time', async () => {
    const attempts: number[] = [];
    const job: DeviceJob = async ({ name }, { attempt }) => {
      attempts.push(attempt);
      return attempt < 3 ? waiting(name) : aResult(name);
    };
    const { result, events } = await run(fleet(1), job, still);
    expect(attempts).toEqual([1, 2, 3]);
    expect(result.devices).toMatchObject([{ outcome: 'verified', attempts: 3, notes: ['attempt 1: waits'] }]);
    expect(result.devices[0]?.requests).toBeUndefined();
    expect(ofType(events, 'device-waits')).toMatchObject([
      { attempt: 2, afterMs: 1, requests: REQUESTS },
      { attempt: 3, afterMs: 1, requests: REQUESTS },
    ]);
    expect(ofType(events, 'device-retried')).toEqual([]);
  });

  it('works on other devices meanwhile', async () => {
    const { tried } = await run(
      fleet(2),
      async ({ name }, { attempt }) => (name === 'br-1' && attempt === 1 ? waiting(name) : aResult(name)),
      still,
    );
    expect(tried).toEqual(['br-1', 'br-2', 'br-1']);
  });

  it('leaves the request waiting when the time is over', async () => {
    let ticks = 0;
    const { result } = await run(
      fleet(1),
      async ({ name }) => {
        ticks += 1;
        return waiting(name);
      },
      { wait: { forMs: 2, random: () => 0.5 }, monotonic: () => ticks },
    );
    expect(result.devices).toMatchObject([{ outcome: 'pending', attempts: 3, requests: REQUESTS }]);
  });

  it('tells a rejection from a wait', async () => {
    const { result } = await run(
      fleet(1),
      async ({ name }, { attempt }) => (attempt === 1 ? waiting(name) : failed(name, 'request-rejected')),
      still,
    );
    expect(result.devices).toMatchObject([{ outcome: 'failed', error: { code: 'request-rejected' } }]);
  });

  it('ends the wait when the operator stops it, and the request stays pending', async () => {
    const stop = new AbortController();
    const { result } = await run(fleet(1), async ({ name }) => waiting(name), {
      wait: { forMs: 3_600_000 },
      signal: stop.signal,
      reporters: [{ onEvent: (event) => event.type === 'device-waits' && stop.abort() }],
    });
    expect(result.interrupted).toBe(true);
    expect(result.devices).toMatchObject([{ outcome: 'pending', requests: REQUESTS }]);
  });
});
