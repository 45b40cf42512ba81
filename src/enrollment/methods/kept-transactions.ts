import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { DeviceError } from '../../domain/errors.ts';
import type { RequestFacts } from '../../pki/request.ts';

/** A request that was taken to a CA by SCEP, with all that it takes to ask for its answer, by whatever process. */
export interface Transaction {
  readonly url: string;
  readonly since: Date;
  readonly transactionId: string;
  /** Its DER is left out: a challenge password may be in it. */
  readonly request: RequestFacts;
  /** DER of the certificate that the message was signed with; the same key signs every question (RFC 8894 section 2.3). */
  readonly signerCertificate: Uint8Array;
  /** PEM (PKCS#8). Made for this one request: it opens its answer, and nothing else. */
  readonly signerKey: string;
}

/**
 * Files of a folder, one for each request that a CA has not answered, for their owner only. A key in it is no secret of the
 * operator's: who has it can ask how the one request stands. It is gone with the answer.
 */
export class KeptTransactions {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** To be called before a request is sent. Throws DeviceError `state-unwritable`. */
  async keep(name: string, { request, since, ...rest }: Transaction): Promise<void> {
    const { der: _der, infoDer: _info, ...facts } = request;
    const text = JSON.stringify(
      { version: 1, ...rest, since: since.toISOString(), request: facts },
      (_key, value: unknown) => (value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value),
    );
    const draft = path.join(this.#folder, `.${name}.${randomUUID()}`);
    try {
      await mkdir(this.#folder, { recursive: true, mode: 0o700 });
      await writeFile(draft, text, { mode: 0o600, flag: 'wx' });
      await rename(draft, this.#fileOf(name));
    } catch (cause) {
      await rm(draft, { force: true }).catch(() => undefined);
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new DeviceError('state-unwritable', `the request could not be kept in mind: ${reason}`, {
        detail: `${this.#folder}\nThe request was not sent.`,
        cause,
      });
    }
  }

  /** Undefined when there is none, or none that can be read. */
  async find(name: string): Promise<Transaction | undefined> {
    try {
      const { version: _version, ...kept } = Kept.parse(
        JSON.parse(await readFile(this.#fileOf(name), 'utf8')),
      );
      return kept;
    } catch {
      return undefined;
    }
  }

  /** One that is gone already is fine. */
  async forget(name: string): Promise<void> {
    await rm(this.#fileOf(name), { force: true }).catch(() => undefined);
  }

  #fileOf(name: string): string {
    return path.join(this.#folder, `${name}.json`);
  }
}

const Bytes = z.base64().transform((text) => new Uint8Array(Buffer.from(text, 'base64')));
const Texts = z.array(z.string());

const Request = z
  .object({
    subject: z.array(z.object({ type: z.string(), value: z.string() })),
    subjectDer: Bytes,
    publicKey: Bytes,
    keyAlgorithm: z.enum(['rsa', 'ec', 'other']),
    keyBits: z.number(),
    signatureAlgorithm: z.string(),
    hasChallengePassword: z.boolean(),
    fingerprints: z.array(z.object({ hash: z.enum(['MD5', 'SHA1', 'SHA256']), hex: z.string() })),
    isCa: z.boolean(),
    hasConstraints: z.boolean(),
    pathLength: z.number().exactOptional(),
    keyUsage: Texts.exactOptional(),
    extendedKeyUsage: Texts.exactOptional(),
    dnsNames: Texts,
    ipAddresses: Texts,
  })
  .transform((facts): RequestFacts => ({ ...facts, der: new Uint8Array(), infoDer: new Uint8Array() }));

const Kept = z.object({
  version: z.literal(1),
  url: z.string(),
  since: z.iso.datetime().transform((text) => new Date(text)),
  transactionId: z.string(),
  request: Request,
  signerCertificate: Bytes,
  signerKey: z.string(),
});
