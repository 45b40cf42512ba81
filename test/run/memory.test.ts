import { setImmediate as nextTurn } from 'node:timers/promises';
import { queryObjects } from 'node:v8';
import { expect, it } from 'vitest';
import type { Finding } from '../../src/domain/finding.ts';
import type { DeviceResult } from '../../src/domain/result.ts';
import { runFleet } from '../../src/run/run.ts';
import { aResult, steppingClock } from './a-device.ts';
import { fleet } from './a-fleet.ts';

/** What a device's result is large by, in a shape of its own so that those in memory can be counted. */
class Bulk implements Finding {
  readonly check = 'ca-pinned';
  readonly trustpoint = 'BRANCH';
  readonly status = 'pass';
  readonly expected = 'AA';
  readonly actual = 'AA';
}

const DEVICES = 60;
const AT_ONCE = 4;

/** Lets go of what the last turn of the event loop still held. */
async function bulksInMemory(): Promise<number> {
  await nextTurn();
  return queryObjects(Bulk, { format: 'count' });
}

it('holds no more results than devices are at work, where somebody keeps them', async () => {
  const kept = new Map<string, string>();
  let begun = 0;
  let inMemory = DEVICES;
  const result = await runFleet({
    command: 'enroll',
    devices: fleet(DEVICES),
    job: async ({ name }, { attempt }) => {
      begun += 1;
      if (begun === DEVICES) inMemory = await bulksInMemory();
      const isFirst = attempt === 1 && name.endsWith('7');
      return aResult(name, isFirst ? 'failed' : 'verified', {
        findings: [new Bulk()],
        ...(isFirst ? { error: { code: 'timeout', message: 'no', detail: '', hint: '' } } : {}),
      });
    },
    concurrency: AT_ONCE,
    batches: { sizes: [{ kind: 'count', devices: 30 }] },
    retry: { times: 1, afterMs: 0 },
    signal: new AbortController().signal,
    reporters: [
      {
        onEvent(event) {
          if (event.type === 'device-finished') kept.set(event.result.device, JSON.stringify(event.result));
        },
      },
    ],
    now: steppingClock(),
    resultOf: (device) => JSON.parse(kept.get(device) ?? '{}') as DeviceResult,
  });

  // Those that failed once wait for their second try with what they know.
  expect(inMemory).toBeLessThanOrEqual(AT_ONCE + DEVICES / 10);
  expect(Array.from(result.devices, ({ device }) => device)).toEqual(fleet(DEVICES).map(({ name }) => name));
});
