import { describe, expect, it } from 'vitest';
import type { Consent } from '../../src/domain/consent.ts';
import { enrolledTrustpoint, type StateName, trustpointsIn } from '../../src/lab/states.ts';
import { OneRouter, type OneRouterOptions } from './one-router.ts';

const inState = (state: StateName): OneRouterOptions => ({
  preset: (facts) => trustpointsIn(state, { ...facts, trustpoint: 'BRANCH' }),
});
const MADE_WITH_OTHER_NAMES: OneRouterOptions = {
  preset: async (facts) => [
    await enrolledTrustpoint({ ...facts, trustpoint: 'BRANCH' }, { daysOld: 100, daysLeft: 200 }),
  ],
  trustpoint: { subject: 'CN={{fqdn}},OU=Shops,O=Example' },
};

const CASES: readonly [Consent, OneRouterOptions][] = [
  ['share-key', inState('key-of-another')],
  ['adopt-trustpoint', inState('spoiling-lines')],
  ['replace-ca', inState('other-ca')],
  ['reissue', MADE_WITH_OTHER_NAMES],
];

describe.each(CASES)('a device for which --%s was given once', (consent, options) => {
  it('needs it no second time: nothing is left to do, and it is renewed like any other', {
    timeout: 30_000,
  }, async () => {
    await using one = await OneRouter.start(options);
    const refused = await one.enroll();
    expect([refused.error?.code, refused.error?.hint]).toEqual([
      'plan-conflict',
      expect.stringContaining(`--${consent}`),
    ]);

    const allowed = await one.enroll({ consents: () => new Set([consent]) });
    expect(allowed.outcome, allowed.error?.message).toBe('verified');
    const { running } = one.router.state;

    const again = await one.enroll();
    expect(again.outcome, again.error?.message).toBe('unchanged');
    expect(one.router.state.running).toBe(running);

    const first = one.held.get('BRANCH');
    const renewed = await one.renew({ kind: 'duration', milliseconds: 10_000 * 86_400_000 });
    expect(renewed.outcome, renewed.error?.message).toBe('verified');
    expect(one.held.get('BRANCH')).not.toEqual(first);
    expect((await one.enroll()).outcome).toBe('unchanged');
  });
});
