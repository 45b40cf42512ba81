import { describe, expect, it } from 'vitest';
import { DeviceError, type ErrorCode } from '../../src/domain/errors.ts';
import type { StepName } from '../../src/domain/step.ts';
import { DeviceRecord } from '../../src/enrollment/record.ts';
import { DEVICE, NOW } from './world.ts';

async function failedAt(step: StepName, code: ErrorCode): Promise<DeviceRecord> {
  const record = new DeviceRecord(
    DEVICE,
    () => NOW,
    () => undefined,
  );
  await record.step('generate-keypair', 'BRANCH', async (note) => note('key pair BRANCH generated'));
  await record
    .step(step, 'BRANCH', () => Promise.reject(new DeviceError(code, 'it went wrong')))
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
});
