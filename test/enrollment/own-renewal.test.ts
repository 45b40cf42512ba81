import { describe, expect, it } from 'vitest';
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
});
