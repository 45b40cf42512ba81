import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RenewBefore } from '../../src/domain/trustpoint.ts';
import { viewTrustpoint } from '../../src/enrollment/observation.ts';
import { decideRenewal } from '../../src/enrollment/renewal.ts';
import { decodeCertificate } from '../../src/pki/decode.ts';
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

  it('looks at the CA that signs where another one is asked, wherever the router holds it', () => {
    const certificateOf = (days: number) =>
      issue({ subject: ['CN=Signing CA'], ca: true, notBefore: inDays(-900), notAfter: inDays(days) });
    const decideBehind = (asked: number, signing: number, isHeld = true): string => {
      const [front, back] = [
        issue({ subject: ['CN=Front'], ca: true, notBefore: inDays(-900), notAfter: inDays(asked) }),
        certificateOf(signing),
      ];
      const issuer = decodeCertificate(back.der).fingerprints;
      const trustpoint = { ...TRUSTPOINT, authority: { ...TRUSTPOINT.authority, issuer } };
      const own = identity({ from: -355, to: 10 }, back);
      const router = observed({ lines: wantedLines(), ca: front, identity: own, keyBits: 2048 });
      const beside = {
        trustpoint: 'ISSUING',
        certificates: [{ kind: 'ca' as const, head: 'certificate ca 01', serial: '01', der: back.der }],
      };
      const chains = [...router.running.chains, ...(isHeld ? [beside] : [])];
      const observation = { ...router, running: { ...router.running, chains } };
      const view = viewTrustpoint(observation, 'BRANCH');
      const orders = { before: THIRTY_DAYS };
      return decideRenewal({ device: DEVICE, trustpoint, view, router: observation }, orders, NOW).decision;
    };
    expect(decideBehind(900, 10)).toBe('ca-expires-first');
    expect(decideBehind(10, 900)).toBe('due');
    expect(decideBehind(900, 900)).toBe('due');
    // Nobody knows when it ends; a renewal shows it.
    expect(decideBehind(10, 10, false)).toBe('due');
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
