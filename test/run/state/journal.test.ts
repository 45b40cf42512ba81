import { readFileSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { DeviceJob } from '../../../src/run/device-job.ts';
import { runFleet } from '../../../src/run/run.ts';
import { readJsonLines } from '../../../src/run/state/event-log.ts';
import { type Journal, withJournal } from '../../../src/run/state/journal.ts';
import { StateStore } from '../../../src/run/state/store.ts';
import { aDevice, aResult } from '../a-device.ts';
import { aClock, aJournal, aStateFolder } from './worlds.ts';

function sweep(journal: Journal, job: DeviceJob, devices = ['br-1', 'br-2', 'br-3']) {
  return runFleet({
    command: 'enroll',
    devices: devices.map((name) => aDevice(name)),
    job: withJournal(job, journal),
    concurrency: 2,
    signal: new AbortController().signal,
    reporters: [journal.reporter],
    now: aClock(),
  });
}

describe('a journal', () => {
  it('has the intent of a step written down when the step is done, and its outcome after it', async () => {
    using store = StateStore.open(aStateFolder());
    using journal = aJournal(store);
    const seen: unknown[] = [];
    const look = (): unknown => store.all('SELECT device, step, trustpoint, outcome FROM steps');
    await sweep(
      journal,
      async ({ name }, { onStep }) => {
        onStep({ type: 'step-started', step: 'enroll', trustpoint: 'BRANCH' });
        seen.push(look());
        onStep({
          type: 'step-finished',
          step: 'enroll',
          trustpoint: 'BRANCH',
          outcome: 'done',
          durationMs: 1,
        });
        seen.push(look());
        return aResult(name);
      },
      ['br-1'],
    );
    const step = { device: 'br-1', step: 'enroll', trustpoint: 'BRANCH' };
    expect(seen).toEqual([[{ ...step, outcome: null }], [{ ...step, outcome: 'done' }]]);
  });

  it('keeps the result of every device, and every event as a line', async () => {
    using store = StateStore.open(aStateFolder());
    using journal = aJournal(store);
    await sweep(journal, async ({ name }) => aResult(name, name === 'br-2' ? 'pending' : 'verified'));

    expect(store.all('SELECT device, outcome FROM run_devices ORDER BY device')).toEqual([
      { device: 'br-1', outcome: 'verified' },
      { device: 'br-2', outcome: 'pending' },
      { device: 'br-3', outcome: 'verified' },
    ]);
    expect(store.all('SELECT count(*) AS n FROM leases')).toEqual([{ n: 0 }]);
    const types = readJsonLines(path.join(journal.folder, 'events.jsonl')).map((event) =>
      Reflect.get(Object(event), 'type'),
    );
    expect(types.at(0)).toBe('run-started');
    expect(types.at(-1)).toBe('run-finished');
    expect(types.filter((type) => type === 'device-finished')).toHaveLength(3);
    expect(journal.faults()).toEqual([]);
  });

  it('is for its owner only', () => {
    using store = StateStore.open(aStateFolder());
    using journal = aJournal(store);
    const mode = (file: string): string => (statSync(file).mode & 0o777).toString(8);
    expect([store.folder, journal.folder].map(mode)).toEqual(['700', '700']);
    const files = ['events.jsonl', 'run.json', 'run.lock'].map((name) => path.join(journal.folder, name));
    expect([store.file, `${store.file}-wal`, `${store.file}-shm`, ...files].map(mode)).toEqual(
      Array.from({ length: 6 }, () => '600'),
    );
    expect(JSON.parse(readFileSync(path.join(journal.folder, 'run.json'), 'utf8'))).toMatchObject({
      id: 'run-1',
      command: 'enroll',
      devices: ['br-1', 'br-2', 'br-3'],
      pid: process.pid,
    });
  });

  it('whose directory was removed keeps everything else from being done, and says so of each device', async () => {
    const folder = aStateFolder();
    using store = StateStore.open(folder);
    using journal = aJournal(store);
    const done: string[] = [];
    const { devices } = await sweep(journal, async ({ name }, { onStep }) => {
      onStep({ type: 'step-started', step: 'configure', trustpoint: 'BRANCH' });
      done.push(`configure ${name}`);
      if (name === 'br-2') rmSync(folder, { recursive: true });
      await nextTurn();
      onStep({
        type: 'step-finished',
        step: 'configure',
        trustpoint: 'BRANCH',
        outcome: 'done',
        durationMs: 1,
      });
      onStep({ type: 'step-started', step: 'enroll', trustpoint: 'BRANCH' });
      done.push(`enroll ${name}`);
      return aResult(name);
    });

    expect(done).toEqual(['configure br-1', 'configure br-2']);
    expect(devices.map(({ outcome, error }) => [outcome, error?.code])).toEqual([
      ['failed', 'state-unwritable'],
      ['failed', 'state-unwritable'],
      ['failed', 'state-unwritable'],
    ]);
    expect(devices[2]?.error?.message).toContain('the state directory was removed');
    expect(journal.isGone).toBe(true);
  });

  it('of which another has taken the place is not written to any more', () => {
    const folder = aStateFolder();
    using store = StateStore.open(folder);
    using journal = aJournal(store);
    rmSync(folder, { recursive: true });
    using other = StateStore.open(folder);
    expect(() => journal.intend('br-1', 'configure')).toThrow('the state directory was removed');
    expect(other.all('SELECT count(*) AS n FROM steps')).toEqual([{ n: 0 }]);
  });

  it('that cannot be written keeps a step from being done, and says so of the device', async () => {
    using store = StateStore.open(aStateFolder());
    using journal = aJournal(store);
    const done: string[] = [];
    const { devices } = await sweep(
      journal,
      async ({ name }, { onStep }) => {
        onStep({ type: 'step-started', step: 'connect' });
        onStep({ type: 'step-finished', step: 'connect', outcome: 'done', durationMs: 1 });
        const [{ page_count: pages } = {}] = store.all('PRAGMA page_count');
        store.run(`PRAGMA max_page_count = ${pages}`);
        for (let n = 0; n < 200; n += 1) {
          onStep({ type: 'step-started', step: 'configure', trustpoint: 'BRANCH' });
          done.push(name);
          const note = 'x'.repeat(500);
          onStep({ type: 'step-finished', step: 'configure', outcome: 'done', durationMs: 1, note });
        }
        return aResult(name);
      },
      ['br-1'],
    );
    expect(done.length).toBeLessThan(200);
    expect(devices[0]).toMatchObject({
      outcome: 'failed',
      error: { code: 'state-unwritable', message: expect.stringContaining('the disk is full') },
    });
    expect(journal.faults().join()).toContain('the disk is full');
  });
});
