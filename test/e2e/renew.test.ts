import { describe, expect, it } from 'vitest';
import { evidenceOf, isSame, savedIn, touching, watchTyping } from './evidence.ts';
import { type LabFleet, startLabFleet } from './lab-fleet.ts';

const DUE = 'br-0001';
const NOT_DUE = 'br-0002';

describe.concurrent('trustfleet renew', { timeout: 60_000 }, () => {
  it('replaces a certificate with 12 days left, signed with it, for the same key; another stays untouched', async () => {
    await using fleet = await startWithCertificates();
    const before = evidenceOf(fleet, DUE);
    const notDue = evidenceOf(fleet, NOT_DUE);
    const typed = watchTyping(fleet.router(NOT_DUE));

    const ran = await fleet.run('renew');

    expect(ran.outcomes).toEqual({ [DUE]: 'verified', [NOT_DUE]: 'unchanged' });
    expect(ran.exit).toBe(0);
    const after = evidenceOf(fleet, DUE);
    expect(after.identity.serialNumber).not.toBe(before.identity.serialNumber);
    expect(Date.parse(after.identity.validTo)).toBeGreaterThan(Date.parse(before.identity.validTo));
    expect(isSame(after.key.publicKey, before.key.publicKey)).toBe(true);
    expect(savedIn(fleet.router(DUE), after.identity)).toEqual(['running', 'startup']);
    expect(savedIn(fleet.router(DUE), before.identity)).toEqual([]);
    expectSignedWith(fleet, before.identity.raw);

    expect(touching(typed())).toEqual([]);
    expect(evidenceOf(fleet, NOT_DUE).identity.serialNumber).toBe(notDue.identity.serialNumber);
    expect(ran.device(NOT_DUE).decisions).toMatchObject([{ decision: 'not-due' }]);
  });

  it('brings a new key where the inventory asks for it, and the old one is gone', async () => {
    await using fleet = await startWithCertificates();
    await regenerate(fleet);
    const before = evidenceOf(fleet, DUE);

    const ran = await fleet.run('renew');

    expect(ran.outcomes).toEqual({ [DUE]: 'verified', [NOT_DUE]: 'unchanged' });
    const after = evidenceOf(fleet, DUE);
    expect(isSame(after.key.publicKey, before.key.publicKey)).toBe(false);
    expect(fleet.router(DUE).state.keys.map(({ label }) => label)).toEqual(['BRANCH']);
    expect(savedIn(fleet.router(DUE), after.identity)).toEqual(['running', 'startup']);
    expectSignedWith(fleet, before.identity.raw);
  });

  it.each([{ newKey: false }, { newKey: true }])(
    'leaves certificate and key in place when the CA refuses, and succeeds later (new key: $newKey)',
    async ({ newKey }) => {
      await using fleet = await startWithCertificates();
      if (newKey) await regenerate(fleet);
      const before = evidenceOf(fleet, DUE);
      fleet.lab.ca.policy.grant = 'never';

      const refused = await fleet.run('renew');

      expect(refused.outcomes).toEqual({ [DUE]: 'request-rejected', [NOT_DUE]: 'unchanged' });
      expect(refused.exit).toBe(1);
      const kept = evidenceOf(fleet, DUE);
      expect(kept.identity.serialNumber).toBe(before.identity.serialNumber);
      expect(isSame(kept.key.publicKey, before.key.publicKey)).toBe(true);
      expect(savedIn(fleet.router(DUE), kept.identity)).toEqual(['running', 'startup']);
      expect(refused.device(DUE).error?.detail).toContain(before.identity.serialNumber);

      fleet.lab.ca.policy.grant = 'automatic';
      const again = await fleet.run('renew');

      expect(again.outcomes).toEqual({ [DUE]: 'verified', [NOT_DUE]: 'unchanged' });
      const after = evidenceOf(fleet, DUE);
      expect(after.identity.serialNumber).not.toBe(before.identity.serialNumber);
      expect(isSame(after.key.publicKey, before.key.publicKey)).toBe(!newKey);
    },
  );
});

function startWithCertificates(): Promise<LabFleet> {
  return startLabFleet({
    routers: 2,
    cast: {
      [DUE]: { certificate: { daysOld: 353, daysLeft: 12 } },
      [NOT_DUE]: { certificate: { daysOld: 40, daysLeft: 325 } },
    },
  });
}

function regenerate({ editInventory }: LabFleet): Promise<void> {
  return editInventory((inventory) =>
    inventory.setIn(['trustpoints', 'BRANCH', 'renew', 'keys'], 'regenerate'),
  );
}

/** The CA saw one request, signed with the old certificate, without a password, and no password was made. */
function expectSignedWith({ lab }: LabFleet, old: Uint8Array): void {
  const { asked, passwords, authority } = lab.ca;
  expect(asked.map(({ renewal, challenge }) => ({ renewal, challenge }))).toEqual([
    { renewal: true, challenge: undefined },
  ]);
  expect(asked.map(({ signer }) => isSame(signer.der, old))).toEqual([true]);
  expect(authority.issued.at(-1)).toMatchObject({ renewal: true, challenge: undefined });
  expect(passwords.minted).toEqual([]);
}
