import { X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { enrolledTrustpoint } from '../../src/lab/states.ts';
import { OneRouter } from './one-router.ts';

/** Heads of the certificates in the startup configuration. */
const savedIn = (startup: string): string[] =>
  startup.split('\n').filter((line) => line.startsWith(' certificate '));

describe('a router that says [OK]', () => {
  it('is verified when its startup configuration, read back, holds the certificate', async () => {
    await using one = await OneRouter.start();
    const result = await one.enroll();
    expect(result.error).toBeUndefined();
    expect(result.outcome).toBe('verified');
    expect(result.steps.at(-1)).toMatchObject({
      step: 'save',
      note: 'startup configuration written and read back',
    });
    expect(result.findings.at(-1)).toMatchObject({ check: 'startup-saved', status: 'pass' });
  });

  it('fails when it saved nothing: told what a reload would find, and saved by the next run', async () => {
    await using one = await OneRouter.start({ faults: ['saves-nothing'] });
    const before = one.router.state.startup;

    const failed = await one.enroll();

    expect(failed).toMatchObject({
      outcome: 'failed',
      error: {
        code: 'not-saved',
        step: 'save',
        message: 'BRANCH: the router said [OK], but its startup configuration has no trustpoint BRANCH',
        detail: 'BRANCH: the startup configuration has no trustpoint BRANCH; it holds none',
      },
    });
    expect(failed.error?.hint).toContain('a reload would not bring back');
    expect(failed.findings.filter(({ status }) => status !== 'pass' && status !== 'note')).toEqual([
      expect.objectContaining({ check: 'startup-saved', status: 'fail', actual: 'no certificate' }),
    ]);
    expect(failed.notes).toContainEqual(
      expect.stringMatching(
        /^changed on the router, not saved to its startup configuration: configure BRANCH/,
      ),
    );
    expect(one.typed).toContain('write memory');
    expect(one.router.state.startup).toBe(before);
    expect(one.held.has('BRANCH')).toBe(true);

    one.router.repair();
    const held = one.held.get('BRANCH');
    const again = await one.enroll();
    expect(again.outcome).toBe('verified');
    expect(one.held.get('BRANCH')).toEqual(held);
    expect(savedIn(one.router.state.startup)).toHaveLength(2);
  });

  it('fails when it left the certificates out: told which, and that the rest was saved', async () => {
    await using one = await OneRouter.start({ faults: ['saves-no-certificates'] });

    const failed = await one.enroll();

    const serial = new X509Certificate(one.held.get('BRANCH') ?? '').serialNumber;
    expect(failed).toMatchObject({
      outcome: 'failed',
      error: {
        code: 'not-saved',
        message: `BRANCH: the router said [OK], but its startup configuration lacks certificate ${serial}, certificate ca ${caSerial(one)}`,
      },
    });
    expect(failed.notes).toContainEqual(
      expect.stringMatching(/^changed on the router, saved to its startup configuration only in part: /),
    );
    expect(one.router.state.startup).toContain('crypto pki trustpoint BRANCH');
    expect(savedIn(one.router.state.startup)).toEqual([]);
  });

  it('fails when a renewed certificate was not saved: the old one is what a reload would bring back', async () => {
    await using one = await OneRouter.start({
      faults: ['saves-nothing'],
      preset: async (facts) => [
        await enrolledTrustpoint({ ...facts, trustpoint: 'BRANCH' }, { daysOld: 353, daysLeft: 12 }),
      ],
    });
    const old = new X509Certificate(one.held.get('BRANCH') ?? '').serialNumber;

    const failed = await one.renew();

    const fresh = new X509Certificate(one.held.get('BRANCH') ?? '').serialNumber;
    expect(fresh).not.toBe(old);
    expect(failed.error).toMatchObject({
      code: 'not-saved',
      message: `BRANCH: the router said [OK], but its startup configuration lacks certificate ${fresh}`,
      detail: expect.stringContaining(`; it holds certificate ${old} nvram:`),
    });

    expect(failed.notes).toContainEqual(
      expect.stringMatching(
        /^changed on the router, not saved to its startup configuration: .*enroll BRANCH/,
      ),
    );

    // It is due no longer, so nothing is typed; what is at stake is said all the same.
    const again = await one.renew();
    expect(again.outcome).toBe('unchanged');
    expect(again.notes).toContainEqual(
      expect.stringContaining(`the startup configuration lacks certificate ${fresh}`),
    );
    expect(again.steps.map(({ step }) => step)).not.toContain('save');
  });

  it('fails when a request waits for the CA and nothing was saved: a reload would forget whom it trusts', async () => {
    await using one = await OneRouter.start({ faults: ['saves-nothing'] });
    one.ca.policy.grant = 'manual';
    const [trustpoint] = one.device.trustpoints;
    const device = {
      ...one.device,
      trustpoints: trustpoint === undefined ? [] : [{ ...trustpoint, grantTimeoutMs: 300 }],
    };

    const failed = await one.enroll({}, device);

    expect(failed.error).toMatchObject({
      code: 'not-saved',
      message: 'BRANCH: the router said [OK], but its startup configuration has no trustpoint BRANCH',
    });
    one.router.repair();
    expect((await one.enroll({}, device)).outcome).toBe('pending');
  });
});

function caSerial({ ca }: OneRouter): string {
  return new X509Certificate(ca.authority.ca.certificate).serialNumber;
}
