import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { PlanDocument } from '../../src/cli/plan-document.ts';
import { isSame, touching, watchTyping } from './evidence.ts';
import { type LabFleet, startLabFleet } from './lab-fleet.ts';
import { readRendered } from './rendered.ts';

const ROUTER = 'br-0001';
const PROFILE = [
  'crypto ikev2 profile BRANCH',
  'authentication local rsa-sig',
  'pki trustpoint BRANCH',
  'exit',
];
const SWITCH = `crypto ikev2 profile BRANCH
 pki trustpoint {{new}}
 no pki trustpoint {{old}}
`;

describe.concurrent('trustfleet renew with keys: roll', { timeout: 240_000 }, () => {
  it('enrolls the next generation beside the old, switches, verifies, saves; and retires the old when told', async () => {
    await using fleet = await startRolling();
    const { state } = fleet.router(ROUTER);
    const [old] = state.keys;

    const rolled = await fleet.run('renew');

    expect(rolled.outcomes).toEqual({ [ROUTER]: 'verified' });
    expect(rolled.exit).toBe(0);
    expect(held(fleet)).toEqual({ trustpoints: ['BRANCH', 'BRANCH-2'], keys: ['BRANCH', 'BRANCH-2'] });
    expect(state.keys[0]).toEqual(old);
    expect(profileIn(state.running)).toEqual(['authentication local rsa-sig', 'pki trustpoint BRANCH-2']);
    expect(profileIn(state.startup)).toEqual(profileIn(state.running));
    const { steps, certificates, findings, retirable } = rolled.device(ROUTER);
    const done = steps.map(({ step }) => step);
    expect(done.slice(done.indexOf('verify'))).toEqual(['verify', 'switch', 'save']);
    expect(certificates.map(({ trustpoint }) => trustpoint)).toEqual(['BRANCH-2']);
    expect(new Set(findings.map(({ trustpoint, status }) => `${trustpoint} ${status}`))).not.toContain(
      'BRANCH-2 fail',
    );
    expect(new Set(findings.map(({ trustpoint }) => trustpoint))).toEqual(new Set(['BRANCH-2']));
    expect(retirable).toEqual(['BRANCH']);
    const issued = fleet.lab.ca.authority.issued.at(-1)?.publicKey ?? new Uint8Array();
    expect(isSame(issued, state.keys[1]?.publicKey ?? new Uint8Array())).toBe(true);
    expect(fleet.lab.ca.passwords.minted).toHaveLength(1);

    const typed = watchTyping(fleet.router(ROUTER));
    const again = await fleet.run('renew');
    expect(again.outcomes).toEqual({ [ROUTER]: 'unchanged' });
    expect(again.device(ROUTER).decisions).toMatchObject([{ trustpoint: 'BRANCH-2', decision: 'not-due' }]);
    expect((await fleet.run('enroll')).outcomes).toEqual({ [ROUTER]: 'unchanged' });
    const verified = await fleet.run('verify');
    expect(verified.outcomes).toEqual({ [ROUTER]: 'verified' });
    expect(verified.device(ROUTER).findings.map(({ trustpoint }) => trustpoint)).toContain('BRANCH-2');
    expect(verified.device(ROUTER).notes.join('\n')).toContain('waits to be retired');
    expect((await fleet.run('status')).stdout.replaceAll(/\s+/g, ' ')).toContain(
      `BRANCH was replaced and waits to be retired: trustfleet renew --limit ${ROUTER} --retire ${ROUTER}`,
    );

    const early = await fleet.run('renew', '--retire', ROUTER);
    expect(early.outcomes).toEqual({ [ROUTER]: 'plan-conflict' });
    expect(early.device(ROUTER).error?.message).toContain('of renew.retireAfter are left');
    expect(touching(typed())).toEqual([]);

    await setRenew(fleet, { retireAfter: '0s' });
    const unknown = await fleet.run('renew', '--retire', 'br-0009');
    expect(unknown.exit).toBe(3);
    const retired = await fleet.run('renew', '--retire', ROUTER);

    expect(retired.outcomes).toEqual({ [ROUTER]: 'verified' });
    expect(held(fleet)).toEqual({ trustpoints: ['BRANCH-2'], keys: ['BRANCH-2'] });
    expect(state.startup).not.toMatch(/^crypto pki trustpoint BRANCH$/m);
    expect(touching(typed())).toEqual([
      'configure terminal',
      'no crypto pki trustpoint BRANCH',
      'yes',
      'end',
      'configure terminal',
      'crypto key zeroize rsa BRANCH',
      'yes',
      'end',
      'write memory',
    ]);
    expect(retired.device(ROUTER).retirable).toBeUndefined();
    expect(retired.device(ROUTER).notes.join()).not.toContain('waits to be retired');
    expect((await fleet.run('enroll')).outcomes).toEqual({ [ROUTER]: 'unchanged' });
    expect((await fleet.run('status')).stdout).not.toContain('retire');
  });

  it('rolls from the second to the third generation, within what the CA renews in one run', async () => {
    await using fleet = await startRolling();
    await fleet.editInventory((inventory) => {
      inventory.setIn(['limits', 'authorities', 'lab-ca', 'renewals'], 1);
    });
    await fleet.run('renew');

    const { outcomes, device } = await fleet.run('renew', '--before', '3000d');

    expect(outcomes).toEqual({ [ROUTER]: 'verified' });
    expect(device(ROUTER).decisions).toMatchObject([{ trustpoint: 'BRANCH-2', decision: 'due' }]);
    expect(held(fleet).trustpoints).toEqual(['BRANCH', 'BRANCH-2', 'BRANCH-3']);
    expect(profileIn(fleet.router(ROUTER).state.running)).toContain('pki trustpoint BRANCH-3');
    expect(device(ROUTER).retirable).toEqual(['BRANCH', 'BRANCH-2']);
  });

  it.each([
    ['while keys are made', 'cut-keygen'],
    ['behind the request', 'cut-enroll'],
  ] as const)(
    'leaves the old one in force when the connection breaks %s, and switches in the next run',
    async (_when, fault) => {
      await using fleet = await startRolling([fault]);
      const { state } = fleet.router(ROUTER);

      const cut = await fleet.run('renew');

      expect(cut.outcomes).toEqual({ [ROUTER]: 'connection-lost' });
      expect(profileIn(state.running)).toContain('pki trustpoint BRANCH');
      const verified = await fleet.run('verify');
      expect(verified.outcomes).toEqual({ [ROUTER]: 'verified' });
      expect(new Set(verified.device(ROUTER).findings.map(({ trustpoint }) => trustpoint))).toEqual(
        new Set(['BRANCH']),
      );
      expect((await fleet.run('enroll')).outcomes).toEqual({ [ROUTER]: 'unchanged' });

      const next = await fleet.run('renew');

      expect(next.outcomes).toEqual({ [ROUTER]: 'verified' });
      expect(profileIn(state.startup)).toEqual(['authentication local rsa-sig', 'pki trustpoint BRANCH-2']);
      // The one it had from the beginning, and one more.
      expect(fleet.lab.ca.authority.issued).toHaveLength(2);
    },
  );

  it('leaves the old one in force while the CA’s operator thinks, and switches when the request is granted', async () => {
    await using fleet = await startRolling([], { minuteMs: 500 });
    const { state } = fleet.router(ROUTER);
    fleet.lab.ca.policy.grant = 'manual';
    await fleet.editInventory((inventory) => {
      inventory.setIn(['trustpoints', 'BRANCH', 'grant', 'timeout'], '2s');
    });

    const waiting = await fleet.run('renew');

    expect(waiting.outcomes).toEqual({ [ROUTER]: 'pending' });
    expect(waiting.exit).toBe(4);
    expect(profileIn(state.startup)).toContain('pki trustpoint BRANCH');
    expect(waiting.device(ROUTER).certificates.map(({ trustpoint }) => trustpoint)).toEqual(['BRANCH']);
    expect((await fleet.run('status')).stdout).toContain(`trustfleet renew --limit ${ROUTER}`);

    fleet.lab.ca.policy.grant = 'automatic';
    await fleet.editInventory((inventory) => {
      inventory.setIn(['trustpoints', 'BRANCH', 'grant', 'timeout'], '60s');
    });
    const granted = await fleet.run('renew');

    expect(granted.outcomes).toEqual({ [ROUTER]: 'verified' });
    expect(profileIn(state.startup)).toEqual(['authentication local rsa-sig', 'pki trustpoint BRANCH-2']);
    // The one it had from the beginning, and one more.
    expect(fleet.lab.ca.authority.issued).toHaveLength(2);
    expect(fleet.lab.ca.passwords.minted).toHaveLength(1);
  });

  it('switches back what was switched when a line is refused, saves nothing, and says which one serves', async () => {
    await using fleet = await startRolling();
    const { state } = fleet.router(ROUTER);
    const startup = state.startup;
    await setRenew(fleet, { switch: `${SWITCH} no dpd {{new}}\n` });

    const { outcomes, device } = await fleet.run('renew');

    expect(outcomes).toEqual({ [ROUTER]: 'command-refused' });
    expect(device(ROUTER).error).toMatchObject({ step: 'switch' });
    expect(device(ROUTER).error?.message).toContain('switched back: BRANCH is in force as before');
    expect(profileIn(state.running)).toEqual(['authentication local rsa-sig', 'pki trustpoint BRANCH']);
    expect(state.startup).toBe(startup);

    await setRenew(fleet, { switch: SWITCH });
    expect((await fleet.run('renew')).outcomes).toEqual({ [ROUTER]: 'verified' });
    // The one it had from the beginning, and one more.
    expect(fleet.lab.ca.authority.issued).toHaveLength(2);
  });

  it('leads a router back whose tunnel does not come up, and saves nothing', async () => {
    await using fleet = await startRolling(['tunnel-drops']);
    const { state } = fleet.router(ROUTER);
    const startup = state.startup;
    await fleet.editInventory((inventory) => {
      const health = [{ command: 'show crypto ikev2 sa', expect: 'READY' }];
      inventory.setIn(['defaults', 'health'], inventory.createNode(health));
    });

    const { outcomes, device } = await fleet.run('renew');

    expect(outcomes).toEqual({ [ROUTER]: 'health-failed' });
    expect(profileIn(state.running)).toEqual(['authentication local rsa-sig', 'pki trustpoint BRANCH']);
    expect(held(fleet).trustpoints).toEqual(['BRANCH']);
    expect(state.startup).toBe(startup);
    expect(device(ROUTER).notes.join('\n')).toContain('BRANCH is in use as before');
  });

  it('touches nothing where the lines of the switch could not be switched back', async () => {
    await using fleet = await startRolling();
    await setRenew(fleet, { switch: 'crypto ikev2 profile OTHER\n pki trustpoint {{new}}\n' });
    const typed = watchTyping(fleet.router(ROUTER));

    const { outcomes, device } = await fleet.run('renew');

    expect(outcomes).toEqual({ [ROUTER]: 'plan-conflict' });
    expect(device(ROUTER).error?.message).toContain('has no “crypto ikev2 profile OTHER”');
    expect(touching(typed())).toEqual([]);
  });

  it('is planned with every line that it types, and a saved plan of it is carried out', async () => {
    await using fleet = await startRolling();

    const planned = await fleet.run('plan', '--for', 'renew', '--out', 'plan.json', '--details');

    expect(planned.exit).toBe(2);
    expect(planned.stdout).toMatch(/1 to renew/);
    const foreseen = await plannedLines(fleet);
    expect(foreseen).toContain(' pki trustpoint BRANCH-2');
    const typed = watchTyping(fleet.router(ROUTER));
    expect((await fleet.run('enroll', '--plan', 'plan.json')).outcomes).toEqual({ [ROUTER]: 'verified' });
    expect(profileIn(fleet.router(ROUTER).state.startup)).toContain('pki trustpoint BRANCH-2');
    expect(typed().filter((line) => !foreseen.has(line))).toEqual([]);

    await setRenew(fleet, { retireAfter: '0s' });
    const retiring = ['--for', 'renew', '--retire', ROUTER, '--out', 'plan.json'];
    expect((await fleet.run('plan', ...retiring)).exit).toBe(2);
    expect(await plannedLines(fleet)).toContain('crypto key zeroize rsa BRANCH');
    expect((await fleet.run('enroll', '--plan', 'plan.json')).outcomes).toEqual({ [ROUTER]: 'verified' });
    expect(held(fleet)).toEqual({ trustpoints: ['BRANCH-2'], keys: ['BRANCH-2'] });
  });

  it('lets render show what enroll types on a router without a certificate', async () => {
    await using fleet = await startLabFleet({ routers: 1, cast: { [ROUTER]: { running: PROFILE } } });
    await setRenew(fleet, { keys: 'roll', switch: SWITCH });
    expect((await fleet.run('render', '--out', 'rendered')).exit).toBe(0);
    const typed = watchTyping(fleet.router(ROUTER));

    const { outcomes, device } = await fleet.run('enroll');

    expect(outcomes).toEqual({ [ROUTER]: 'verified' });
    const { transcript = '' } = device(ROUTER);
    const conversation = await readFile(path.resolve(fleet.dir, transcript), 'utf8');
    expect(conversation).toContain('show running-config');
    const hashes = [...fleet.router(ROUTER).state.running.matchAll(/ secret 5 (\S+)/g)].map(
      ([, hash = '']) => hash,
    );
    expect(hashes.length).toBeGreaterThan(0);
    for (const hash of hashes) expect(conversation).not.toContain(hash);
    const text = await readFile(path.join(fleet.dir, 'rendered', `${ROUTER}.txt`), 'utf8');
    expect(typed()).toContain('show running-config');
    expect(readRendered(text, { fresh: true }).unexplained(typed())).toBeUndefined();
  });

  it('does not retire what a line of the configuration still names', async () => {
    const other = ['crypto ikev2 profile OTHER', 'pki trustpoint BRANCH', 'exit'];
    await using fleet = await startRolling([], {}, other);
    await setRenew(fleet, { retireAfter: '0s' });
    await fleet.run('renew');

    const { outcomes, device } = await fleet.run('renew', '--retire', ROUTER);

    expect(outcomes).toEqual({ [ROUTER]: 'plan-conflict' });
    expect(device(ROUTER).error?.message).toContain(
      'has “pki trustpoint BRANCH” below “crypto ikev2 profile OTHER”',
    );
    expect(held(fleet).keys).toEqual(['BRANCH', 'BRANCH-2']);
  });
});

