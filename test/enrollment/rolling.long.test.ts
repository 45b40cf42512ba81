import { describe, expect, it } from 'vitest';
import { enrolledTrustpoint } from '../../src/lab/states.ts';
import { OneRouter, type OneRouterOptions } from './one-router.ts';

const OLD = 'pki trustpoint BRANCH';
const NEW = 'pki trustpoint BRANCH-2';
const PROFILE = ['crypto ikev2 profile HQ', 'authentication local rsa-sig', OLD, 'exit'];
const CUT: OneRouterOptions['faults'] = [{ name: 'cut-behind', line: NEW }];
const GUARDED = {
  settings: { guard: { revert: '10m' } },
  running: [...PROFILE, 'archive', 'path flash:before-'],
};

/** A certificate that is due, whose keys are rolled; the router's timers never end by themselves. */
function startRolling(options: OneRouterOptions = {}): Promise<OneRouter> {
  return OneRouter.start({
    running: PROFILE,
    minuteMs: 60_000,
    preset: async (facts) => [
      await enrolledTrustpoint({ ...facts, trustpoint: 'BRANCH' }, { daysOld: 353, daysLeft: 12 }),
    ],
    trustpoint: {
      renew: {
        keys: 'roll',
        switch: 'crypto ikev2 profile HQ\n pki trustpoint {{new}}\n no pki trustpoint {{old}}\n',
      },
    },
    ...options,
  });
}

function profileIn(running: string): readonly string[] {
  const lines = running.split('\n').map((line) => line.trim());
  return lines.filter((line) => line.startsWith('pki trustpoint '));
}

describe('a connection that breaks in the middle of a switch', () => {
  it('leaves both in the profile, is told of, and the next run finishes what was begun', async () => {
    await using one = await startRolling({ faults: CUT });
    const { startup } = one.router.state;

    const cut = await one.renew();

    expect(cut.error).toMatchObject({
      code: 'connection-lost',
      step: 'switch',
      message: expect.stringContaining('whether BRANCH or BRANCH-2 is in use now was not seen'),
    });
    expect(cut.notes).toContain('may be half done: switch BRANCH-2');
    expect(profileIn(one.router.state.running)).toEqual([OLD, NEW]);
    expect(one.router.state.startup).toBe(startup);

    const next = await one.renew();

    expect(next.error).toBeUndefined();
    expect(next.outcome).toBe('verified');
    expect(profileIn(one.router.state.running)).toEqual([NEW]);
    expect(profileIn(one.router.state.startup ?? '')).toEqual([NEW]);
    // The one it had from the beginning, and one more.
    expect(one.ca.authority.issued).toHaveLength(2);
    expect((await one.renew()).outcome).toBe('unchanged');
  });
});

describe('a roll under a guard', () => {
  it('is guarded from its first line to the last check behind the switch', async () => {
    await using one = await startRolling(GUARDED);

    const result = await one.renew();

    expect(result.error).toBeUndefined();
    const order = [
      'configure terminal revert timer 10',
      'crypto pki trustpoint BRANCH-2',
      'crypto pki enroll BRANCH-2',
      ` ${NEW}`,
      'configure confirm',
      'write memory',
    ].map((line) => one.typed.lastIndexOf(line));
    expect(order).not.toContain(-1);
    expect(order).toEqual(order.toSorted((a, b) => a - b));
    one.router.runOutTimers();
    expect(profileIn(one.router.state.running)).toEqual([NEW]);
  });

  it('goes back to the old generation by itself when the connection breaks in the switch', async () => {
    await using one = await startRolling({ ...GUARDED, faults: CUT });

    const cut = await one.renew();

    expect(cut.error).toMatchObject({ code: 'connection-lost', step: 'switch' });
    expect(cut.notes.join('\n')).toContain('the guard was not taken off: the router rolls its running');
    expect(one.typed).not.toContain('configure confirm');
    expect((await one.renew()).error?.code).toBe('guard-pending');
    expect((await one.verify()).error?.code).toBe('guard-pending');

    one.router.runOutTimers();
    expect(profileIn(one.router.state.running)).toEqual([OLD]);
    expect([...one.held.keys()]).toEqual(['BRANCH']);

    const next = await one.renew();
    expect(next.error).toBeUndefined();
    expect(next.outcome).toBe('verified');
    expect(profileIn(one.router.state.startup ?? '')).toEqual([NEW]);
  });

  it('goes back at once when the tunnel is down behind the switch', async () => {
    const health = [{ command: 'show crypto ikev2 sa', expect: 'READY' }];
    await using one = await startRolling({
      ...GUARDED,
      settings: { ...GUARDED.settings, health },
      faults: ['tunnel-drops'],
    });

    const result = await one.renew();

    expect(result.error).toMatchObject({ code: 'health-failed', step: 'accept' });
    expect(one.typed).toContain('configure revert now');
    expect(profileIn(one.router.state.running)).toEqual([OLD]);
    expect(one.typed).not.toContain('write memory');
  });
});
