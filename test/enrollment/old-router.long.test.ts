import { X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { enrolledTrustpoint } from '../../src/lab/states.ts';
import { OneRouter } from './one-router.ts';

/** Typed lines that say `crypto pki`. */
const today = (typed: readonly string[]): string[] => typed.filter((line) => /crypto pki/.test(line));
const PROBE = 'show crypto pki certificates';
const LOOKING = /^(?:show .*|terminal .*|exit|)$/;

describe('a router that knows crypto ca only', () => {
  it('gets its certificate in its own words, and is left alone by the next run', async () => {
    await using one = await OneRouter.start({ release: '12.2' });

    const first = await one.enroll();

    expect(first.error).toBeUndefined();
    expect(first.outcome).toBe('verified');
    expect(first.release).toBe('ios 12.2(15)T17');
    expect(first.notes.join()).toMatch(/left out, for this release has no such line: “fingerprint /);
    expect(today(one.typed)).toEqual([PROBE]);
    expect(one.typed).toEqual(
      expect.arrayContaining([
        'crypto ca trustpoint BRANCH',
        'crl optional',
        'crypto key generate rsa general-keys BRANCH',
        'crypto ca authenticate BRANCH',
        'crypto ca enroll BRANCH',
        'write memory',
      ]),
    );
    const { running, startup } = one.router.state;
    expect(running).toContain('\ncrypto ca trustpoint BRANCH\n');
    expect(startup).toContain('\ncrypto ca certificate chain BRANCH\n certificate ');

    const held = one.held.get('BRANCH');
    const from = one.typed.length;
    const again = await one.enroll();
    expect(again.outcome).toBe('unchanged');
    expect(one.held.get('BRANCH')).toEqual(held);
    const typed = one.typed.slice(from);
    expect(typed.filter((line) => !LOOKING.test(line))).toEqual([]);
    expect(today(typed)).toEqual([PROBE]);
  });

  it('renews the certificate it holds, signed with it', async () => {
    await using one = await OneRouter.start({
      release: '12.2',
      preset: async (facts) => [
        await enrolledTrustpoint({ ...facts, trustpoint: 'BRANCH' }, { daysOld: 353, daysLeft: 12 }),
      ],
    });
    const old = new X509Certificate(one.held.get('BRANCH') ?? '');

    const result = await one.renew();

    expect(result.error).toBeUndefined();
    expect(result.outcome).toBe('verified');
    const renewed = new X509Certificate(one.held.get('BRANCH') ?? '');
    expect(renewed.serialNumber).not.toBe(old.serialNumber);
    expect(renewed.publicKey.equals(old.publicKey)).toBe(true);
    expect(one.ca.asked.at(-1)).toMatchObject({ renewal: true });
    expect(today(one.typed)).toEqual([PROBE]);
  });

  it('is not told to fetch a CA that has not the pinned SHA1, of which the router would print the MD5 alone', async () => {
    await using one = await OneRouter.start({ release: '12.2', pins: () => [`SHA1:${'AB'.repeat(20)}`] });
    const { error } = await one.enroll();
    expect(error).toMatchObject({
      code: 'fingerprint-mismatch',
      step: 'authenticate',
      hint: expect.stringMatching(/^do not accept it/),
      detail: expect.stringContaining('The router was not told to fetch it.'),
    });
    expect(one.typed).not.toContain('crypto ca authenticate BRANCH');
    expect(one.router.state.certificates).toEqual([]);
  });

  it('is not touched when the inventory asks for what its release has no line for', async () => {
    await using one = await OneRouter.start({
      release: '12.2',
      trustpoint: { hash: 'sha256', revocationCheck: ['ocsp', 'none'] },
    });
    const before = one.router.state.running;
    const { outcome, error, steps } = await one.enroll();
    expect(outcome).toBe('failed');
    expect(error).toMatchObject({
      code: 'unsupported-release',
      step: 'plan',
      message: 'BRANCH: 12.2(15)T17 has no line for “revocation-check ocsp none”, “hash sha256”',
    });
    expect(steps.some(({ step }) => step === 'configure')).toBe(false);
    expect(one.router.state.running).toBe(before);
    expect(one.typed.filter((line) => !LOOKING.test(line))).toEqual([]);
  });

  it('keeps what somebody configured as crypto ca identity, and gets what is missing', async () => {
    await using one = await OneRouter.start({
      release: '12.2',
      trustpoint: { revocationCheck: ['crl', 'none'] },
      preset: ({ ca }) =>
        Promise.resolve([
          {
            trustpoint: 'BRANCH',
            lines: [
              `enrollment url ${ca.enrollmentUrl}`,
              'query url ldap://192.0.2.7',
              'crl optional',
              'serial-number none',
              'ip-address none',
            ],
          },
        ]),
    });

    const result = await one.enroll();

    expect(result.error).toBeUndefined();
    const { lines = [] } = one.router.state.trustpoints.find(({ name }) => name === 'BRANCH') ?? {};
    expect(lines).toEqual(expect.arrayContaining(['crl query ldap://192.0.2.7', 'crl best-effort']));
    expect(lines).not.toContain('crl optional');
    const from = one.typed.indexOf('crypto ca trustpoint BRANCH');
    expect(one.typed.slice(from, from + 3)).not.toContain('serial-number none');
    expect(result.notes.join()).toContain('lines that the inventory does not name were left: crl query');
  });
});

describe('a router of 12.4', () => {
  it('takes both words, and hears crypto pki only', async () => {
    await using one = await OneRouter.start({
      release: '12.4',
      preset: async (facts) => [
        await enrolledTrustpoint({ ...facts, trustpoint: 'BRANCH' }, { daysOld: 40, daysLeft: 325 }),
      ],
    });
    const result = await one.enroll();
    expect(result.error).toBeUndefined();
    expect(one.typed.filter((line) => /crypto ca/.test(line))).toEqual([]);
  });
});
