import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RenewBefore } from '../../src/domain/trustpoint.ts';
import { viewTrustpoint } from '../../src/enrollment/observation.ts';
import { decideRenewal } from '../../src/enrollment/renewal.ts';
import { issue } from '../pki/make-certificate.ts';
import { CA, DEVICE, identity, inDays, NOW, observed, TRUSTPOINT, wantedLines } from './world.ts';

const DAY_MS = 86_400_000;
const THIRTY_DAYS: RenewBefore = { kind: 'duration', milliseconds: 30 * DAY_MS };

type State = Parameters<typeof observed>[0];

function decide(state: Partial<State>, before: RenewBefore = THIRTY_DAYS, now = NOW): string {
  const router = observed({ lines: wantedLines(), ca: CA, keyBits: 2048, ...state });
  const view = viewTrustpoint(router, 'BRANCH');
  return decideRenewal({ device: DEVICE, trustpoint: TRUSTPOINT, view, router }, { before }, now).decision;
}

describe('decideRenewal', () => {
  it.each<[string, Partial<State>, RenewBefore, string]>([
    [
      'not due a day before its margin',
      { identity: identity({ from: -334, to: 31 }) },
      THIRTY_DAYS,
      'not-due',
    ],
    ['due within its margin', { identity: identity({ from: -336, to: 29 }) }, THIRTY_DAYS, 'due'],
    [
      'due when a share of its life is left',
      { identity: identity({ from: -81, to: 19 }) },
      { kind: 'percent-of-life-left', percent: 20 },
      'due',
    ],
    [
      'not due when more is left',
      { identity: identity({ from: -79, to: 21 }) },
      { kind: 'percent-of-life-left', percent: 20 },
      'not-due',
    ],
    ['expired on its last second', { identity: identity({ from: -365, to: 0 }) }, THIRTY_DAYS, 'expired'],
    ['no certificate', {}, THIRTY_DAYS, 'no-certificate'],
    [
      'pending before anything else',
      { identity: identity({ from: -365, to: 5 }), pending: true },
      THIRTY_DAYS,
      'pending',
    ],
  ])('says %s', (_name, state, before, expected) => {
    expect(decide(state, before)).toBe(expected);
  });

  it('does not renew what could not outlive its CA', () => {
    const ca = issue({
      subject: ['CN=Old CA'],
      ca: true,
      notBefore: inDays(-900),
      notAfter: inDays(10),
    });
    expect(decide({ ca, identity: identity({ from: -355, to: 10 }, ca) })).toBe('ca-expires-first');
  });

  it('never goes back from due to not due as time passes', () => {
    const state = { identity: identity({ from: -300, to: 65 }) };
    const order = ['not-due', 'due', 'expired'];
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 100 }), (a, b) => {
        const [early, late] = [Math.min(a, b), Math.max(a, b)];
        const at = (days: number): number => order.indexOf(decide(state, THIRTY_DAYS, inDays(days)));
        expect(at(early)).toBeGreaterThanOrEqual(0);
        expect(at(late)).toBeGreaterThanOrEqual(at(early));
      }),
      { numRuns: 40 },
    );
  });
});
