import { describe, expect, it } from 'vitest';
import type { RenewalDecision } from '../../src/domain/result.ts';
import type { Trustpoint } from '../../src/domain/trustpoint.ts';
import { type Observation, viewTrustpoint } from '../../src/enrollment/observation.ts';
import { decideRenewal } from '../../src/enrollment/renewal.ts';
import { readTimers } from '../../src/ios/show/timers.ts';
import { enrolledTrustpoint } from '../../src/lab/states.ts';
import { issue } from '../pki/make-certificate.ts';
import { OneRouter } from './one-router.ts';
import { CA, DEVICE, identity, inDays, NOW, observed, TRUSTPOINT, wantedLines } from './world.ts';

const TIMERS = readTimers('PKI Timers\n|  5d 0:00:00.000\n  |  5d 0:00:00.000 RENEW BRANCH\n');
const ON: Trustpoint = { ...TRUSTPOINT, autoEnroll: { percent: 90, regenerate: false } };
const URL = wantedLines().find((line) => line.startsWith('enrollment url')) ?? '';

interface Case {
  readonly lines?: readonly string[];
  readonly life?: { readonly from: number; readonly to: number };
  readonly trustpoint?: Trustpoint;
  readonly router?: Partial<Observation>;
  readonly withoutTimers?: true;
  readonly caDays?: number;
}

function decide(one: Case): RenewalDecision {
  const { life = { from: -320, to: 45 }, trustpoint = ON, withoutTimers, caDays } = one;
  const lines = one.lines ?? [...wantedLines(), 'auto-enroll 90'];
  const ca =
    caDays === undefined
      ? CA
      : issue({ subject: ['CN=Old'], ca: true, notBefore: inDays(-900), notAfter: inDays(caDays) });
  const seen = observed({ lines, ca, keyBits: 2048, identity: identity(life, ca) });
  const router: Observation = {
    ...seen,
    ...(withoutTimers ? {} : { timers: TIMERS }),
    ...one.router,
  };
  const view = viewTrustpoint(router, 'BRANCH');
  return decideRenewal({ device: DEVICE, trustpoint, view, router }, {}, NOW);
}

describe('a router that is set to renew by itself', () => {
  it('is left to it while its timer runs, also when the certificate is due by our rule', () => {
    expect(decide({})).toMatchObject({
      decision: 'auto-enroll-will-do-it',
      reason: '45d left until 2026-07-16; the router’s timer ends on 2026-06-06 00:00 UTC',
    });
    expect(decide({ life: { from: -340, to: 25 } }).decision).toBe('auto-enroll-will-do-it');
  });

  it('is left to it by a line of its own, without the inventory', () => {
    expect(decide({ trustpoint: TRUSTPOINT }).decision).toBe('auto-enroll-will-do-it');
  });

  it('is helped in the last twentieth of a life when its moment has passed', () => {
    expect(decide({ life: { from: -355, to: 10 } })).toMatchObject({
      decision: 'due',
      reason: expect.stringContaining('auto-enroll does not do it: it should have on 2026-05-05 12:00 UTC'),
    });
    const late = { lines: [...wantedLines(), 'auto-enroll 99'], life: { from: -355, to: 10 } };
    expect(decide(late).decision).toBe('auto-enroll-will-do-it');
  });

  it.each<[string, string, Case]>([
    ['no line', 'the router has no auto-enroll line', { lines: wantedLines() }],
    [
      'another method',
      'enrolls by “enrollment terminal”, not by SCEP',
      { lines: [...wantedLines().filter((line) => line !== URL), 'enrollment terminal', 'auto-enroll 90'] },
    ],
    [
      'no URL',
      'has no enrollment url',
      { lines: [...wantedLines().filter((line) => line !== URL), 'auto-enroll 90'] },
    ],
    [
      'a challenge that nobody gives',
      'the CA wants a challenge password for renewals',
      { trustpoint: { ...ON, authority: { ...ON.authority, renewalChallenge: true } } },
    ],
    [
      'a clock that was never set',
      'clock is not authoritative',
      { router: { clock: { authority: 'not-authoritative', local: NOW, zone: 'UTC', notUnderstood: [] } } },
    ],
    ['timers that it does not show', 'did not show its timers', { withoutTimers: true }],
    ['no timer', 'no RENEW timer is running', { router: { timers: readTimers('PKI Timers\n') } }],
    [
      'a timer that is too late',
      'its timer ends on 2026-08-30, after the certificate',
      { router: { timers: readTimers('PKI Timers\n  |90d 0:00:00.000 RENEW BRANCH\n') } },
    ],
    ['a CA that ends before', 'the CA certificate ends on 2026-06-03, before the timer', { caDays: 2 }],
    [
      'unsaved lines',
      'the configuration is not saved',
      { router: { startup: observed({ lines: wantedLines(), ca: CA }).running } },
    ],
  ])('is told of before it fails: %s', (_name, why, one) => {
    const decision = decide(one);
    expect(decision.decision).toBe('auto-enroll-will-fail');
    expect(decision.reason).toContain(why);
  });

  it('is renewed when it is due and cannot do it', () => {
    expect(decide({ withoutTimers: true, life: { from: -340, to: 25 } })).toMatchObject({
      decision: 'due',
      reason: expect.stringContaining('auto-enroll does not do it: the router did not show its timers'),
    });
  });
});

describe('over SSH', () => {
  it('asks for timers only where something renews by itself, and leaves that alone', async () => {
    await using one = await holding(['auto-enroll 99']);

    const result = await one.renew();

    expect(result).toMatchObject({
      outcome: 'unchanged',
      decisions: [{ trustpoint: 'BRANCH', decision: 'auto-enroll-will-do-it' }],
    });
    expect(one.typed).toContain('show crypto pki timers');
    expect(one.ca.asked).toEqual([]);

    await using plain = await holding([]);
    expect((await plain.renew()).outcome).toBe('verified');
    expect(plain.typed).not.toContain('show crypto pki timers');
  });
});

/** A router whose certificate is due by the inventory's rule. */
function holding(lines: readonly string[]): Promise<OneRouter> {
  return OneRouter.start({
    preset: async (facts) => {
      const preset = await enrolledTrustpoint(
        { ...facts, trustpoint: 'BRANCH' },
        { daysOld: 353, daysLeft: 12 },
      );
      return [{ ...preset, lines: [...preset.lines, ...lines] }];
    },
  });
}
