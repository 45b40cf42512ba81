import { spawnSync } from 'node:child_process';
import { readdirSync, truncateSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { evidenceOf, savedIn, touching } from './evidence.ts';
import { type LabFleet, startLabFleet } from './lab-fleet.ts';
import { startProgram } from './program.ts';

const SOON = { timeout: 90_000, interval: 20 };
/** Slow enough that a run is in the middle of it when something happens. */
const SLOW = [{ name: 'slow-output', msPerChunk: 10 }] as const;

interface Status {
  readonly counts: Readonly<Record<string, number>>;
  readonly devices: readonly {
    readonly device: string;
    readonly state: string;
    readonly run?: string;
    readonly message?: string;
    readonly next: string;
    readonly process?: { readonly pid: number };
  }[];
}

async function statusOf(fleet: LabFleet): Promise<Status> {
  const { exit, stdout, stderr } = await fleet.run('status', '--json');
  expect(exit, stderr).toBe(0);
  return JSON.parse(stdout) as Status;
}

describe.concurrent('the state directory', { timeout: 240_000 }, () => {
  it('keeps two processes from working on one device; what a killed one had is free at once', async () => {
    await using fleet = await startLabFleet({ routers: 2, cast: { 'br-0001': { faults: SLOW } } });
    const { state } = fleet.router('br-0001');
    const first = fleet.start('enroll', '--limit', 'br-0001', '--json', 'first.json');
    await vi.waitFor(() => expect(state.sessions).toHaveLength(1), SOON);

    const second = await fleet.run('enroll');

    expect(second.outcomes).toEqual({ 'br-0001': 'device-in-use', 'br-0002': 'verified' });
    expect(second.exit).toBe(1);
    const [other = ''] = readdirSync(path.join(fleet.dir, '.trustfleet', 'runs'));
    expect(second.device('br-0001').error).toMatchObject({
      message: expect.stringMatching(new RegExp(`^run ${other} is at work on it since `)),
      detail: expect.stringMatching(/^That run is process \d+ on /),
    });
    expect((await statusOf(fleet)).devices).toMatchObject([
      { device: 'br-0001', state: 'in-work', run: other, next: 'wait for its run' },
      { device: 'br-0002', state: 'verified' },
    ]);
    expect((await fleet.run('enroll', '--resume')).stderr).toMatch(/is at work: process \d+/);

    first.signal('SIGKILL');
    await first.done;
    expect((await statusOf(fleet)).devices[0]).toMatchObject({
      state: expect.stringMatching(/half-done|interrupted/),
    });
    fleet.router('br-0001').repair();
    const third = await fleet.run('enroll', '--resume');
    expect(third.outcomes).toEqual({ 'br-0001': 'verified' });
  });

  it('on a full disk stops a device before the step it could not write down; with room again it goes on', async () => {
    await using fleet = await startLabFleet({ routers: 2 });
    // No file may grow beyond this many blocks of 1024 bytes: the log of the state file is the first that wants to.
    const ran = await startProgram(fleet.dir, ['enroll'], {}, 'ulimit -f 220').done;

    expect(ran.exit).toBe(1);
    const codes = Object.values(ran.outcomes);
    expect(codes).toContain('state-unwritable');
    const stopped = fleet.names.filter((name) => ran.outcomes[name] === 'state-unwritable');
    for (const name of stopped) {
      const { error, notes, steps } = ran.device(name);
      expect(error?.message, name).toMatch(/^the journal could not be written: /);
      expect(error?.hint, name).toContain('make room on the disk');
      const typed = touching(fleet.router(name).state.typed.map(({ text }) => text));
      const changed = steps.filter(({ step }) => !['connect', 'observe', 'plan'].includes(step));
      if (changed.length === 0) expect(typed, name).toEqual([]);
      expect(notes.join('\n'), name).toMatch(/changed on the router/);
    }
    expect(ran.stderr).toContain('the state directory is behind');

    const again = await fleet.run('enroll', ...stopped.flatMap((name) => ['--forget-challenge', name]));
    expect(again.exit, again.stdout).toBe(0);
    for (const name of fleet.names) {
      expect(savedIn(fleet.router(name), evidenceOf(fleet, name).identity)).toEqual(['running', 'startup']);
    }
    expect((await statusOf(fleet)).counts).toMatchObject({ verified: 2 });
  });

  it('that is cut in the middle is not used, and can be made anew', async () => {
    await using fleet = await startLabFleet({ routers: 1 });
    expect((await fleet.run('enroll')).exit).toBe(0);
    const file = path.join(fleet.dir, '.trustfleet', 'state.db');
    spawnSync('rm', ['-f', `${file}-wal`, `${file}-shm`]);
    truncateSync(file, 3_000);

    const refused = await fleet.run('enroll');
    expect(refused.exit).toBe(3);
    expect(refused.stderr).toMatch(/state\.db the state file is damaged: .*status --rebuild/);

    const rebuilt = await fleet.run('status', '--rebuild');
    expect(rebuilt.exit, rebuilt.stderr).toBe(0);
    expect(rebuilt.stderr).toMatch(/made anew from 1 run; the old one is .*state\.db\.damaged-/);
    expect(rebuilt.stdout).toContain('1 router: 1 verified');
    expect((await fleet.run('enroll')).outcomes).toEqual({ 'br-0001': 'unchanged' });
  });

  it('lets a run that was killed be continued, and tells meanwhile how each router stands', async () => {
    await using fleet = await startLabFleet({ routers: 3, cast: { 'br-0002': { faults: SLOW } } });
    const running = fleet.start('enroll', '--concurrency', '2');
    await vi.waitFor(
      () =>
        expect(fleet.router('br-0002').state.typed.map(({ text }) => text)).toContain('configure terminal'),
      SOON,
    );
    running.signal('SIGKILL');
    await running.done;

    const { devices } = await statusOf(fleet);
    expect(devices.map(({ device }) => device)).toEqual(fleet.names);
    expect(devices[1]).toMatchObject({
      state: 'half-done',
      message: expect.stringMatching(/^the run was killed in step (?:set-clock|configure BRANCH)$/),
      next: 'trustfleet enroll --resume',
    });
    fleet.router('br-0002').repair();
    const resumed = await fleet.run('enroll', '--resume');
    expect(resumed.stderr).toMatch(/Resuming run \S+, killed, of /);
    expect(resumed.exit).toBe(0);
    expect(resumed.outcomes['br-0002']).toBe('verified');
    expect((await statusOf(fleet)).counts).toMatchObject({ verified: 3 });
    expect((await fleet.run('enroll', '--resume')).stderr).toContain('nothing is left to resume');
  });
});
