import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { evidenceOf, savedIn } from './evidence.ts';
import { type LabFleet, startLabFleet } from './lab-fleet.ts';

describe.concurrent('host keys', { timeout: 60_000 }, () => {
  it('that are not in known_hosts stop every device before the login, until they are accepted', async () => {
    await using fleet = await startLabFleet({ routers: 2 });
    await writeFile(knownHosts(fleet), '');

    const first = await fleet.run('enroll');

    expect(first.outcomes).toEqual({ 'br-0001': 'host-key-unknown', 'br-0002': 'host-key-unknown' });
    expect(first.exit).toBe(1);
    expectUntouched(fleet);
    expect(await readFile(knownHosts(fleet), 'utf8')).toBe('');

    const second = await fleet.run('enroll', '--accept-new-host-keys');

    expect(second.outcomes).toEqual({ 'br-0001': 'verified', 'br-0002': 'verified' });
    expect(second.exit).toBe(0);
    const lines = (await readFile(knownHosts(fleet), 'utf8')).trimEnd().split('\n');
    expect(lines.toSorted()).toEqual(fleet.names.map((name) => fleet.router(name).hostKeyLine).toSorted());
    for (const name of fleet.names) {
      expect(second.device(name).notes.join('\n'), name).toContain('trusted on first use');
      expect(savedIn(fleet.router(name), evidenceOf(fleet, name).identity)).toEqual(['running', 'startup']);
    }

    expect((await fleet.run('verify')).exit).toBe(0);
  });

  it('that changed stop the device, also where new ones are accepted, and known_hosts stays as it is', async () => {
    await using fleet = await startLabFleet({ routers: 2 });
    // Each router answers with the key that is known of the other one.
    const [one = '', two = ''] = fleet.names.map((name) => fleet.router(name).hostKeyLine);
    const swapped = `${hostOf(one)} ${keyOf(two)}\n${hostOf(two)} ${keyOf(one)}\n`;
    await writeFile(knownHosts(fleet), swapped);

    for (const options of [[], ['--accept-new-host-keys']]) {
      const { exit, outcomes } = await fleet.run('enroll', ...options);
      expect(outcomes).toEqual({ 'br-0001': 'host-key-changed', 'br-0002': 'host-key-changed' });
      expect(exit).toBe(1);
    }

    expectUntouched(fleet);
    expect(await readFile(knownHosts(fleet), 'utf8')).toBe(swapped);
  });
});

function knownHosts({ dir }: LabFleet): string {
  return path.join(dir, 'known_hosts');
}

/** Nobody logged in, and the CA heard of nobody. */
function expectUntouched({ lab, names, router }: LabFleet): void {
  expect(names.flatMap((name) => router(name).state.typed)).toEqual([]);
  expect(lab.ca.requests).toEqual([]);
  expect(lab.ca.passwords.minted).toEqual([]);
}

function hostOf(line: string): string {
  return line.slice(0, line.indexOf(' '));
}

function keyOf(line: string): string {
  return line.slice(line.indexOf(' ') + 1);
}
