import { createHash, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Secret } from '../../../src/domain/secret.ts';
import type { Pkcs12Encryption } from '../../../src/pki/pkcs12/kinds.ts';
import { makePkcs12 } from '../../../src/pki/pkcs12/make.ts';
import { DIGITAL_SIGNATURE, issue, KEY_ENCIPHERMENT, type Made } from '../../pki/make-certificate.ts';
import { OneRouter, type OneRouterOptions } from '../one-router.ts';

const DAY_MS = 86_400_000;
const PASSPHRASE = 'one-challenge';
const CA = issue({
  subject: ['O=Example', 'CN=Offline CA'],
  ca: true,
  notBefore: ago(30),
  notAfter: ago(-900),
});

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'trustfleet-p12-'));
});
afterAll(() => rm(folder, { recursive: true }));

function ago(days: number): Date {
  return new Date(Date.now() - days * DAY_MS);
}

interface FileOptions {
  readonly serial?: string;
  readonly days?: number;
  readonly subject?: readonly string[];
  readonly issuer?: Made;
  readonly bits?: number;
  readonly encryption?: Pkcs12Encryption;
  readonly passphrase?: string;
  readonly cutTo?: number;
}

const rsa = new Map<number, ReturnType<typeof pair>>();
function pair(bits: number): { readonly privateKey: KeyObject; readonly publicKey: KeyObject } {
  return generateKeyPairSync('rsa', { modulusLength: bits });
}

async function file(options: FileOptions = {}): Promise<void> {
  const { serial = '0A01', days = 100, issuer = CA, bits = 2048, encryption = 'modern' } = options;
  const keys = rsa.get(bits) ?? pair(bits);
  rsa.set(bits, keys);
  const certificate = issue({
    subject: options.subject ?? ['O=Example', 'OU=Branches', 'CN=br-0001.branch.example.net'],
    issuer,
    keys,
    serial,
    notBefore: ago(20),
    notAfter: ago(-days),
    usage: [DIGITAL_SIGNATURE, KEY_ENCIPHERMENT],
  });
  const contents = { key: keys.privateKey, certificate: certificate.der, authorities: [issuer.der] };
  const passphrase = Secret.acquired(options.passphrase ?? PASSPHRASE, 'a test');
  const made = makePkcs12(contents, { passphrase, encryption });
  await writeFile(path.join(folder, 'br-0001.p12'), made.subarray(0, options.cutTo));
}

function start(options: OneRouterOptions = {}): Promise<OneRouter> {
  return OneRouter.start({
    release: '17.9',
    pins: () => [createHash('sha1').update(CA.der).digest('hex')],
    trustpoint: {
      method: { pkcs12: { file: path.join(folder, '{{name}}.p12'), passphrase: { env: 'CHALLENGE' } } },
      fqdn: 'none',
    },
    ...options,
  });
}

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

  it.each<readonly [string, () => Promise<void>, RegExp]>([
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
    ['that is not there', () => rm(path.join(folder, 'br-0001.p12'), { force: true }), /no such file/],
  ])('%s', async (_what, make, says) => {
    await make();
    await using one = await start();
    const { error } = await one.enroll();
    expect(error).toMatchObject({ code: 'pkcs12-unusable', message: expect.stringMatching(says) });
    expect(one.typed.filter((line) => CHANGES.test(line))).toEqual([]);
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
