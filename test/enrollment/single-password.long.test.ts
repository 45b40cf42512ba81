import { describe, expect, it } from 'vitest';
import { createChallengeSources } from '../../src/challenge/sources.ts';
import { OneCa, USUAL_TRUSTPOINT } from './one-ca.ts';

describe('an NDES with one password for everybody', () => {
  it('is asked once, and each router uses the same', async () => {
    await using world = await OneCa.start({
      ca: { profile: 'ndes', singlePassword: 'ABCDEF0123456789ABCDEF0123456789' },
      secrets: { NDES: 'Lab-only-2026' },
      inventory: (ca) => ({
        authorities: {
          ca: {
            scep: { url: ca.enrollmentUrl, ra: true },
            fingerprint: ca.authority.pins,
            challenge: {
              ndes: {
                url: ca.adminUrl,
                username: 'LAB\\ndes-operator',
                password: { env: 'NDES' },
                allowInsecure: true,
                capacity: 1,
              },
            },
          },
        },
        trustpoints: Object.fromEntries(
          ['A', 'B'].map((name) => [
            name,
            { ...USUAL_TRUSTPOINT, authority: 'ca', subject: `CN=${name}.{{fqdn}}` },
          ]),
        ),
      }),
    });
    const challenges = createChallengeSources({ now: () => new Date() });
    const result = await world.enroll({ challenges });
    expect(result.error?.detail ?? result.outcome).toBe('verified');
    expect(new Set(world.ca.authority.issued.map(({ challenge }) => challenge))).toEqual(
      new Set(['ABCDEF0123456789ABCDEF0123456789']),
    );
    expect(world.ca.authority.issued).toHaveLength(2);
  });
});
