import { existsSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { RunLedger } from '../../src/run/state/challenge-ledger.ts';
import { openJournal } from '../../src/run/state/journal.ts';
import { StateStore } from '../../src/run/state/store.ts';
import { anError } from '../report/a-run.ts';
import { aResult } from '../run/a-device.ts';
import { anInventory, ENV } from './an-inventory.ts';
import { fakeIo, trustfleet } from './fake-io.ts';

const AT = new Date('2026-11-21T01:00:00Z');
const now = (): Date => AT;

/** A folder with three routers, the state of a run that was killed behind it: one verified, one failed, one half done. */
function afterAKill(): string {
  const cwd = anInventory();
  using store = StateStore.open(path.join(cwd, '.trustfleet'));
  const devices = ['br-1', 'br-2', 'br-3', 'old-1'];
  using journal = openJournal(store, { id: 'run-1', command: 'enroll', devices, exclusive: true, now });
  const certificate = {
    trustpoint: 'BRANCH',
    serial: '0A',
    subject: 'CN=br-1',
    issuer: 'CN=CA',
    notBefore: AT,
    notAfter: new Date('2027-11-21T00:00:00Z'),
    sha1: '',
    sha256: '',
  };
  const results = [
    aResult('br-1', 'verified', { certificates: [certificate] }),
    aResult('br-2', 'failed', { error: anError('fingerprint-mismatch', 'BRANCH: the CA showed SHA1 00') }),
    aResult('old-1', 'pending'),
  ];
  for (const result of results) {
    journal.begin(result.device);
    journal.reporter.onEvent({ type: 'device-finished', result, at: AT });
    journal.end(result.device);
  }
  journal.begin('br-3');
  journal.intend('br-3', 'enroll', 'BRANCH');
  const service = { key: 'ndes x', authority: 'branch-ca', capacity: 5, lifeMs: 3 * 3_600_000 };
  new RunLedger(store, 'run-1', now).of(service).begin({ device: 'br-3', trustpoint: 'BRANCH' });
  return cwd;
}

describe('trustfleet status', () => {
  it('calls every router never run where nothing was, and makes nothing', async () => {
    const io = fakeIo({ cwd: anInventory(), env: ENV });
    const { code, out } = await trustfleet(['status'], io);
    expect([code, out]).toEqual([
      0,
      '3 routers: 3 never run\n\nnever run (3)\n  next: trustfleet enroll --limit <device>\n  br-1 br-2 br-3\n',
    ]);
    expect(existsSync(path.join(io.cwd, '.trustfleet'))).toBe(false);
  });

  it.each([80, 120])(
    'says at %i columns how each router stands, since when, why and what to do',
    async (columns) => {
      const { code, out } = await trustfleet(
        ['status'],
        fakeIo({ cwd: afterAKill(), env: { ...ENV, NO_COLOR: '1' }, columns }),
      );
      expect(code).toBe(0);
      const lines = out.split('\n');
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(columns);
      expect(lines[0]).toBe('4 routers: 1 verified, 1 pending, 1 failed, 1 half done');
      expect(out).toMatch(/^half done \(1\)\n {2}next: trustfleet enroll --resume\n/m);
      expect(out).toMatch(/^ {2}br-3 +2026-11-21 01:00Z +1h 57m +the run was killed in step/m);
      expect(out).toMatch(/^failed: fingerprint-mismatch \(1\)\n {2}next: /m);
      expect(out.replaceAll(/\s+/g, ' ')).toContain('; then trustfleet enroll --limit br-2');
      expect(out).toMatch(/^ {2}br-1 +2026-11-21 01:00Z +1h 57m +certificate until 2027-11-21$/m);
      expect(out).toMatch(/^not in the inventory any more\n.*DEVICE.*\n {2}old-1 /m);
      expect(out).toMatch(
        /^challenge passwords that may be unspent \(1\)\n(?: {2}.*\n)+?.*--forget-challenge/m,
      );
      expect(out).toContain('  br-3 BRANCH, branch-ca: until 2026-11-21T04:09:00Z');
    },
  );

  it('gives programs the same, and the selection alone', async () => {
    const cwd = afterAKill();
    const { out } = await trustfleet(['status', '--json'], fakeIo({ cwd, env: ENV }));
    expect(JSON.parse(out)).toMatchObject({
      schema: 1,
      counts: { verified: 1, pending: 1, failed: 1, 'half-done': 1, 'never-run': 0 },
      devices: [
        { device: 'br-1', host: '192.0.2.11', state: 'verified', isInInventory: true, next: 'nothing' },
        { device: 'br-2', state: 'failed', code: 'fingerprint-mismatch', run: 'run-1' },
        { device: 'br-3', state: 'half-done', step: 'enroll', unspent: [{ authority: 'branch-ca' }] },
        { device: 'old-1', state: 'pending', isInInventory: false },
      ],
    });
    const one = await trustfleet(['status', '--limit', 'br-2', '--json'], fakeIo({ cwd, env: ENV }));
    expect((JSON.parse(one.out) as { devices: unknown[] }).devices).toHaveLength(1);
  });

  it('points at the renewal again for what a renewal that was killed left', async () => {
    const cwd = anInventory();
    {
      using store = StateStore.open(path.join(cwd, '.trustfleet'));
      openJournal(store, { id: 'run-1', command: 'renew', devices: ['br-1'], exclusive: true, now })[
        Symbol.dispose
      ]();
    }
    const { out } = await trustfleet(['status', '--limit', 'br-1'], fakeIo({ cwd, env: ENV }));
    expect(out).toMatch(/^skipped \(1\)\n {2}next: trustfleet renew --last skipped\n/m);
  });

  it('does not let a clock that was put back make an age of it', async () => {
    const io = { ...fakeIo({ cwd: afterAKill(), env: ENV }), now: () => new Date('2020-01-01T00:00:00Z') };
    const { code, out } = await trustfleet(['status'], io);
    expect(code).toBe(0);
    expect(out).toMatch(/^ {2}br-1 +2026-11-21 01:00Z +certificate until/m);
    // Three hours from then at most: never further away than its life.
    expect(out).toContain('br-3 BRANCH, branch-ca: until 2020-01-01T03:09:00Z');
  });

  it('makes a state file that is missing anew when told to, and not before', async () => {
    const cwd = afterAKill();
    const state = path.join(cwd, '.trustfleet');
    for (const name of readdirSync(state).filter((file) => file.startsWith('state.db'))) {
      rmSync(path.join(state, name));
    }
    const before = await trustfleet(['status'], fakeIo({ cwd, env: ENV }));
    expect(before.code).toBe(3);
    expect(before.err).toMatch(/damaged: it is missing, and 1 runs are there.*status --rebuild/s);
    const { code, out, err } = await trustfleet(['status', '--rebuild'], fakeIo({ cwd, env: ENV }));
    expect([code, err]).toEqual([0, 'The state file was made anew from 1 run.\n']);
    expect(out).toContain('1 verified');
  });
});

describe('a choice that leaves nothing', () => {
  it.each([
    [['enroll', '--last', 'pending'], /no device of this selection was pending in its last run/],
    [['verify', '--last', 'skipped'], /no device of this selection was skipped/],
    [
      ['enroll', '--resume', '--limit', 'br-1'],
      /run run-1 left 2 devices, and none of them is in this selection/,
    ],
    [['enroll', '--resume', '--last', 'failed'], /is not taken beside --resume/],
    [['enroll', '--forget-challenge', 'br-9'], /--forget-challenge: "br-9" is no device of this run/],
    [['enroll', '--last', 'sometimes'], /Expected one of failed, pending, skipped/],
  ])('%j is told and nothing is connected', async (argv, words) => {
    const { code, err } = await trustfleet(argv, fakeIo({ cwd: afterAKill(), env: ENV }));
    expect(code).toBe(3);
    expect(err).toMatch(words);
  });
});
