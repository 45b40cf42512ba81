import { once } from 'node:events';
import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { DeviceJob } from '../../src/run/device-job.ts';
import { aFailure } from '../report/a-run.ts';
import { aResult } from '../run/a-device.ts';
import { anInventory, ENV, PASSWORD } from './an-inventory.ts';
import { type FakeIo, fakeIo } from './fake-io.ts';
import { runJobs } from './run-jobs.ts';

const verified: DeviceJob = async ({ name }) => aResult(name);

describe('a fleet command', () => {
  it('ends with 0 and puts the result on stdout, the progress on stderr', async () => {
    const { code, out, err } = await runJobs(verified);

    expect(code).toBe(0);
    expect(out).toContain('enroll: 3 devices in 0.0s: 3 verified\n');
    expect(err).toContain('02:57:50Z ✓ br-1 verified in 42s [1/3]');
    expect(err).not.toContain('DEVICE');
  });

  it.each([
    ['one failed', ['failed', 'verified', 'pending'], 1],
    ['one pending', ['unchanged', 'verified', 'pending'], 4],
    ['nothing to do', ['unchanged', 'unchanged', 'skipped'], 0],
  ] as const)('ends with the exit code of %s', async (_, outcomes, expected) => {
    const { code } = await runJobs(async ({ name }) => aResult(name, outcomes[Number(name.slice(-1)) - 1]));
    expect(code).toBe(expected);
  });

  it.skipIf(process.platform !== 'linux')(
    'finds out before the first job that a report cannot be written, whatever the mode of its folder says',
    async () => {
      const { code, err, given } = await runJobs(verified, { csv: '/proc/x' });
      expect([code, given]).toEqual([3, []]);
      expect(err).toMatch(/^\/proc\/x --csv: the folder \/proc may not be written \(ENOENT\)/m);
    },
  );

  it('opens the secrets before the first job and makes a folder for transcripts', async () => {
    let seen: string | undefined;
    const { io, given } = await runJobs(async ({ name, ssh }) => {
      seen = ssh.password?.reveal();
      return aResult(name);
    });

    expect(seen).toBe(PASSWORD);
    const transcripts = path.join(io.cwd, '.trustfleet/transcripts');
    const [run = ''] = readdirSync(transcripts);
    expect(run).toMatch(/^20261121T025750Z-enroll-[0-9a-f]{4}$/);
    expect(path.resolve(given[0]?.transcriptDir ?? '')).toBe(path.join(transcripts, run));
    for (const folder of ['.trustfleet', '.trustfleet/transcripts', `.trustfleet/transcripts/${run}`]) {
      expect(statSync(path.join(io.cwd, folder)).mode & 0o777, folder).toBe(0o700);
    }
  });

  it('tells at the end what to do when the state directory was removed meanwhile, and what was done all the same', async () => {
    const io = fakeIo({ cwd: anInventory(), env: ENV });
    const begun: string[] = [];
    const { code, out, err } = await runJobs(
      async ({ name }, { onStep }) => {
        begun.push(name);
        onStep({ type: 'step-started', step: 'configure', trustpoint: 'BRANCH' });
        if (name !== 'br-2') return aResult(name, 'verified', { notes: ['seen'] });
        rmSync(path.join(io.cwd, '.trustfleet'), { recursive: true });
        onStep({ type: 'step-started', step: 'enroll', trustpoint: 'BRANCH' });
        throw new Error('the step was done');
      },
      { io, concurrency: 1 },
    );

    expect([code, begun]).toEqual([1, ['br-1', 'br-2']]);
    expect(out).toContain(
      'state-unwritable: the journal in the state directory could not be written (2 devices)',
    );
    expect(out).toContain('br-1: seen');
    expect(out).toContain('enroll: 3 devices in 0.0s: 1 verified, 2 failed');
    expect(err).toMatch(/the state directory .*\.trustfleet was removed.*run the same command again/);
  });

  it('connects nothing when a secret cannot be typed', async () => {
    let started = 0;
    const change = (text: string): string =>
      text.replace(
        'ntp: [192.0.2.1]',
        'ntp: { servers: [192.0.2.1], keys: [{ id: 1, md5: { env: NTP_KEY } }] }',
      );
    const io = fakeIo({ cwd: anInventory(change), env: { ...ENV, NTP_KEY: 'one"two' } });
    const { code, err } = await runJobs(
      async ({ name }) => {
        started += 1;
        return aResult(name);
      },
      { io },
    );

    expect([code, started]).toEqual([3, 0]);
    expect(err).toMatch(/ntp\.hbs:\d+:\d+ devices\.br-1: \{\{md5\}\} .*quotation mark/);
    expect(err).not.toContain('one"two');
  });

  it('connects nothing when a secret is missing', async () => {
    let started = 0;
    const job: DeviceJob = async ({ name }) => {
      started += 1;
      return aResult(name);
    };

    const { code, err } = await runJobs(job, {
      io: fakeIo({ cwd: anInventory(), env: { LANG: 'C.UTF-8' } }),
    });

    expect([code, started]).toEqual([3, 0]);
    expect(err).toContain('TRUSTFLEET_PASSWORD');
  });

  it('says that a prompt needs a terminal', async () => {
    const cwd = anInventory((text) =>
      text.replace('{ env: TRUSTFLEET_PASSWORD }', '{ prompt: Password of netops }'),
    );

    const { code, err } = await runJobs(verified, { io: fakeIo({ cwd }) });

    expect(code).toBe(3);
    expect(err).toContain(
      'standard input is no terminal (refer to it by env, file or command in the inventory)',
    );
  });

  it('takes a password out of whatever a job says', async () => {
    const { out, err, io } = await runJobs(
      async ({ name }) => ({
        ...aFailure(name, 'login-refused', `tried ${PASSWORD} on ${'x'.repeat(60)} ${PASSWORD}`),
        notes: [Buffer.from(PASSWORD).toString('base64')],
      }),
      { json: 'result.json' },
    );

    const written = out + err + readFileSync(path.join(io.cwd, 'result.json'), 'utf8');
    expect(written).toContain('[redacted]');
    for (let from = 0; from + 12 <= PASSWORD.length; from += 1) {
      expect(written.replaceAll(/\s/g, '')).not.toContain(PASSWORD.slice(from, from + 12));
    }
  });

  it('writes JSON that can be read, whatever a password is', async () => {
    const io = fakeIo({ cwd: anInventory(), env: { ...ENV, TRUSTFLEET_PASSWORD: 'false' } });

    const { out } = await runJobs(
      async ({ name }) => aResult(name, 'verified', { notes: ['it was false'] }),
      {
        io,
        json: '-',
      },
    );

    expect(JSON.parse(out)).toMatchObject({
      run: { interrupted: false },
      devices: [{ notes: ['it was [redacted]'] }, {}, {}],
    });
  });

  it('writes JSON to stdout and everything for people to stderr', async () => {
    const { out, err } = await runJobs(verified, { json: '-' });

    const document = JSON.parse(out) as { run: { id: string }; counts: { verified: number } };
    expect([document.run.id.slice(0, 23), document.counts.verified]).toEqual(['20261121T025750Z-enroll', 3]);
    expect(err).toContain('enroll: 3 devices');
  });

  it('is no success when the result cannot be written', async () => {
    const cwd = anInventory();
    const io = fakeIo({ cwd, env: ENV });
    const removeFolder: DeviceJob = async ({ name }) => {
      const { rmSync } = await import('node:fs');
      rmSync(path.join(cwd, 'gone'), { recursive: true, force: true });
      return aResult(name);
    };
    const { mkdirSync } = await import('node:fs');
    mkdirSync(path.join(cwd, 'gone'));

    const { code, out, err } = await runJobs(removeFolder, { io, json: 'gone/result.json' });

    expect(code).toBe(1);
    expect(out).toContain('3 verified');
    expect(err).toMatch(/a report failed \(see --json\): ENOENT/);
  });

  it('shows nothing while it runs with --progress none', async () => {
    expect((await runJobs(verified, { progress: 'none' })).err).toBe('');
  });

  it('shows the live view in a window', async () => {
    const io = fakeIo({ cwd: anInventory(), env: ENV, columns: 80 });
    const { err } = await runJobs(verified, { io });
    expect(err).toContain('enroll 0/3');
  });
});

