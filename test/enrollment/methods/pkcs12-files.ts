import { createHash, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Secret } from '../../../src/domain/secret.ts';
import type { Pkcs12Encryption } from '../../../src/pki/pkcs12/kinds.ts';
import { makePkcs12 } from '../../../src/pki/pkcs12/make.ts';
import { DIGITAL_SIGNATURE, issue, KEY_ENCIPHERMENT, type Made } from '../../pki/make-certificate.ts';
import { OneRouter, type OneRouterOptions } from '../one-router.ts';

export interface FileOptions {
  readonly serial?: string;
  readonly days?: number;
  readonly subject?: readonly string[];
  readonly issuer?: Made;
  readonly bits?: number;
  readonly encryption?: Pkcs12Encryption;
  readonly passphrase?: string;
  readonly cutTo?: number;
}

/** What opens the files, as `OneRouter` has it under CHALLENGE. */
const PASSPHRASE = 'one-challenge';
const DAY_MS = 86_400_000;

/** A CA of key pairs that are made elsewhere, with a folder for their files. */
export class Pkcs12Files implements AsyncDisposable {
  readonly folder: string;
  readonly ca = issue({
    subject: ['O=Example', 'CN=Offline CA'],
    ca: true,
    notBefore: ago(30),
    notAfter: ago(-900),
  });
  readonly #keys = new Map<number, { readonly privateKey: KeyObject; readonly publicKey: KeyObject }>();

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async open(): Promise<Pkcs12Files> {
    return new Pkcs12Files(await mkdtemp(path.join(tmpdir(), 'trustfleet-p12-')));
  }

  get path(): string {
    return path.join(this.folder, 'br-0001.p12');
  }

  /** Lays down the router's file, in place of that before. Returns what stands in it. */
  async lay(options: FileOptions = {}): Promise<Uint8Array> {
    const { serial = '0A01', days = 100, issuer = this.ca, bits = 2048, encryption = 'modern' } = options;
    const keys = this.#keys.get(bits) ?? generateKeyPairSync('rsa', { modulusLength: bits });
    this.#keys.set(bits, keys);
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
    const made = makePkcs12(contents, { passphrase, encryption }).subarray(0, options.cutTo);
    await writeFile(this.path, made);
    return made;
  }

  /** A router whose trustpoint takes that file; `method`: more keys of it. */
  router(options: OneRouterOptions = {}, method: Readonly<Record<string, unknown>> = {}): Promise<OneRouter> {
    const file = path.join(this.folder, '{{name}}.p12');
    return OneRouter.start({
      release: '17.9',
      pins: () => [createHash('sha1').update(this.ca.der).digest('hex')],
      ...options,
      trustpoint: {
        method: { pkcs12: { file, passphrase: { env: 'CHALLENGE' }, ...method } },
        fqdn: 'none',
        ...options.trustpoint,
      },
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.folder, { recursive: true });
  }
}

export function ago(days: number): Date {
  return new Date(Date.now() - days * DAY_MS);
}
