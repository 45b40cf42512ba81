import { stat } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { evidenceOf, heldBy, keyOf, savedIn, touching, watchTyping } from './evidence.ts';
import { type LabFleet, startLabFleet } from './lab-fleet.ts';
import type { Ran } from './program.ts';

const HEALTHY = ['br-0007', 'br-0008'];

describe('six routers that fail, each in its way, and two that do not', { timeout: 90_000 }, () => {
  let fleet: LabFleet;
  let ran: Ran;

  beforeAll(async () => {
    fleet = await startLabFleet({
      routers: 8,
      cast: {
        'br-0001': { faults: ['refuse-login'] },
        'br-0002': { faults: ['close-after-login'] },
        'br-0003': { faults: ['close-mid-enroll'] },
        'br-0004': { faults: ['nonsense'] },
        'br-0005': { faults: ['unknown-question'] },
        'br-0006': { faults: ['nvram-full'] },
      },
    });
    // Nothing that it says will ever be understood.
    await fleet.editInventory((inventory) =>
      inventory.setIn(['devices', 'br-0004', 'timeouts', 'command'], '1s'),
    );
    ran = await fleet.run('enroll');
  }, 60_000);
  afterAll(() => fleet[Symbol.asyncDispose]());

  it('end with a code each, and the others are verified', () => {
    expect(ran.outcomes).toEqual({
      'br-0001': 'login-refused',
      'br-0002': 'connection-lost',
      'br-0003': 'connection-lost',
      'br-0004': 'unsupported-release',
      'br-0005': 'unexpected-question',
      'br-0006': 'not-saved',
      'br-0007': 'verified',
      'br-0008': 'verified',
    });
    expect(ran.exit).toBe(1);
    for (const name of HEALTHY) {
      expect(savedIn(fleet.router(name), evidenceOf(fleet, name).identity), name).toEqual([
        'running',
        'startup',
      ]);
    }
  });

  it('say what happened in one line, in detail, and what to do; transcripts are private', async () => {
    const failed = fleet.names.filter((name) => !HEALTHY.includes(name));
    for (const name of failed) {
      const { error, transcript = '' } = ran.device(name);
      expect(error?.message, name).toMatch(/^[^\n]+$/);
      expect(error?.detail, name).toMatch(/\S/);
      expect(error?.hint, name).toMatch(/\S/);
      expect(ran.stdout).toMatch(new RegExp(`^${name} .*failed +${error?.code}`, 'm'));
      const { mode } = await stat(path.resolve(fleet.dir, transcript));
      expect((mode & 0o777).toString(8), name).toBe('600');
    }
  });

  it('leaves a question that nobody planned for unanswered, and the router at its prompt', () => {
    const { state } = fleet.router('br-0005');
    const typed = state.typed.map(({ text }) => text);
    const answers = typed.slice(typed.indexOf('crypto pki enroll BRANCH') + 1);
    // The two passwords, then the way out: the question was left by a key, not by a line.
    expect(answers).toEqual(['<hidden>', '<hidden>', 'end', 'terminal no monitor', 'exit']);
    expect(state.trustpoints).toMatchObject([{ name: 'BRANCH', isPending: false }]);
    expect(state.certificates.filter(({ kind }) => kind === 'identity')).toEqual([]);
    expect(fleet.names.flatMap((name) => fleet.router(name).state.sessions)).toEqual([]);
  });

  it('logs in once where the password is refused, and asks nothing of the CA where it was not reached', () => {
    for (const name of ['br-0001', 'br-0002', 'br-0004']) {
      expect(touching(fleet.router(name).state.typed.map(({ text }) => text)), name).toEqual([]);
      expect(fleet.router(name).state.certificates, name).toEqual([]);
    }
    expect(ran.device('br-0006').error?.hint).toContain('nvram:');
    expect(savedIn(fleet.router('br-0006'), evidenceOf(fleet, 'br-0006').identity)).toEqual(['running']);
    expect(heldBy(fleet.router('br-0003'), 'identity')).toBeUndefined();
  });

  it('goes on where it stopped once the faults are gone: keys and certificates that were there stay', async () => {
    const keys = new Map(fleet.names.map((name) => [name, keyOf(fleet.router(name))?.publicKey]));
    const unsaved = evidenceOf(fleet, 'br-0006').identity.serialNumber;
    const issued = fleet.lab.ca.authority.issued.length;
    const typed = new Map(fleet.names.map((name) => [name, watchTyping(fleet.router(name))]));
    for (const name of fleet.names) fleet.router(name).repair();

    // What became of its challenge nobody saw.
    const { minted } = fleet.lab.ca.passwords;
    const before = minted.length;
    const early = await fleet.run('enroll', '--limit', 'br-0003');
    expect([early.exit, early.outcomes]).toEqual([1, { 'br-0003': 'challenge-outstanding' }]);
    expect(touching(typed.get('br-0003')?.() ?? []).filter((line) => !/terminal/.test(line))).toEqual([]);
    expect(minted).toHaveLength(before);

    const again = await fleet.run('enroll', '--forget-challenge', 'br-0003,br-0005');

    expect(again.outcomes).toEqual({
      ...Object.fromEntries(fleet.names.map((name) => [name, 'verified'])),
      ...Object.fromEntries(HEALTHY.map((name) => [name, 'unchanged'])),
    });
    expect(again.exit).toBe(0);
    for (const name of fleet.names) {
      const { identity, key } = evidenceOf(fleet, name);
      expect(savedIn(fleet.router(name), identity), name).toEqual(['running', 'startup']);
      expect(key.publicKey, name).toEqual(keys.get(name) ?? key.publicKey);
    }
    expect(keys.get('br-0003')).toBeDefined();
    expect(keys.get('br-0005')).toBeDefined();
    expect(evidenceOf(fleet, 'br-0006').identity.serialNumber).toBe(unsaved);
    expect(touching(typed.get('br-0006')?.() ?? [])).toEqual(['write memory']);
    expect(fleet.lab.ca.authority.issued).toHaveLength(issued + 5);
  });
});
