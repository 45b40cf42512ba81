import { describe, expect, it } from 'vitest';
import type { Observation } from '../../src/enrollment/observation.ts';
import { examineOwnRenewal } from '../../src/enrollment/router-renewal.ts';
import type { ConfiguredCertificate } from '../../src/ios/show/running-pki.ts';
import { readTimers } from '../../src/ios/show/timers.ts';
import { issue, type Made, rsaKeys } from '../pki/make-certificate.ts';
import { CA, identity, inDays, NOW, observed, TRUSTPOINT, wantedLines } from './world.ts';

const CLOCK = { maxSkewMs: 300_000 };
const AUTO = { ...TRUSTPOINT, autoEnroll: { percent: 80, regenerate: false } };
const HELD = identity({ from: -100, to: 200 });
const LINES = [...wantedLines(), 'auto-enroll 80'];
const timers = (text: string) => readTimers(`PKI Timers\n${text}`);
const RENEW_SOON = timers('|  100d 0:00:00.000 RENEW BRANCH\n');

function routerWith(more: Partial<Observation> = {}): Observation {
  return { ...observed({ lines: LINES, ca: CA, identity: HELD }), timers: RENEW_SOON, ...more };
}

const verdictOf = (observation: Observation, trustpoint: typeof TRUSTPOINT = AUTO) =>
  examineOwnRenewal(trustpoint, observation, CLOCK);

describe('a router’s own renewal', () => {
  it('works by its timer', () => {
    expect(verdictOf(routerWith())).toEqual([
      {
        check: 'auto-enroll-works',
        trustpoint: 'BRANCH',
        status: 'pass',
        expected: 'renewed by the router itself before it ends',
        actual: 'the router’s timer ends 2026-09-09',
      },
    ]);
  });

  it.each([
    ['no timer runs', { timers: timers('') }, 'no RENEW timer is running'],
    [
      'its timer ends too late',
      { timers: timers('|  300d 0:00:00.000 RENEW BRANCH\n') },
      'its timer ends on 2027-03-28, after the certificate',
    ],
    [
      'its clock is not authoritative',
      { clock: { authority: 'not-authoritative' as const, local: NOW, zone: 'UTC', notUnderstood: [] } },
      'the router’s clock is not authoritative',
    ],
    [
      'its configuration is not saved',
      { startup: observed({ lines: LINES, ca: CA, identity: HELD, saved: false }).startup },
      'the configuration is not saved, so the router would not save the new certificate',
    ],
    [
      'it has no URL',
      {
        running: observed({
          lines: LINES.filter((line) => !line.startsWith('enrollment url')),
          ca: CA,
          identity: HELD,
        }).running,
      },
      'the trustpoint has no enrollment url',
    ],
  ])('fails when %s', (_why, more, actual) => {
    expect(verdictOf(routerWith(more))).toMatchObject([{ status: 'fail', actual }]);
  });

  it('fails when the CA ends before', () => {
    const short = issue({ subject: ['CN=Short'], ca: true, notBefore: inDays(-10), notAfter: inDays(50) });
    const held = identity({ from: -5, to: 200 }, short);
    expect(verdictOf(routerWith(observed({ lines: LINES, ca: short, identity: held })))).toMatchObject([
      { status: 'fail', actual: 'the CA certificate ends on 2026-07-21, before the timer' },
    ]);
  });

  it('is only told of where the inventory does not ask for it, and of nobody without it', () => {
    expect(verdictOf(routerWith({ timers: timers('') }), TRUSTPOINT)).toMatchObject([{ status: 'note' }]);
    const plain = observed({ lines: wantedLines(), ca: CA, identity: HELD });
    expect(verdictOf({ ...plain, timers: RENEW_SOON }, TRUSTPOINT)).toEqual([]);
  });
});

describe('certificates that wait for a rollover', () => {
  const nextCa = issue({
    subject: ['O=Example', 'CN=Branch CA'],
    ca: true,
    keys: rsaKeys(),
    notBefore: inDays(190),
    notAfter: inDays(2000),
  });
  const next = (issuer: Made, cn = 'br-0001.example.net') =>
    issue({
      subject: ['O=Example', 'OU=Branches', `CN=${cn}`],
      issuer,
      notBefore: inDays(190),
      notAfter: inDays(500),
    });
  const shadow = (kind: 'rollover' | 'rollover-ca', { der }: Made): ConfiguredCertificate => ({
    kind,
    head: `certificate ${kind}`,
    serial: '0C',
    der,
  });
  const withShadows = (...shadows: ConfiguredCertificate[]): Observation => {
    const router = routerWith();
    const chains = router.running.chains.map((chain) => ({
      ...chain,
      certificates: [...chain.certificates, ...shadows],
    }));
    return { ...router, running: { ...router.running, chains } };
  };
  const rollover = (observation: Observation) =>
    verdictOf(observation).find(({ check }) => check === 'rollover-fits');

  it('fit, and the fingerprint to pin is told', () => {
    const found = rollover(withShadows(shadow('rollover', next(nextCa)), shadow('rollover-ca', nextCa)));
    expect(found?.status).toBe('note');
    expect(found?.actual).toMatch(
      /^O=Example, CN=Branch CA takes over 2026-12-08, SHA256 [0-9A-F ]+: pin it, too; the router’s next certificate ends 2027-10-14$/,
    );
  });

  it('are half there while the router has none of its own', () => {
    expect(rollover(withShadows(shadow('rollover-ca', nextCa)))).toMatchObject({
      status: 'note',
      actual: expect.stringContaining('the router has no certificate of it yet'),
    });
  });

  it.each([
    ['another CA signed the next one', shadow('rollover', next(CA)), 'was not made by'],
    ['the next one is somebody else’s', shadow('rollover', next(nextCa, 'br-0002')), 'is for'],
  ])('do not fit when %s', (_why, own, actual) => {
    expect(rollover(withShadows(own, shadow('rollover-ca', nextCa)))).toMatchObject({
      status: 'fail',
      actual: expect.stringContaining(actual),
    });
  });
});
