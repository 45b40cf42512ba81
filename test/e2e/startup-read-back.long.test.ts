import { describe, expect, it } from 'vitest';
import { evidenceOf, savedIn } from './evidence.ts';
import { startLabFleet } from './lab-fleet.ts';

describe('a router that does not let its startup configuration be read', { timeout: 60_000 }, () => {
  it('is not called saved on its own word: neither by the run that saved, nor by a later one', async () => {
    const cast = { 'br-0001': { faults: [{ name: 'denies', command: 'show startup-config' } as const] } };
    await using fleet = await startLabFleet({ routers: 1, cast });

    const first = await fleet.run('enroll');
    expect(first.outcomes).toEqual({ 'br-0001': 'not-saved' });
    expect(first.exit).toBe(1);
    expect(first.device('br-0001').error?.hint).toContain('show startup-config');
    // It was saved all the same: what is missing is the proof.
    expect(savedIn(fleet.router('br-0001'), evidenceOf(fleet, 'br-0001').identity)).toContain('startup');

    const second = await fleet.run('enroll');
    expect(second.outcomes).toEqual({ 'br-0001': 'verification-failed' });
    expect(second.device('br-0001').findings).toContainEqual(
      expect.objectContaining({ check: 'startup-saved', status: 'unknown' }),
    );
  });
});

describe('a router that says [OK] and saves nothing', { timeout: 60_000 }, () => {
  it('fails, with the words that say what a reload would find, and is saved by the next run', async () => {
    const cast = { 'br-0001': { faults: ['saves-nothing'] as const } };
    await using fleet = await startLabFleet({ routers: 1, cast });
    const { startup } = fleet.router('br-0001').state;

    const first = await fleet.run('enroll');
    expect(first.outcomes).toEqual({ 'br-0001': 'not-saved' });
    expect(first.exit).toBe(1);
    expect(first.stdout.replaceAll(/\s+/g, ' ')).toContain(
      'BRANCH: the router said [OK], but its startup configuration has no trustpoint BRANCH',
    );
    expect(fleet.router('br-0001').state.startup).toBe(startup);
    const { identity } = evidenceOf(fleet, 'br-0001');
    expect(savedIn(fleet.router('br-0001'), identity)).toEqual(['running']);

    fleet.router('br-0001').repair();
    const second = await fleet.run('enroll');
    expect(second.outcomes).toEqual({ 'br-0001': 'verified' });
    expect(savedIn(fleet.router('br-0001'), identity)).toEqual(['running', 'startup']);
  });
});
