import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Device } from '../../src/domain/device.ts';
import type { ErrorCode } from '../../src/domain/errors.ts';
import type { DeviceResult, StepResult } from '../../src/domain/result.ts';
import type { Share } from '../../src/run/batches.ts';
import type { DeviceJob } from '../../src/run/device-job.ts';
import type { RunEvent } from '../../src/run/events.ts';
import { type FleetOptions, runFleet } from '../../src/run/run.ts';
import { aDevice, aResult, steppingClock } from './a-device.ts';

export const AT = new Date('2026-11-21T02:00:00Z');
export const count = (devices: number): Share => ({ kind: 'count', devices });
export const percent = (share: number): Share => ({ kind: 'percent', percent: share });
export const fleet = (size: number): Device[] =>
  Array.from({ length: size }, (_, index) => aDevice(`br-${index + 1}`));

export function failed(name: string, code: ErrorCode, steps: readonly StepResult[] = []): DeviceResult {
  const step = steps.at(-1)?.step;
  return aResult(name, 'failed', {
    steps,
    error: { code, message: 'no', detail: '', hint: '', ...(step === undefined ? {} : { step }) },
  });
}

/** A job that fails the devices of `bad`. */
export const failing =
  (bad: readonly string[], code: ErrorCode = 'verification-failed'): DeviceJob =>
  async ({ name }) =>
    bad.includes(name) ? failed(name, code) : aResult(name);

export async function run(devices: readonly Device[], job: DeviceJob, more: Partial<FleetOptions> = {}) {
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

export const ofType = <T extends RunEvent['type']>(events: readonly RunEvent[], type: T) =>
  events.filter((event): event is Extract<RunEvent, { type: T }> => event.type === type);
