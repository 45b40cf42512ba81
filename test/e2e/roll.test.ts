import { describe, expect, it } from 'vitest';
import { savedIn, touching, watchTyping } from './evidence.ts';
import { type LabFleet, startLabFleet } from './lab-fleet.ts';

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

describe.concurrent('trustfleet renew with keys: roll', { timeout: 90_000 }, () => {
  it('enrolls the next generation beside the old, switches, verifies, saves; and retires the old when told', async () => {
    await using fleet = await startRolling();

    const rolled = await fleet.run('renew');

    expect(rolled.outcomes).toEqual({ [ROUTER]: 'verified' });
    expect(rolled.exit).toBe(0);
    expect(trustpointsOf(fleet)).toEqual(['BRANCH', 'BRANCH-2']);
    expect(labelsOf(fleet)).toEqual(['BRANCH', 'BRANCH-2']);
    expect(profileOf(fleet)).toEqual([' authentication local rsa-sig', ' pki trustpoint BRANCH-2']);
    expect(rolled.device(ROUTER).certificates.map(({ trustpoint }) => trustpoint)).toEqual(['BRANCH-2']);
    expect(rolled.device(ROUTER).findings.every(({ trustpoint }) => trustpoint === 'BRANCH-2')).toBe(true);
  });
});

function startRolling(): Promise<LabFleet> {
  return startWith(SWITCH);
}

async function startWith(lines: string): Promise<LabFleet> {
  const fleet = await startLabFleet({
    routers: 1,
    cast: { [ROUTER]: { certificate: { daysOld: 353, daysLeft: 12 }, running: PROFILE } },
  });
  await fleet.editInventory((inventory) => {
    inventory.setIn(['trustpoints', 'BRANCH', 'renew', 'keys'], 'roll');
    inventory.setIn(['trustpoints', 'BRANCH', 'renew', 'switch'], lines);
  });
  return fleet;
}

function trustpointsOf({ router }: LabFleet): readonly string[] {
  return router(ROUTER).state.trustpoints.map(({ name }) => name);
}

function labelsOf({ router }: LabFleet): readonly string[] {
  return router(ROUTER).state.keys.map(({ label }) => label);
}

function profileOf({ router }: LabFleet): readonly string[] {
  const lines = router(ROUTER).state.running.split('\n');
  const head = lines.indexOf('crypto ikev2 profile BRANCH');
  return lines.slice(head + 1, lines.indexOf('!', head));
}
