import { describe, expect, it } from 'vitest';
import { LabCa } from '../../src/lab/ca/lab-ca.ts';
import { typeByHand } from './by-hand.ts';
import { evidenceOf, heldBy, isSame, keyOf, savedIn, touching, watchTyping } from './evidence.ts';
import { type LabFleet, startLabFleet } from './lab-fleet.ts';

const NAME = 'br-0001';

describe.concurrent('a CA without registration authority and with one challenge for all', {
  timeout: 60_000,
}, () => {
  it('enrolls by a SHA256 alone: the CA certificate is fetched, compared, and found again on the router', async () => {
    await using fleet = await startLabFleet({ routers: 2, ca: 'generic' });
    await pin(fleet, [`SHA256:${fleet.lab.ca.authority.fingerprint('sha256')}`]);

    const ran = await fleet.run('enroll');

    expect(ran.outcomes).toEqual({ 'br-0001': 'verified', 'br-0002': 'verified' });
    expect(ran.exit).toBe(0);
    for (const name of fleet.names) {
      const { identity, issued } = evidenceOf(fleet, name);
      expect(savedIn(fleet.router(name), identity), name).toEqual(['running', 'startup']);
      expect(issued.challenge, name).toMatch(/./);
    }
    const challenges = fleet.lab.ca.authority.issued.map(({ challenge }) => challenge);
    expect(new Set(challenges).size).toBe(1);
  });

  it('is refused when its certificate has not the pinned SHA256: the router is not even told to fetch it', async () => {
    await using fleet = await startLabFleet({ routers: 1, ca: 'generic' });
    await pin(fleet, [`SHA256:${'5A'.repeat(32)}`]);
    const router = fleet.router(NAME);
    const { startup } = router.state;

    const ran = await fleet.run('enroll');

    expect(ran.outcomes).toEqual({ [NAME]: 'fingerprint-mismatch' });
    expect(ran.device(NAME).error?.hint).toContain('do not accept it');
    expect(ran.exit).toBe(1);
    expect(router.state.typed.map(({ text }) => text)).not.toContain('crypto pki authenticate BRANCH');
    expect(router.state.certificates).toEqual([]);
    expect(router.state.startup).toBe(startup);
    expect(fleet.lab.ca.asked).toEqual([]);
    expect(ran.device(NAME).error?.detail).toContain(
      fleet.lab.ca.authority.fingerprint('sha256').slice(0, 8),
    );
  });

  it('is refused by the router’s own answer when somebody answers in its place and only a SHA256 is pinned', async () => {
    await using fleet = await startLabFleet({
      routers: 1,
      ca: 'generic',
      cast: { [NAME]: { intercepted: true } },
    });
    await pin(fleet, [`SHA256:${fleet.lab.ca.authority.fingerprint('sha256')}`]);

    const ran = await fleet.run('enroll');

    expect(ran.outcomes).toEqual({ [NAME]: 'fingerprint-mismatch' });
    expect(fleet.router(NAME).state.certificates).toEqual([]);
    expect(fleet.lab.impostor?.asked).toEqual([]);
  });
});

describe.concurrent('what a router holds before', { timeout: 60_000 }, () => {
  it('a key pair of the right name is used as it is', async () => {
    await using fleet = await startLabFleet({ routers: 1, ca: 'generic' });
    await typeByHand(fleet, NAME, [
      'configure terminal',
      'crypto key generate rsa general-keys label BRANCH modulus 2048',
      'end',
    ]);
    const key = keyOf(fleet.router(NAME))?.publicKey ?? new Uint8Array();
    expect(key).not.toHaveLength(0);
    const typed = watchTyping(fleet.router(NAME));

    const ran = await fleet.run('enroll');

    expect(ran.outcomes).toEqual({ [NAME]: 'verified' });
    expect(isSame(evidenceOf(fleet, NAME).key.publicKey, key)).toBe(true);
    expect(typed().filter((line) => line.startsWith('crypto key'))).toEqual([]);
  });

  it('a shorter key pair of that name is neither used nor replaced', async () => {
    await using fleet = await startLabFleet({ routers: 1, ca: 'generic' });
    await typeByHand(fleet, NAME, [
      'configure terminal',
      'crypto key generate rsa general-keys label BRANCH modulus 1024',
      'end',
    ]);
    const key = keyOf(fleet.router(NAME))?.publicKey ?? new Uint8Array();
    expect(key).not.toHaveLength(0);
    const typed = watchTyping(fleet.router(NAME));

    const ran = await fleet.run('enroll');

    expect(ran.outcomes).toEqual({ [NAME]: 'keypair-conflict' });
    expect(ran.exit).toBe(1);
    expect(touching(typed())).toEqual([]);
    expect(isSame(keyOf(fleet.router(NAME))?.publicKey ?? new Uint8Array(), key)).toBe(true);
    expect(fleet.lab.ca.requests).toEqual([]);
  });

  it('the certificate of another CA is a conflict: nothing is typed, it stays', async () => {
    await using fleet = await startLabFleet({ routers: 1, ca: 'generic' });
    await using other = await LabCa.start({ profile: 'generic', name: 'CN=Another CA' });
    await typeByHand(fleet, NAME, [
      'configure terminal',
      'crypto pki trustpoint BRANCH',
      `enrollment url ${other.enrollmentUrl}`,
      'revocation-check none',
      'exit',
      'crypto pki authenticate BRANCH',
      'yes',
      'end',
    ]);
    const { state } = fleet.router(NAME);
    const before = { running: state.running, startup: state.startup };
    expect(heldBy(fleet.router(NAME), 'ca')).toEqual(other.authority.ca.certificate);
    const typed = watchTyping(fleet.router(NAME));

    const ran = await fleet.run('enroll');

    expect(ran.outcomes).toEqual({ [NAME]: 'plan-conflict' });
    expect(ran.exit).toBe(1);
    expect(touching(typed())).toEqual([]);
    expect({ running: state.running, startup: state.startup }).toEqual(before);
    expect(heldBy(fleet.router(NAME), 'ca')).toEqual(other.authority.ca.certificate);
    expect(fleet.lab.ca.requests).toEqual([]);
  });
});

function pin({ editInventory }: LabFleet, fingerprints: readonly string[]): Promise<void> {
  return editInventory((inventory) =>
    inventory.setIn(['authorities', 'lab-ca', 'fingerprint'], fingerprints),
  );
}
