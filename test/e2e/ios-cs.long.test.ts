import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { startLabFleet } from './lab-fleet.ts';

describe.concurrent('a router of the inventory that is the CA', { timeout: 90_000 }, () => {
  it('makes the passwords, though it is not among the devices selected', async () => {
    await using fleet = await startLabFleet({ routers: 2, ca: 'ios-cs', minuteMs: 500 });

    const ran = await fleet.run('enroll', '--limit', 'br-*');

    expect(ran.outcomes, ran.stderr).toEqual({ 'br-0001': 'verified', 'br-0002': 'verified' });
    const typed = fleet.lab.hub?.state.typed.map(({ text }) => text) ?? [];
    expect(typed.filter((line) => line.includes('password generate'))).toHaveLength(2);
    expect(typed.filter((line) => line.includes(' grant '))).toEqual([]);
    const transcripts = path.join(fleet.dir, '.trustfleet', 'transcripts', ran.result?.run.id ?? '');
    expect((await readdir(transcripts)).toSorted()).toEqual([
      'br-0001.txt',
      'br-0002.txt',
      'hub-1.certificate-server.txt',
    ]);
    const heard = await readFile(path.join(transcripts, 'hub-1.certificate-server.txt'), 'utf8');
    expect(heard).toContain('[redacted]');
    expect(heard).not.toMatch(/\b[0-9A-F]{16}\b/);
    expect((await fleet.run('enroll', '--limit', 'br-*')).outcomes).toEqual({
      'br-0001': 'unchanged',
      'br-0002': 'unchanged',
    });
  });

  it('has the requests granted that its branches printed, and no other', async () => {
    await using fleet = await startLabFleet({ routers: 2, ca: 'ios-cs', approval: 'manual', minuteMs: 500 });

    const ran = await fleet.run('enroll', '--limit', 'br-*');

    expect(ran.outcomes, ran.stderr).toEqual({ 'br-0001': 'verified', 'br-0002': 'verified' });
    const grants = fleet.lab.hub?.state.typed.map(({ text }) => text).filter((line) => / grant /.test(line));
    expect(grants?.toSorted()).toEqual([
      expect.stringMatching(/^crypto pki server \S+ grant 1$/),
      expect.stringMatching(/^crypto pki server \S+ grant 2$/),
    ]);
  });
});
