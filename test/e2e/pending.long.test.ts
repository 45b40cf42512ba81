import { describe, expect, it, vi } from 'vitest';
import { evidenceOf, keyOf, savedIn, watchTyping } from './evidence.ts';
import { type LabFleet, startLabFleet } from './lab-fleet.ts';

describe.concurrent('a CA whose operator decides', { timeout: 60_000 }, () => {
  it('leaves requests pending and saved; the next run takes the answer without a second request', async () => {
    await using fleet = await startLabFleet({ routers: 2, minuteMs: 1_000 });
    fleet.lab.ca.policy.grant = 'manual';
    await waitAtMost(fleet, '2s');

    const first = await fleet.run('enroll');

    expect(first.outcomes).toEqual({ 'br-0001': 'pending', 'br-0002': 'pending' });
    expect(first.exit).toBe(4);
    const keys = fleet.names.map((name) => keyOf(fleet.router(name))?.publicKey);
    for (const name of fleet.names) {
      const { state } = fleet.router(name);
      expect(state.trustpoints, name).toMatchObject([{ name: 'BRANCH', isPending: true }]);
      expect(state.startup, name).toContain('crypto pki trustpoint BRANCH');
      expect(state.startup, name).toMatch(/^ certificate ca /m);
      expect(first.device(name).notes.join('\n'), name).toContain('waits for the CA');
    }
    const { asked, passwords, authority } = fleet.lab.ca;
    const transactions = asked.map(({ transactionId }) => transactionId);
    expect(passwords.minted).toHaveLength(2);
    expect(authority.issued).toEqual([]);

    await waitAtMost(fleet, '30s');
    const typed = fleet.names.map((name) => watchTyping(fleet.router(name)));
    const second = fleet.start('enroll');
    // The operator grants while the second run is already waiting.
    await vi.waitFor(
      () => expect(typed.map((since) => since().filter(isLook).length > 1)).toEqual([true, true]),
      {
        timeout: 20_000,
        interval: 20,
      },
    );
    fleet.lab.ca.policy.grant = 'automatic';
    const { exit, outcomes } = await second.done;

    expect(outcomes).toEqual({ 'br-0001': 'verified', 'br-0002': 'verified' });
    expect(exit).toBe(0);
    for (const [index, name] of fleet.names.entries()) {
      const { identity, key } = evidenceOf(fleet, name);
      expect(key.publicKey, name).toEqual(keys[index]);
      expect(savedIn(fleet.router(name), identity), name).toEqual(['running', 'startup']);
      expect(typed[index]?.(), name).not.toContain('crypto pki enroll BRANCH');
    }
    // The same two transactions all the way, one request each; everything else was polling.
    expect(passwords.minted).toHaveLength(2);
    expect(new Set(asked.map(({ transactionId }) => transactionId))).toEqual(new Set(transactions));
    expect(asked.filter(({ messageType }) => messageType === 'PKCSReq')).toHaveLength(2);
    expect(authority.issued).toHaveLength(2);
    expect(new Set(authority.issued.map(({ challenge }) => challenge))).toEqual(new Set(passwords.minted));
  });

  it('is waited for without a session, until it has granted', async () => {
    await using fleet = await startLabFleet({ routers: 1, minuteMs: 500 });
    fleet.lab.ca.policy.grant = 'manual';
    await waitAtMost(fleet, '2s');
    const router = fleet.router('br-0001');

    const waiting = fleet.start('enroll', '--wait', '6s', '--progress', 'json');
    await vi.waitFor(() => expect(waiting.said()).toContain('"device-waits"'), {
      timeout: 20_000,
      interval: 20,
    });
    const [, request] = /"fingerprints":\["(MD5 [0-9A-F ]+)"/.exec(waiting.said()) ?? [];
    expect(request).toBeDefined();
    await vi.waitFor(() => expect(router.state.sessions).toEqual([]), { timeout: 5_000, interval: 10 });
    fleet.lab.ca.policy.grant = 'automatic';
    const { exit, outcomes } = await waiting.done;

    expect(outcomes).toEqual({ 'br-0001': 'verified' });
    expect(exit).toBe(0);
    expect(router.state.typed.filter(({ text }) => text === 'crypto pki enroll BRANCH')).toHaveLength(1);
  });

  it('is asked anew after a refusal, for the same key and with a password of its own', async () => {
    await using fleet = await startLabFleet({ routers: 1 });
    fleet.lab.ca.policy.grant = 'never';

    const first = await fleet.run('enroll');

    expect(first.outcomes).toEqual({ 'br-0001': 'request-rejected' });
    expect(first.exit).toBe(1);
    const router = fleet.router('br-0001');
    const key = keyOf(router)?.publicKey;
    expect(router.state.startup).not.toContain('crypto pki trustpoint');

    fleet.lab.ca.policy.grant = 'automatic';
    const typed = watchTyping(router);
    const second = await fleet.run('enroll');

    expect(second.outcomes).toEqual({ 'br-0001': 'verified' });
    const { identity, issued, key: same } = evidenceOf(fleet, 'br-0001');
    expect(same.publicKey).toEqual(key);
    expect(savedIn(router, identity)).toEqual(['running', 'startup']);
    expect(typed().filter((line) => line.startsWith('crypto '))).toEqual(['crypto pki enroll BRANCH']);
    const { asked, passwords } = fleet.lab.ca;
    expect(asked.map(({ challenge }) => challenge)).toEqual(passwords.minted);
    expect(issued.challenge).toBe(passwords.minted[1]);
  });
});

function waitAtMost({ editInventory }: LabFleet, timeout: string): Promise<void> {
  return editInventory((inventory) =>
    inventory.setIn(['trustpoints', 'BRANCH', 'grant', 'timeout'], timeout),
  );
}

function isLook(line: string): boolean {
  return line === 'show crypto pki certificates BRANCH';
}
