import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { issue } from '../../pki/make-certificate.ts';
import type { OneRouter, OneRouterOptions } from '../one-router.ts';
import { ago, type FileOptions, Pkcs12Files } from './pkcs12-files.ts';

let files: Pkcs12Files;
beforeAll(async () => {
  files = await Pkcs12Files.open();
});
afterAll(() => files[Symbol.asyncDispose]());

const file = (options?: FileOptions): Promise<Uint8Array> => files.lay(options);
const start = (options?: OneRouterOptions): Promise<OneRouter> => files.router(options);

describe('a PKCS#12 file', () => {
  it.each(['15.7', '17.9', '17.16'] as const)(
    'is imported, verified, found again and replaced by a newer one, on %s',
    async (release) => {
      await file();
      await using one = await start({ release });
      const first = await one.enroll();
      expect(first.error).toBeUndefined();
      expect(first.outcome).toBe('verified');
      expect(first.certificates).toMatchObject([{ trustpoint: 'BRANCH', serial: '0A01' }]);
      expect((await one.enroll()).outcome).toBe('unchanged');
      await file({ serial: '0A02', days: 200 });
      const second = await one.enroll();
      expect(second.error).toBeUndefined();
      expect(second.certificates).toMatchObject([{ serial: '0A02' }]);
      expect((await one.enroll()).outcome).toBe('unchanged');
    },
  );
});

describe('a PKCS#12 file that cannot be imported changes nothing', () => {
  const CHANGES = /^(?:configure|crypto|no crypto)\b/;
  const OTHER_CA = issue({
    subject: ['O=Example', 'CN=Another CA'],
    ca: true,
    notBefore: ago(30),
    notAfter: ago(-900),
  });

  it.each<readonly [string, () => Promise<unknown>, RegExp]>([
    ['with another passphrase', () => file({ passphrase: 'not-the-one' }), /the passphrase does not open/],
    ['that is cut off', () => file({ cutTo: 500 }), /is cut off/],
    ['whose chain does not reach the pin', () => file({ issuer: OTHER_CA }), /ca-pinned: expected/],
    ['with other names', () => file({ subject: ['O=Example', 'CN=br-0002'] }), /subject-as-asked: expected/],
    [
      'with a weak key',
      () => file({ bits: 1024 }),
      /key-strong-enough: expected RSA, 2048 bits; is RSA, 1024 bits/,
    ],
    ['that has ended', () => file({ days: -1 }), /valid-by-our-clock: .*expired/],
    ['that is not there', () => rm(files.path, { force: true }), /no such file/],
  ])('%s', async (_what, make, says) => {
    await make();
    await using one = await start();
    const { error } = await one.enroll();
    expect(error).toMatchObject({ code: 'pkcs12-unusable', message: expect.stringMatching(says) });
    expect(one.typed.filter((line) => CHANGES.test(line))).toEqual([]);
    expect(one.router.state).toMatchObject({ certificates: [], keys: [] });
  });

  it('that is older than the certificate in place', async () => {
    await file({ serial: '0A02', days: 200 });
    await using one = await start();
    expect((await one.enroll()).outcome).toBe('verified');
    await file({ serial: '0A01', days: 100 });
    expect((await one.enroll()).error).toMatchObject({ code: 'plan-conflict' });
  });

  it('whose key pair would replace one that something else uses', async () => {
    await file();
    await using one = await start();
    expect((await one.enroll()).outcome).toBe('verified');
    await one.router.configure(['crypto pki trustpoint OTHER', 'rsakeypair BRANCH']);
    await file({ serial: '0A02', days: 200 });
    expect((await one.enroll()).error).toMatchObject({
      code: 'keypair-conflict',
      message: 'key pair BRANCH is used by trustpoint OTHER: an import would replace it',
    });
  });

  it('is waited for when a renewal is due, and imported when there is a newer one', async () => {
    await file({ days: 10 });
    await using one = await start();
    expect((await one.enroll()).outcome).toBe('verified');
    const waiting = await one.renew();
    expect(waiting.decisions).toMatchObject([{ decision: 'waits-for-file' }]);
    expect(waiting.error?.code).toBe('plan-conflict');
    await file({ serial: '0A02', days: 200 });
    const renewed = await one.renew();
    expect([renewed.error, renewed.outcome]).toEqual([undefined, 'verified']);
    expect(renewed.certificates).toMatchObject([{ serial: '0A02' }]);
  });
});
