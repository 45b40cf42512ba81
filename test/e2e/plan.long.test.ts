import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { PlanDocument } from '../../src/cli/plan-document.ts';
import { typeByHand } from './by-hand.ts';
import { evidenceOf, keyOf, savedIn, touching, watchTyping } from './evidence.ts';
import { type LabFleet, startLabFleet } from './lab-fleet.ts';

const FILE = 'plan.json';
const LATER = ['--plan-max-age', '1h'] as const;

type Saved = Omit<PlanDocument, 'createdAt'> & { readonly createdAt: string };

describe.concurrent('trustfleet plan', { timeout: 180_000 }, () => {
  it('tells how every router stands, types nothing but show commands, and ends with 1 when some failed', async () => {
    await using fleet = await startLabFleet({
      routers: 8,
      cast: {
        'br-0002': { certificate: { daysOld: 40, daysLeft: 325 } },
        'br-0003': { state: 'other-ca' },
        'br-0004': { state: 'expired' },
        'br-0005': { state: 'pending' },
        'br-0006': { state: 'spoiling-lines' },
        'br-0007': { privilege: 1, clock: { start: 'unset', authoritative: false } },
      },
    });
    await closeTheDoor(fleet, 'br-0008');
    const typed = fleet.names.map((name) => watchTyping(fleet.router(name)));

    const ran = await fleet.run('plan', '--out', FILE);

    expect(ran.exit).toBe(1);
    const plan = await savedPlan(fleet);
    expect(Object.fromEntries(plan.devices.map(({ device, as }) => [device, as]))).toEqual({
      'br-0001': 'enroll',
      'br-0002': 'unchanged',
      'br-0003': 'conflict',
      'br-0004': 'renew',
      'br-0005': 'wait',
      'br-0006': 'conflict',
      'br-0007': 'enroll',
      'br-0008': 'unreachable',
    });
    expect(plan.counts).toMatchObject({
      enroll: 2,
      renew: 1,
      wait: 1,
      unchanged: 1,
      conflict: 2,
      unreachable: 1,
    });
    expect(ran.stdout).toContain(
      'plan: 8 devices: 2 to enroll, 1 to renew, 1 waiting for the CA, 1 unchanged, 2 in conflict, 1 unreachable',
    );
    expect(typed.flatMap((since) => touching(since()))).toEqual([]);
    expect(typed[0]?.()).toContain('show version');
    expect(fleet.lab.ca.passwords.minted).toEqual([]);
    expect(fleet.lab.ca.asked).toEqual([]);
    // A router in conflict is told of, and what would be allowed.
    expect(plan.devices[2]?.error?.hint).toContain('--replace-ca');
    expect(plan.devices[2]?.plan?.trustpoints).toMatchObject([{ name: 'BRANCH' }]);
  });

  it('ends with 2 when there is work and with 0 when there is none; the state directory keeps it', async () => {
    await using fleet = await startLabFleet({
      routers: 2,
      cast: { 'br-0002': { certificate: { daysOld: 40, daysLeft: 325 } } },
    });

    const both = await fleet.run('plan', '--json', '-');
    const quiet = await fleet.run('plan', '--limit', 'br-0002');

    expect([both.exit, quiet.exit]).toEqual([2, 0]);
    const told = JSON.parse(both.stdout) as Saved;
    const kept = await readFile(path.join(fleet.dir, '.trustfleet', 'runs', told.id, 'plan.json'), 'utf8');
    expect(kept).toBe(both.stdout);
    const status = await fleet.run('status', '--json');
    expect((JSON.parse(status.stdout) as { devices: unknown }).devices).toMatchObject([
      { device: 'br-0001', state: 'planned' },
      { device: 'br-0002', state: 'not-due' },
    ]);
  });
});

