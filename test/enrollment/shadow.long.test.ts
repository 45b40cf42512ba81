import { createHash } from 'node:crypto';
import { describe, expect, it, vi } from 'vitest';
import { OneCa, usualInventory } from './one-ca.ts';

describe('a CA whose rollover is near', () => {
  it('leaves a shadow certificate on a router that renews by itself, which verify shows and checks', async () => {
    await using world = await OneCa.start({
      // It began two years ago and ends in a month: routers fetch the next one at nine tenths of that.
      ca: { nextCa: true, authorityLifeDays: { ca: 30 }, lifeDays: 20 },
      inventory: (ca) =>
        usualInventory(ca, { trustpoint: { autoEnroll: { percent: 80, regenerate: false } } }),
    });
    expect((await world.enroll()).outcome).toBe('verified');
    await vi.waitFor(() => expect(world.router.state.running).toMatch(/^ certificate rollover [0-9A-F]+$/m), {
      timeout: 20_000,
      interval: 20,
    });
    const { findings, error } = await world.verify();
    const next = world.ca.authority.next?.certificate ?? new Uint8Array();
    const sha256 = createHash('sha256').update(next).digest('hex').toUpperCase();
    const rollover = findings.find(({ check }) => check === 'rollover-fits');
    expect(rollover, error?.detail).toMatchObject({
      status: 'note',
      actual: expect.stringContaining('the router’s next certificate ends'),
    });
    expect(rollover?.actual.replaceAll(' ', '')).toContain(`SHA256${sha256}`);
  });
});
