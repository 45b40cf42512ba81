import { describe, expect, it } from 'vitest';
import { createChallengeSources } from '../../src/challenge/sources.ts';
import type { Device } from '../../src/domain/device.ts';
import { Secret } from '../../src/domain/secret.ts';
import type { DailyChallengeSpec } from '../../src/domain/trustpoint.ts';
import { OneCa, usualInventory } from './one-ca.ts';

const ZONE = 'America/New_York';
const DAY_MS = 86_400_000;

/** A CA that changes its challenge at its own midnight, which is `aheadMs` nearer for it than for this machine. */
function aCa(aheadMs = 0): Promise<OneCa> {
  return OneCa.start({
    ca: { dailyZone: ZONE, now: () => new Date(Date.now() + aheadMs) },
    inventory: (ca) =>
      usualInventory(ca, { authority: { challenge: { daily: { value: { env: 'TODAY' }, zone: ZONE } } } }),
    secrets: { TODAY: 'of-another-day' },
  });
}

/** The world's device with another value of the challenge. */
function withValue({ device }: OneCa, value: Secret): Device {
  const challenge: DailyChallengeSpec = { kind: 'daily', value, until: { midnightIn: ZONE } };
  const trustpoints = device.trustpoints.map((trustpoint) => ({
    ...trustpoint,
    authority: { ...trustpoint.authority, challenge },
  }));
  return { ...device, trustpoints };
}

describe('a challenge that the CA changes at its midnight', () => {
  it('is refused behind it before anything is typed, and good before it', async () => {
    await using world = await aCa();
    const value = Secret.acquired(world.ca.daily?.value ?? '', 'file today');
    const device = withValue(world, value);
    let now = new Date();
    const challenges = createChallengeSources({ now: () => now, reread: async () => value });
    // Read before midnight, and now it is the same time of the next day.
    challenges.for(device.trustpoints[0]?.authority ?? fail());
    now = new Date(now.getTime() + DAY_MS);
    const late = await world.enroll({ challenges }, device);
    expect(late.error).toMatchObject({
      code: 'challenge-unavailable',
      message: 'the daily challenge of ca is still that of the day before',
    });
    expect(world.typed.filter((line) => /^(?:conf|crypto)/.test(line))).toEqual([]);
    expect(world.ca.asked).toEqual([]);

    const early = await world.enroll({}, device);
    expect(early.error?.detail ?? early.outcome).toBe('verified');
    expect(world.ca.authority.issued.map(({ challenge }) => challenge)).toEqual([value.reveal()]);
  });

  it('that the CA has changed before us is a rejection, explained by a stale challenge', async () => {
    await using world = await aCa(DAY_MS);
    const result = await world.enroll();
    expect(result.error?.code).toBe('request-rejected');
    expect(`${result.error?.detail} ${result.error?.hint}`).toMatch(/midnight in America\/New_York/);
    expect(world.ca.authority.issued).toEqual([]);
  });
});

function fail(): never {
  throw new Error('there is no trustpoint');
}