describe.concurrent('trustfleet enroll --plan', { timeout: 180_000 }, () => {
  it('types what was planned and nothing else, on the devices with work only', async () => {
    await using fleet = await startLabFleet({
      routers: 3,
      cast: {
        'br-0002': { certificate: { daysOld: 40, daysLeft: 325 } },
        'br-0003': { state: 'other-lines' },
      },
    });
    await fleet.run('plan', '--out', FILE);
    const typed = fleet.names.map((name) => watchTyping(fleet.router(name)));
    expect((await stat(path.join(fleet.dir, FILE))).mode & 0o777).toBe(0o600);

    const ran = await fleet.run('enroll', '--plan', FILE);

    expect(ran.outcomes).toEqual({ 'br-0001': 'verified', 'br-0003': 'verified' });
    expect(ran.exit).toBe(0);
    expect(ran.stderr).toContain('2 devices with work, 1 left alone');
    for (const name of ['br-0001', 'br-0003']) {
      expect(savedIn(fleet.router(name), evidenceOf(fleet, name).identity)).toEqual(['running', 'startup']);
    }
    expect(typed[1]?.()).toEqual([]);
    const plan = await savedPlan(fleet);
    for (const index of [0, 2]) {
      const planned = everythingIn(plan, index);
      expect(touching(typed[index]?.() ?? []).filter((line) => !planned.has(line.trim()))).toEqual([]);
    }
  });

  it('leaves alone a router that has changed since, says what, and does the others', async () => {
    await using fleet = await startLabFleet({ routers: 3, cast: {} });
    await fleet.run('plan', '--out', FILE);
    await typeByHand(fleet, 'br-0002', [
      'configure terminal',
      'crypto pki trustpoint BRANCH',
      'revocation-check none',
      'end',
    ]);
    const typed = watchTyping(fleet.router('br-0002'));

    const ran = await fleet.run('enroll', '--plan', FILE);

    expect(ran.outcomes).toEqual({
      'br-0001': 'verified',
      'br-0002': 'changed-since-plan',
      'br-0003': 'verified',
    });
    expect(ran.exit).toBe(1);
    expect(touching(typed())).toEqual([]);
    expect(keyOf(fleet.router('br-0002'))).toBeUndefined();
    expect(ran.device('br-0002').error?.detail).toContain('- trustpoint BRANCH: unconfigured');
    expect(ran.device('br-0002').error?.detail).toContain('+ trustpoint BRANCH: revocation-check none');
  });

  it('refuses every device when the inventory would have other lines typed, and does what a new plan says', async () => {
    await using fleet = await startLabFleet({ routers: 1, cast: {} });
    await fleet.run('plan', '--out', FILE);
    await fleet.editInventory((inventory) =>
      inventory.setIn(['trustpoints', 'BRANCH', 'revocationCheck'], ['crl', 'none']),
    );
    const typed = watchTyping(fleet.router('br-0001'));

    const refused = await fleet.run('enroll', '--plan', FILE);
    const touched = touching(typed());
    await fleet.run('plan', '--out', FILE);
    const done = await fleet.run('enroll', '--plan', FILE);

    expect(refused.outcomes).toEqual({ 'br-0001': 'changed-since-plan' });
    expect(refused.device('br-0001').error?.detail).toContain(
      '+ configure BRANCH: types revocation-check crl none',
    );
    expect(touched).toEqual([]);
    expect(done.outcomes).toEqual({ 'br-0001': 'verified' });
  });

  it('carries out what the plan allowed, and a second time finds nothing to do', async () => {
    await using fleet = await startLabFleet({ routers: 1, cast: { 'br-0001': { state: 'other-ca' } } });

    const planned = await fleet.run('plan', '--out', FILE, '--replace-ca', 'br-0001');
    const allowedAgain = await fleet.run('enroll', '--plan', FILE, '--replace-ca', 'br-0001');
    const done = await fleet.run('enroll', '--plan', FILE);
    const again = await fleet.run('enroll', '--plan', FILE);

    expect(planned.exit).toBe(2);
    expect((await savedPlan(fleet)).devices[0]?.plan?.risk.level).toBe('high');
    expect(allowedAgain.exit).toBe(3);
    expect(allowedAgain.stderr).toContain('--replace-ca: is not taken beside --plan');
    expect(done.outcomes).toEqual({ 'br-0001': 'verified' });
    expect(again.outcomes).toEqual({ 'br-0001': 'unchanged' });
  });

  it('renews by a renewal plan', async () => {
    await using fleet = await startLabFleet({
      routers: 2,
      cast: {
        'br-0001': { certificate: { daysOld: 353, daysLeft: 12 } },
        'br-0002': { certificate: { daysOld: 40, daysLeft: 325 } },
      },
    });
    const before = evidenceOf(fleet, 'br-0001').identity.serialNumber;

    const planned = await fleet.run('plan', '--for', 'renew', '--out', FILE);
    const done = await fleet.run('enroll', '--plan', FILE);

    expect(planned.exit).toBe(2);
    expect((await savedPlan(fleet)).devices.map(({ as }) => as)).toEqual(['renew', 'unchanged']);
    expect(done.outcomes).toEqual({ 'br-0001': 'verified' });
    expect(evidenceOf(fleet, 'br-0001').identity.serialNumber).not.toBe(before);
  });

  it.each(['cut-configure', 'cut-keygen'] as const)(
    'goes on with a router whose session broke in the middle, by what is left of the plan (%s)',
    async (fault) => {
      await using fleet = await startLabFleet({ routers: 1, cast: { 'br-0001': { faults: [fault] } } });
      await fleet.run('plan', '--out', FILE);

      const ran = await fleet.run('enroll', '--plan', FILE, '--retries', '1', '--retry-after', '1s');

      expect(ran.outcomes).toEqual({ 'br-0001': 'verified' });
      expect(ran.device('br-0001').attempts).toBe(2);
    },
  );

  it('is what a run that was stopped goes on with, batches and all, and refuses what has changed since', async () => {
    await using fleet = await startLabFleet({ routers: 3, cast: {} });
    await fleet.run('plan', '--out', FILE);
    await fleet.run('enroll', '--plan', FILE, '--batch', '1', '--batch-check', 'exit 1', ...LATER);
    await rm(path.join(fleet.dir, FILE));
    await typeByHand(fleet, 'br-0002', [
      'configure terminal',
      'crypto pki trustpoint BRANCH',
      'enrollment retry count 7',
      'end',
    ]);

    const ran = await fleet.run('enroll', '--resume', '--batch', '100%');

    expect(ran.stderr).toMatch(
      /^Plan \S+ of \S+, taken over from the run that is continued: 3 devices with work/m,
    );
    expect(ran.stderr).toContain('Taken over from it: --plan-max-age 1h');
    expect(ran.outcomes).toEqual({ 'br-0002': 'changed-since-plan', 'br-0003': 'verified' });
  });

  it('connects to nothing with a plan that is old, foreign, of other devices or no plan', async () => {
    await using fleet = await startLabFleet({ routers: 2, cast: {} });
    await fleet.run('plan', '--out', FILE);
    const plan = await savedPlan(fleet);
    const write = (name: string, change: object): Promise<void> =>
      writeFile(path.join(fleet.dir, name), JSON.stringify({ ...plan, ...change }));
    const day = 86_400_000;
    await write('old.json', { createdAt: new Date(Date.now() - 2 * day) });
    await write('future.json', { createdAt: new Date(Date.now() + day) });
    await write('newer.json', { schema: 99 });
    await write('twice.json', { devices: [...plan.devices, ...plan.devices.slice(0, 1)] });
    await writeFile(path.join(fleet.dir, 'none.json'), '{"schema": 1}');
    await writeFile(path.join(fleet.dir, 'text.json'), 'hello');
    await fleet.editInventory((inventory) => inventory.deleteIn(['devices', 'br-0002']));
    const typed = watchTyping(fleet.router('br-0001'));

    const wrong: readonly (readonly [string, string, ...string[]])[] = [
      ['old.json', '1d is the most (make it anew'],
      ['future.json', 'which is yet to come'],
      ['newer.json', 'is a plan of schema 99, this trustfleet reads 1'],
      ['twice.json', 'lists br-0001 twice'],
      ['none.json', 'is no plan'],
      ['text.json', 'is no JSON'],
      ['gone.json', 'cannot be read (ENOENT)'],
      [FILE, 'br-0002: is not in the inventory'],
      [FILE, 'is not taken beside --plan', '--resume'],
    ];
    for (const [file, text, ...more] of wrong) {
      const ran = await fleet.run('enroll', '--plan', file, ...more);
      expect([ran.exit, ran.stderr]).toEqual([3, expect.stringContaining(text)]);
    }
    expect(typed()).toEqual([]);

    const allowed = await fleet.run('enroll', '--plan', FILE, '--limit', 'br-0001', ...LATER);
    expect(allowed.outcomes).toEqual({ 'br-0001': 'verified' });
  });
});

async function savedPlan({ dir }: LabFleet): Promise<Saved> {
  return JSON.parse(await readFile(path.join(dir, FILE), 'utf8')) as Saved;
}

/** Every line and every answer of a device's plan. */
function everythingIn({ devices }: Saved, index: number): ReadonlySet<string> {
  const steps = devices[index]?.plan?.steps ?? [];
  return new Set(
    steps.flatMap(({ lines }) =>
      lines.flatMap(({ text, instead, questions }) => [
        text.trim(),
        ...instead,
        ...questions.flatMap(({ answer }) => answer ?? []),
      ]),
    ),
  );
}

/** Nobody listens there. */
function closeTheDoor({ editInventory }: LabFleet, name: string): Promise<void> {
  return editInventory((inventory) => inventory.setIn(['devices', name, 'port'], 1));
}
