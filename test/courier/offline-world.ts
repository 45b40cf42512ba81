import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Errand } from '../../src/courier/errand.ts';
import { decodeCertificate } from '../../src/pki/decode.ts';
import { formatPem } from '../../src/pki/pem.ts';
import { readRequest } from '../../src/pki/request.ts';
import {
  fingerprintOf,
  issue,
  KEY_CERT_SIGN,
  type Keys,
  type Made,
  rsaKeys,
} from '../pki/make-certificate.ts';
import { rsaRequest } from '../pki/make-request.ts';

export const NOW = new Date('2026-11-21T02:00:00Z');
const CA = { ca: true, usage: [KEY_CERT_SIGN] } as const;
export const ROOT = issue({ subject: ['CN=Root'], ...CA });
export const SUB = issue({ subject: ['CN=Sub'], ...CA, issuer: ROOT });
/** A CA of the same name with another key. */
export const FALSE_ROOT = issue({ subject: ['CN=Root'], ...CA });
export const KEYS = rsaKeys();

/** Two folders of one test. */
export class OfflineWorld implements AsyncDisposable {
  readonly path: string;
  readonly requests: string;
  readonly answers: string;

  private constructor(at: string) {
    this.path = at;
    this.requests = path.join(at, 'out');
    this.answers = path.join(at, 'in');
  }

  static async make(): Promise<OfflineWorld> {
    const world = new OfflineWorld(await mkdtemp(path.join(tmpdir(), 'trustfleet-courier-')));
    await mkdir(world.requests);
    await mkdir(world.answers);
    return world;
  }

  async answer(name: string, content: string | Uint8Array): Promise<void> {
    await writeFile(path.join(this.answers, name), content);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.path, { recursive: true, force: true });
  }
}

export function certificateFor(keys: Keys, wish: Partial<Parameters<typeof issue>[0]> = {}): Made {
  return issue({ subject: ['CN=whatever'], keys, issuer: SUB, ...wish });
}

export const pem = (...made: readonly Made[]): string => made.map(({ der }) => formatPem(der)).join('');

export function anErrand(wish: Partial<Errand> = {}): Errand {
  return {
    device: 'br-1',
    trustpoint: 'BRANCH',
    request: readRequest(rsaRequest({ key: KEYS.privateKey })),
    pins: [fingerprintOf(ROOT, 'SHA256')],
    authorities: [decodeCertificate(ROOT.der)],
    ...wish,
  };
}

export const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'none',
    (thrown: { code?: string; name?: string }) => thrown.code ?? thrown.name ?? 'unnamed',
  );
