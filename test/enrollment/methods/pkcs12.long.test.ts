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
  const passphrase = Secret.acquired(PASSPHRASE, 'a test');
  await writeFile(path.join(folder, 'br-0001.p12'), makePkcs12(contents, { passphrase, encryption }));
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
