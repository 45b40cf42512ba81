import { X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { DeviceResult } from '../../src/domain/result.ts';
import { type CertificateAge, enrolledTrustpoint } from '../../src/lab/states.ts';
import { OneRouter, type OneRouterOptions } from './one-router.ts';

const DUE = { daysOld: 353, daysLeft: 12 };
const NOT_DUE = { daysOld: 40, daysLeft: 325 };
const ENDED = { daysOld: 366, daysLeft: -1 };

describe('a renewal of a router with two trustpoints', () => {
  it('renews, verifies and saves the one that is due, and fails for the one that only enroll can help', async () => {
    await using one = await holding({ BRANCH: DUE, OLD: ENDED });
    const before = { branch: serialOf(one, 'BRANCH'), old: serialOf(one, 'OLD') };

    const result = await one.renew();

    const fresh = serialOf(one, 'BRANCH');
    expect(fresh).not.toBe(before.branch);
    expect(serialOf(one, 'OLD')).toBe(before.old);
    expect(one.router.state.startup).toContain(` certificate ${fresh} nvram:`);
    expect(result).toMatchObject({
      outcome: 'failed',
      error: {
        code: 'plan-conflict',
        message: expect.stringMatching(
          /^OLD: cannot be renewed: it ended on .*\(BRANCH was renewed, verified and saved\)$/,
        ),
        detail: expect.stringContaining(`BRANCH: renewed, verified and saved: serial number ${fresh}`),
        hint: expect.stringContaining('run trustfleet enroll for this device'),
      },
      decisions: [
        { trustpoint: 'BRANCH', decision: 'due' },
        { trustpoint: 'OLD', decision: 'expired' },
      ],
      certificates: [
        { trustpoint: 'BRANCH', serial: fresh },
        { trustpoint: 'OLD', serial: before.old },
      ],
    });
    expect(failedChecks(result)).toEqual(['OLD valid-by-router-clock', 'OLD valid-by-our-clock']);
    expect(findingOf(result, 'BRANCH', 'serial-changed')).toBe('pass');
    expect(findingOf(result, 'BRANCH', 'startup-saved')).toBe('pass');
    expect(one.typed.filter((line) => line.startsWith('crypto pki enroll'))).toEqual([
      'crypto pki enroll BRANCH',
    ]);
    // Nothing is left half done, so nothing is to be said about it.
    expect(result.notes.filter((note) => /changed on the router|half done/.test(note))).toEqual([]);

    const helped = await one.enroll();
    expect(helped.outcome).toBe('verified');
    expect(serialOf(one, 'OLD')).not.toBe(before.old);
    expect(serialOf(one, 'BRANCH')).toBe(fresh);
  });

  it('does the same for one whose CA ends first, though nothing is wrong with it yet', async () => {
    await using one = await holding({ BRANCH: DUE, VPN: { daysOld: 40, daysLeft: 11 * 365 } });

    const result = await one.renew({ kind: 'percent-of-life-left', percent: 100 });

    expect(result.error).toMatchObject({
      code: 'plan-conflict',
      message: expect.stringMatching(
        /^VPN: cannot be renewed: the CA certificate itself ends on .*\(BRANCH was/,
      ),
      hint: 'the CA has to be rolled over first',
    });
    expect(failedChecks(result)).toEqual([]);
    expect(one.router.state.startup).toContain(` certificate ${serialOf(one, 'BRANCH')} nvram:`);
  });

  it('says that one cannot be renewed also when the renewal of the other fails', async () => {
    await using one = await holding({ BRANCH: DUE, OLD: ENDED });
    one.ca.policy.grant = 'never';

    const result = await one.renew();

    expect(result.error?.code).toBe('request-rejected');
    expect(result.notes).toContainEqual(expect.stringMatching(/^OLD: cannot be renewed: it ended on /));
  });

  it('touches nothing when none is due, and fails for the one that has ended', async () => {
    await using one = await holding({ BRANCH: NOT_DUE, OLD: ENDED });
    const startup = one.router.state.startup;

    const result = await one.renew();

    expect(result.error).toMatchObject({
      code: 'plan-conflict',
      message: expect.stringMatching(/^OLD: cannot be renewed: it ended on .* can replace it$/),
    });
    expect(result.notes).toContain('nothing was changed on the router');
    expect(one.router.state.startup).toBe(startup);
    expect(one.typed.filter((line) => !/^(?:show|terminal) /.test(line))).toEqual(['exit']);
  });

  it('is no failure where the other never had a certificate: that is for enroll, and its decision says so', async () => {
    await using one = await holding({ BRANCH: DUE }, { trustpoints: ['BRANCH', 'NEW'] });

    const result = await one.renew();

    expect(result.error).toBeUndefined();
    expect(result.outcome).toBe('verified');
    expect(result.decisions).toMatchObject([
      { trustpoint: 'BRANCH', decision: 'due' },
      { trustpoint: 'NEW', decision: 'no-certificate' },
    ]);
    expect(new Set(result.findings.map(({ trustpoint }) => trustpoint))).toEqual(new Set(['BRANCH']));
    expect(one.router.state.startup).toContain(` certificate ${serialOf(one, 'BRANCH')} nvram:`);
    expect(one.router.state.trustpoints.map(({ name }) => name)).toEqual(['BRANCH']);
  });
});

/** A router that holds a certificate of that age for each trustpoint, all saved. */
function holding(
  ages: Readonly<Record<string, CertificateAge>>,
  more: OneRouterOptions = {},
): Promise<OneRouter> {
  return OneRouter.start({
    trustpoints: Object.keys(ages),
    preset: (facts) =>
      Promise.all(
        Object.entries(ages).map(([trustpoint, age]) => enrolledTrustpoint({ ...facts, trustpoint }, age)),
      ),
    ...more,
  });
}

function serialOf({ held }: OneRouter, trustpoint: string): string {
  return new X509Certificate(held.get(trustpoint) ?? '').serialNumber;
}

function failedChecks({ findings }: DeviceResult): readonly string[] {
  return findings
    .filter(({ status }) => status === 'fail' || status === 'unknown')
    .map(({ trustpoint, check }) => `${trustpoint} ${check}`);
}

function findingOf({ findings }: DeviceResult, trustpoint: string, check: string): string | undefined {
  return findings.find((finding) => finding.trustpoint === trustpoint && finding.check === check)?.status;
}
