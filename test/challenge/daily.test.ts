import { describe, expect, it } from 'vitest';
import { dailySource, endOf } from '../../src/challenge/daily.ts';
import { Secret } from '../../src/domain/secret.ts';
import { device, forever, trustpoint } from './fixtures.ts';

const PARIS = { midnightIn: 'Europe/Paris' } as const;
const at = (time: string): Date => new Date(time);

/** A source read at `first`; the clock is moved by hand, and what the secret's place holds is changed by hand. */
function daily(first: string, { canReread = true } = {}) {
  const world = { now: at(first), stored: 'monday-1', reads: 0 };
  const value = Secret.acquired('monday-1', 'file today');
  const source = dailySource({ value, until: PARIS }, 'the daily challenge of ca', {
    now: () => world.now,
    reread: async () => {
      world.reads += 1;
      return canReread ? Secret.acquired(world.stored, 'file today') : undefined;
    },
  });
  const ready = async (): Promise<void> => source.ready?.(device(), trustpoint(), forever);
  return { world, ready, acquire: () => source.acquire(device(), trustpoint(), forever) };
}

describe('the end of a day', () => {
  it.each([
    ['2026-06-01T12:00:00Z', '2026-06-01T22:00:00.000Z'],
    ['2026-06-01T22:00:00Z', '2026-06-02T22:00:00.000Z'],
    ['2026-12-01T12:00:00Z', '2026-12-01T23:00:00.000Z'],
    // The clocks go back that night.
    ['2026-10-25T12:00:00Z', '2026-10-25T23:00:00.000Z'],
  ])('is midnight where the CA is: read at %s it holds until %s', (read, end) => {
    expect(endOf(PARIS, at(read)).toISOString()).toBe(end);
  });
});

describe('a password that the CA changes at its midnight', () => {
  it('is given until then, and not at midnight itself', async () => {
    const { world, acquire } = daily('2026-06-01T21:59:00Z', { canReread: false });
    expect((await acquire()).expiresAt).toEqual(at('2026-06-01T22:00:00Z'));
    world.now = at('2026-06-01T22:00:00Z');
    await expect(acquire()).rejects.toMatchObject({
      code: 'challenge-unavailable',
      message: 'the daily challenge of ca ended at 2026-06-01T22:00:00.000Z, midnight in Europe/Paris',
    });
  });

  it('is known to have ended before a router is made to ask', async () => {
    const { world, ready } = daily('2026-06-01T21:59:00Z', { canReread: false });
    await ready();
    world.now = at('2026-06-01T22:00:00Z');
    await expect(ready()).rejects.toMatchObject({ code: 'challenge-unavailable' });
  });

  it('is read once for the new day, however many routers ask', async () => {
    const { world, acquire } = daily('2026-06-01T21:59:00Z');
    world.now = at('2026-06-01T22:00:01Z');
    world.stored = 'tuesday-2';
    const given = await Promise.all([acquire(), acquire(), acquire()]);
    expect(given.map(({ password }) => password?.reveal())).toEqual(['tuesday-2', 'tuesday-2', 'tuesday-2']);
    expect(given[0]?.expiresAt).toEqual(at('2026-06-02T22:00:00Z'));
    expect(world.reads).toBe(1);
  });

  it('is refused while its place still holds that of the day before, and taken once it does not', async () => {
    const { world, acquire } = daily('2026-06-01T21:59:00Z');
    world.now = at('2026-06-01T22:00:01Z');
    await expect(acquire()).rejects.toMatchObject({
      code: 'challenge-unavailable',
      message: 'the daily challenge of ca is still that of the day before',
    });
    world.stored = 'tuesday-2';
    expect((await acquire()).password?.reveal()).toBe('tuesday-2');
  });
});
