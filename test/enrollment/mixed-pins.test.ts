import { describe, expect, it } from 'vitest';
import { OneRouter, type OneRouterOptions } from './one-router.ts';

/** Nothing listens there; the router has a way of its own to the CA. */
const UNSEEN_FROM_HERE: OneRouterOptions = {
  url: () => 'http://127.0.0.1:1',
  dial: (ca) => (target) => (target.port === 1 ? { host: '127.0.0.1', port: ca.port } : target),
};
const WRONG_SHA256: Pick<OneRouterOptions, 'pins'> = {
  pins: (ca) => [`SHA1:${ca.authority.fingerprint('sha1')}`, `SHA256:${'AB'.repeat(32)}`],
};

describe('a CA whose certificate has the pinned SHA1 and not the pinned SHA256', () => {
  it('is refused before the router is told to fetch it: the router trusts nobody', async () => {
    await using one = await OneRouter.start(WRONG_SHA256);
    const { startup } = one.router.state;

    const result = await one.enroll();

    expect(result.error).toMatchObject({
      code: 'fingerprint-mismatch',
      step: 'authenticate',
      message: expect.stringContaining('SHA1 agrees, SHA256 does not'),
    });
    expect(one.typed).not.toContain('crypto pki authenticate BRANCH');
    expect(one.router.state.certificates).toEqual([]);
    expect(one.router.state.startup).toBe(startup);
    expect(one.ca.asked).toEqual([]);
  });

  it('is found out by reading it back where this machine cannot reach it: how the router is left is told, and is so', async () => {
    await using one = await OneRouter.start({ ...UNSEEN_FROM_HERE, ...WRONG_SHA256 });
    const { startup } = one.router.state;

    const result = await one.enroll();

    expect(result.error).toMatchObject({
      code: 'fingerprint-mismatch',
      step: 'authenticate',
      message:
        'BRANCH: the CA certificate that the router now holds is not the pinned one: SHA1 agrees, SHA256 does not',
      hint: expect.stringContaining('remove it (no crypto pki trustpoint BRANCH) or reload without saving'),
    });
    expect(result.error?.detail).toContain('left in the running configuration, not saved: trustpoint BRANCH');
    expect(one.router.state.certificates.map(({ kind }) => kind)).toEqual(['ca']);
    expect(one.router.state.startup).toBe(startup);
    expect(one.typed).not.toContain('write memory');
    expect(one.ca.asked).toEqual([]);

    // The operator finds the SHA256 to be a slip and takes it out: what the router holds is right, after all.
    const [trustpoint] = one.device.trustpoints;
    if (trustpoint === undefined) throw new Error('the device has no trustpoint');
    const { fingerprints } = trustpoint.authority;
    const authority = { ...trustpoint.authority, fingerprints: fingerprints.slice(0, 1) };
    const corrected = { ...one.device, trustpoints: [{ ...trustpoint, authority }] };
    const again = await one.enroll({}, corrected);
    expect(again.outcome).toBe('verified');
  });
});

describe('pins of both kinds, and a CA that has them', () => {
  it('are all compared before the router accepts anything', async () => {
    await using one = await OneRouter.start();
    const result = await one.enroll();
    expect(result.outcome).toBe('verified');
    expect(one.ca.requests.slice(0, 2)).toEqual(['GetCACert', 'GetCACert']);
    expect(noteOf(result)).toMatch(/^the router showed the pinned fingerprint MD5 .*SHA1 [0-9A-F ]+$/);
  });

  it('are enough where this machine cannot reach it: the SHA256 is compared with what the router holds', async () => {
    await using one = await OneRouter.start(UNSEEN_FROM_HERE);
    const result = await one.enroll();
    expect(result.outcome).toBe('verified');
    expect(noteOf(result)).toContain(
      'the SHA256 was compared with what it then held: this machine cannot fetch it',
    );
  });
});

function noteOf({ steps }: Awaited<ReturnType<OneRouter['enroll']>>): string | undefined {
  return steps.find(({ step }) => step === 'authenticate')?.note;
}