async function startRolling(
  faults: readonly ('cut-enroll' | 'cut-keygen' | 'tunnel-drops')[] = [],
  options: { readonly minuteMs?: number } = {},
  lines: readonly string[] = [],
): Promise<LabFleet> {
  const fleet = await startLabFleet({
    routers: 1,
    ...options,
    cast: {
      [ROUTER]: { certificate: { daysOld: 353, daysLeft: 12 }, running: [...PROFILE, ...lines], faults },
    },
  });
  await setRenew(fleet, { keys: 'roll', switch: SWITCH });
  return fleet;
}

/** Everything that the saved plan foresees to be typed, answers too. */
async function plannedLines({ dir }: LabFleet): Promise<ReadonlySet<string>> {
  const { devices } = JSON.parse(await readFile(path.join(dir, 'plan.json'), 'utf8')) as PlanDocument;
  const lines = devices.flatMap(({ plan }) => plan?.steps ?? []).flatMap((step) => step.lines);
  const answers = lines.flatMap(({ questions }) => questions.map(({ answer }) => answer ?? ''));
  // A challenge password is typed without an echo, and twice; Enter alone comes before everything else.
  return new Set([...lines.flatMap(({ text, instead }) => [text, ...instead]), ...answers, '<hidden>', '']);
}

function setRenew({ editInventory }: LabFleet, rules: Readonly<Record<string, string>>): Promise<void> {
  return editInventory((inventory) => {
    for (const [key, value] of Object.entries(rules))
      inventory.setIn(['trustpoints', 'BRANCH', 'renew', key], value);
  });
}

function held({ router }: LabFleet): { trustpoints: readonly string[]; keys: readonly string[] } {
  const { trustpoints, keys } = router(ROUTER).state;
  return { trustpoints: trustpoints.map(({ name }) => name), keys: keys.map(({ label }) => label) };
}

/** The lines below the profile. */
function profileIn(configuration: string): readonly string[] {
  const lines = configuration.split('\n');
  const head = lines.indexOf('crypto ikev2 profile BRANCH');
  return lines.slice(head + 1, lines.indexOf('!', head)).map((line) => line.trim());
}
