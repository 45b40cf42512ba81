import { describe, expect, it } from 'vitest';
import { OneCa, usualInventory } from './one-ca.ts';
import { OneRouter } from './one-router.ts';

const AUTO = { autoEnroll: { percent: 80, regenerate: false } };

describe('a trustpoint that renews by itself', () => {
  it('has its timer read back after the enrollment, and again by verify', async () => {
    await using world = await OneRouter.start({ trustpoint: AUTO });
    const result = await world.enroll();
    expect(result.error?.detail ?? result.outcome).toBe('verified');
    expect(world.typed).toContain('show crypto pki timers');
    expect(world.router.state.running).toContain(' auto-enroll 80');
    expect(result.findings.find(({ check }) => check === 'auto-enroll-works')).toMatchObject({
      status: 'pass',
      actual: expect.stringMatching(/^the router’s timer ends \d{4}-\d\d-\d\d$/),
    });
    expect(result.notes.join('\n')).not.toContain('will not renew');
  });

  it('that will not is found by verify, told of by a plan, and fails no enrollment', async () => {
    // 90 % of a life that has nearly gone by: the CA's own certificate ends before the router would begin.
    await using world = await OneCa.start({
      ca: { authorityLifeDays: { ca: 30 }, lifeDays: 365 },
      inventory: (ca) => usualInventory(ca, { trustpoint: AUTO }),
    });
    const enrolled = await world.enroll();
    const why = /will not renew it by itself: the CA certificate ends on .*, before the timer/;
    expect(enrolled.error?.detail ?? enrolled.outcome).toBe('verified');
    expect(enrolled.notes.join('\n')).toMatch(why);
    const verified = await world.verify();
    expect(verified.error?.code).toBe('verification-failed');
    expect(verified.findings.find(({ check }) => check === 'auto-enroll-works')?.status).toBe('fail');
    const planned = await world.plan();
    expect(planned.outcome).toBe('unchanged');
    expect(planned.notes.join('\n')).toMatch(why);
  });
});
