import { describe, expect, it } from 'vitest';
import { DeviceError, type ErrorCode } from '../../src/domain/errors.ts';
import type { StepName } from '../../src/domain/step.ts';
import { DeviceRecord, type RecordOptions } from '../../src/enrollment/record.ts';
import { DEVICE, NOW } from './world.ts';

function aRecord(more: Partial<RecordOptions> = {}): DeviceRecord {
  return new DeviceRecord(DEVICE, { now: () => NOW, monotonic: () => 0, onStep: () => undefined, ...more });
}

async function failedAt(step: StepName, code: ErrorCode, isTyped = true): Promise<DeviceRecord> {
  const record = aRecord();
  await record.step('generate-keypair', 'BRANCH', async (note) => note('key pair BRANCH generated'));
  await record
    .step(step, 'BRANCH', () => {
      if (isTyped) record.typing();
      return Promise.reject(new DeviceError(code, 'it went wrong'));
    })
    .catch(() => undefined);
  return record;
}

describe('the record of a device that failed in the middle', () => {
  it.each<[StepName, ErrorCode, string | undefined]>([
    ['configure', 'command-refused', 'configure BRANCH'],
    ['configure', 'connection-lost', 'configure BRANCH'],
    ['enroll', 'connection-lost', 'enroll BRANCH'],
    ['save', 'timeout', 'save BRANCH'],
    ['authenticate', 'fingerprint-mismatch', undefined],
    ['enroll', 'challenge-unavailable', undefined],
    ['verify', 'verification-failed', undefined],
    ['observe', 'connection-lost', undefined],
  ])('tells of %s that ended with %s what may be half done', async (step, code, halfDone) => {
    const record = await failedAt(step, code);
    expect(record.halfDone()).toBe(halfDone);
    expect(record.changesMade()).toEqual(['generate-keypair BRANCH (key pair BRANCH generated)']);
  });

  it.each<[StepName, ErrorCode]>([
    ['set-clock', 'clock-not-trusted'],
    ['configure', 'interrupted'],
  ])('says nothing of %s in which nothing was typed', async (step, code) => {
    const record = await failedAt(step, code, false);
    expect(record.halfDone()).toBeUndefined();
  });
});

describe('the record of a device while the clock of the machine is put back', () => {
  it('tells how long it took, and no negative time', async () => {
    let time = NOW.getTime();
    let ticks = 1000;
    const record = aRecord({ now: () => new Date(time), monotonic: () => ticks });
    await record.step('connect', undefined, async () => {
      ticks += 2500.4;
      time -= 3_600_000;
    });
    const { durationMs, startedAt, steps } = record.result('verified');
    expect([durationMs, startedAt]).toEqual([2500, NOW]);
    expect(steps).toMatchObject([{ step: 'connect', durationMs: 2500, startedAt: NOW }]);
  });
});
