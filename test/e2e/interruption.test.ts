import { describe, expect, it, vi } from 'vitest';
import { evidenceOf, keyOf, savedIn, watchTyping } from './evidence.ts';
import { type LabFleet, startLabFleet } from './lab-fleet.ts';

const SOON = { timeout: 60_000, interval: 20 };

describe.concurrent('Ctrl-C', { timeout: 150_000 }, () => {
  it('lets the devices that wait for the CA go, starts no further ones, and the next run completes them', async () => {
    await using fleet = await startLabFleet({ routers: 6, minuteMs: 500 });
    fleet.lab.ca.policy.grant = 'manual';

    const running = fleet.start('enroll', '--concurrency', '4');
    await vi.waitFor(
      () => expect(fleet.names.filter((name) => isPending(fleet, name))).toHaveLength(4),
      SOON,
    );
    running.signal('SIGINT');
    const first = await running.done;

    expect(first.exit).toBe(130);
    expect(first.result?.run.interrupted).toBe(true);
    expect(first.result?.counts).toMatchObject({ interrupted: 4, skipped: 2 });
    expect(Object.keys(first.outcomes)).toEqual(fleet.names);
    await expectNobodyLoggedIn(fleet);
    for (const name of fleet.names) {
      const reached = first.outcomes[name] === 'interrupted';
      expect(fleet.router(name).state.typed.length > 0, name).toBe(reached);
    }
    const keys = new Map(fleet.names.map((name) => [name, keyOf(fleet.router(name))?.publicKey]));

    fleet.lab.ca.policy.grant = 'automatic';
    const typed = new Map(fleet.names.map((name) => [name, watchTyping(fleet.router(name))]));
    const second = await fleet.run('enroll');

    expect(second.outcomes).toEqual(Object.fromEntries(fleet.names.map((name) => [name, 'verified'])));
    expect(second.exit).toBe(0);
    for (const name of fleet.names) {
      const { identity, key } = evidenceOf(fleet, name);
      expect(savedIn(fleet.router(name), identity), name).toEqual(['running', 'startup']);
      expect(key.publicKey, name).toEqual(keys.get(name) ?? key.publicKey);
      const wasPending = first.outcomes[name] === 'interrupted';
      expect(typed.get(name)?.().includes('crypto pki enroll BRANCH'), name).toBe(!wasPending);
    }
    expect(fleet.lab.ca.passwords.minted).toHaveLength(6);
  });

  it('in the middle of the enroll dialogue leaves it by its door: no answer is typed, nothing is asked of the CA', async () => {
    await using fleet = await startLabFleet({ routers: 1, cast: { 'br-0001': { faults: SLOW } } });
    const { state } = fleet.router('br-0001');

    const running = fleet.start('enroll');
    await vi.waitFor(() => expect(state.typed.at(-1)?.text).toBe('crypto pki enroll BRANCH'), SOON);
    running.signal('SIGINT');
    const first = await running.done;

    expect(first.exit).toBe(130);
    expect(first.outcomes).toEqual({ 'br-0001': 'interrupted' });
    await expectNobodyLoggedIn(fleet);
    const typed = state.typed.map(({ text }) => text);
    expect(typed.slice(typed.indexOf('crypto pki enroll BRANCH') + 1)).toEqual(['exit']);
    expect(state.trustpoints).toMatchObject([{ isPending: false }]);
    expect(fleet.lab.ca.asked).toEqual([]);

    await expectEnrolledNext(fleet);
  });

  it('twice ends the program at once, and the next run completes', async () => {
    await using fleet = await startLabFleet({ routers: 1, cast: { 'br-0001': { faults: SLOW } } });
    const { state } = fleet.router('br-0001');

    const running = fleet.start('enroll');
    await vi.waitFor(() => expect(state.typed.at(-1)?.text).toMatch(/^show running-config/), SOON);
    running.signal('SIGINT');
    await vi.waitFor(() => expect(running.said()).toContain('Ctrl-C again'), SOON);
    running.signal('SIGINT');
    const first = await running.done;

    expect(first.exit).toBe(130);
    // It did not even stay for a result.
    expect(first.result).toBeUndefined();
    await expectNobodyLoggedIn(fleet);

    await expectEnrolledNext(fleet);
  });
});

/** Slow enough that a signal comes in the middle of what a router says. */
const SLOW = [{ name: 'slow-output', msPerChunk: 10 }] as const;

function isPending({ router }: LabFleet, name: string): boolean {
  return router(name).state.trustpoints.some(({ isPending: pending }) => pending);
}

/** A router notices a moment later that a connection is gone. */
async function expectNobodyLoggedIn({ names, router }: LabFleet): Promise<void> {
  await vi.waitFor(() => expect(names.flatMap((name) => router(name).state.sessions)).toEqual([]), SOON);
}

async function expectEnrolledNext(fleet: LabFleet): Promise<void> {
  fleet.router('br-0001').repair();
  const { exit, outcomes } = await fleet.run('enroll');
  expect(outcomes).toEqual({ 'br-0001': 'verified' });
  expect(exit).toBe(0);
  const { identity } = evidenceOf(fleet, 'br-0001');
  expect(savedIn(fleet.router('br-0001'), identity)).toEqual(['running', 'startup']);
}