describe('Ctrl-C', () => {
  const untilStopped =
    (io: FakeIo, times: number): DeviceJob =>
    async ({ name }, { signal }) => {
      if (name === 'br-1') {
        queueMicrotask(() => {
          for (let n = 0; n < times; n += 1) io.interrupt();
        });
      }
      if (!signal.aborted) await once(signal, 'abort');
      throw signal.reason;
    };

  it('starts nothing more, ends what runs, says so, and exits with 130', async () => {
    const io = fakeIo({ cwd: anInventory(), env: ENV });

    const { code, out, err } = await runJobs(untilStopped(io, 1), { io, concurrency: 1 });

    expect(code).toBe(130);
    expect(io.exits).toEqual([]);
    expect(err).toContain('Stopping: no further device is started');
    expect(out).toContain('1 interrupted, 2 skipped');
    expect(out).toContain('run the same command again');
  });

  it('leaves at once the second time', async () => {
    const io = fakeIo({ cwd: anInventory(), env: ENV });
    await runJobs(untilStopped(io, 2), { io, concurrency: 1 });
    expect(io.exits).toEqual([130]);
  });

  it('gives the signals back after the run', async () => {
    const io = fakeIo({ cwd: anInventory(), env: ENV });
    await runJobs(verified, { io });
    const before = io.stderr.text;
    io.interrupt();
    expect([io.stderr.text, io.exits]).toEqual([before, []]);
  });
});
