import { describe, expect, it } from 'vitest';
import type { OptionValues } from '../../src/cli/options.ts';
import { settingsOf, takeOver } from '../../src/cli/taken-over.ts';
import type { DeviceJob } from '../../src/run/device-job.ts';
import { aFailure } from '../report/a-run.ts';
import { aDevice, aResult } from '../run/a-device.ts';
import { anInventory, ENV } from './an-inventory.ts';
import { fakeIo } from './fake-io.ts';
import { runJobs } from './run-jobs.ts';

const verified: DeviceJob = async ({ name }) => aResult(name);
const BATCHES: Partial<OptionValues> = {
  batch: [
    { kind: 'count', devices: 1 },
    { kind: 'percent', percent: 100 },
  ],
  batchCheck: 'exit 7',
};

describe('a run that continues another', () => {
  it('works as that one did, says so, and is stopped by the same check', async () => {
    const io = fakeIo({ cwd: anInventory(), env: ENV });
    const first = await runJobs(verified, {
      io,
      ...BATCHES,
      maxFail: { kind: 'percent', percent: 50 },
      retries: 0,
      retryAfter: 90_000,
    });
    expect([first.code, first.out]).toEqual([5, expect.stringContaining('1 verified, 2 skipped')]);

    const second = await runJobs(verified, { io: fakeIo({ cwd: io.cwd, env: ENV }), resume: true });

    expect(second.err.replaceAll('\n', ' ')).toContain(
      'Taken over from it: --batch 1,100% --batch-check "exit 7" --max-fail 50% --retries 0 --retry-after 90s',
    );
    expect([second.code, second.out]).toEqual([5, expect.stringContaining('1 verified, 1 skipped')]);
  });

  it('takes from the command line what that says, and batches from there altogether', async () => {
    const io = fakeIo({ cwd: anInventory(), env: ENV });
    await runJobs(verified, { io, ...BATCHES, retries: 5 });
    const again = fakeIo({ cwd: io.cwd, env: ENV });

    const { batch } = BATCHES;
    const ran = await runJobs(verified, {
      io: again,
      resume: true,
      ...(batch && { batch }),
      retries: 2,
      given: ['batch', 'retries'],
    });

    expect(ran.code).toBe(0);
    expect(ran.out).toContain('2 verified');
    expect(ran.err).not.toContain('Taken over');
  });

  it('hands on what it took over', async () => {
    const io = fakeIo({ cwd: anInventory(), env: ENV });
    const job: DeviceJob = async ({ name }) =>
      name === 'br-2' ? aFailure(name, 'timeout', 'too slow') : aResult(name);
    await runJobs(job, { io, ...BATCHES, retries: 0 });
    await runJobs(job, { io: fakeIo({ cwd: io.cwd, env: ENV }), resume: true });
    const third = await runJobs(verified, { io: fakeIo({ cwd: io.cwd, env: ENV }), resume: true });
    expect(third.err).toContain('--batch-check "exit 7"');
  });

  it('begins with what was not begun: a device that fails again stops it behind the others', async () => {
    const io = fakeIo({ cwd: anInventory(), env: ENV });
    const job: DeviceJob = async ({ name }) =>
      name === 'br-1' ? aFailure(name, 'timeout', 'too slow') : aResult(name);
    const first = await runJobs(job, {
      io,
      ...BATCHES,
      batchCheck: 'exit 0',
      retries: 0,
      maxFail: { kind: 'percent', percent: 0 },
    });
    expect([first.code, first.out]).toEqual([5, expect.stringContaining('1 failed, 2 skipped')]);
    const second = await runJobs(job, { io: fakeIo({ cwd: io.cwd, env: ENV }), resume: true });
    expect(second.out).toContain('2 verified, 1 failed');
  });

  it('asks for no canaries that have had their turn', () => {
    const devices = ['small', 'large'].map((size) => ({ ...aDevice(size), vars: { size } }));
    const options = { canaryBy: 'size' } as OptionValues;
    const settings = settingsOf(options, devices);
    expect(settings).toMatchObject({ canaryBy: 'size=small' });
    const none = {} as OptionValues;
    expect(takeOver(none, new Set(), settings, devices).options.canaryBy).toBe('size=small');
    expect(takeOver(none, new Set(), settings, devices.slice(1))).toEqual({ options: {}, told: [] });
  });

  it('leaves out what another version wrote and nobody understands', () => {
    const none = {} as OptionValues;
    expect(takeOver(none, new Set(), { maxFail: 'many', unknown: '1', batch: '1,5%' }, []).told).toEqual([
      '--batch 1,5%',
    ]);
  });
});
