import { createPrivateKey, generateKeyPair } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { type Answer, type Courier, type Delivery, type Errand, errandName } from '../../courier/errand.ts';
import { CourierError } from '../../courier/errors.ts';
import { judge } from '../../courier/judge.ts';
import { DeviceError } from '../../domain/errors.ts';
import type { ScepAuthority } from '../../domain/trustpoint.ts';
import { decodeCertificate } from '../../pki/decode.ts';
import { sameKey } from '../../pki/key.ts';
import type { RequestFacts } from '../../pki/request.ts';
import {
  type CaCapabilities,
  type CaCertificates,
  type EnrollmentResult,
  type Identity,
  iosPkiClientUrl,
  issueCertificate,
  keyUsage,
  randomSerial,
  ScepClient,
  ScepError,
  transactionIdOf,
} from '../../scep/index.ts';
import { isPinned } from '../pins.ts';
import type { KeptTransactions, Transaction } from './kept-transactions.ts';

export interface ScepCourierOptions {
  readonly authority: ScepAuthority;
  readonly now: () => Date;
  /** Where requests are kept until they are answered, for other processes, too. Without it they end with the courier. */
  readonly transactions?: KeptTransactions;
  /** How much later the CA's clock may be, in milliseconds; five minutes. */
  readonly maxSkewMs?: number;
}

interface Service {
  readonly client: ScepClient;
  readonly ca: CaCertificates;
  readonly capabilities: CaCapabilities;
}

/** Between two questions to the CA, in milliseconds: soon at first, then at ease. */
const PAUSES_MS = [500, 1_000, 2_000, 5_000, 15_000, 60_000] as const;
const DAY_MS = 86_400_000;
/** As long as a request may be waited for. */
const SIGNER_DAYS = 30;
const KEY_BITS = 2048;

/**
 * Takes a router's request to its CA as a SCEP client in the router's place (RFC 8894). The message around the request is
 * signed with a key of its own, for the router's never leaves the router: section 2.3 says that the two SHOULD be one, and
 * that one key signs all messages of an enrollment. So a pending request is kept together with that key.
 */
export class ScepCourier implements Courier {
  readonly #options: ScepCourierOptions;
  readonly #maxSkewMs: number;
  readonly #waiting = new Map<string, Transaction>();

  constructor(options: ScepCourierOptions) {
    this.#options = options;
    this.#maxSkewMs = options.maxSkewMs ?? 5 * 60_000;
  }

  /** Throws DeviceError `request-rejected`, `request-unanswered` or `fingerprint-mismatch`, or a CourierError. */
  async deliver(errand: Errand, signal: AbortSignal): Promise<Delivery> {
    const { url } = this.#options.authority.scep;
    const client = new ScepClient({ url: iosPkiClientUrl(url), signal });
    try {
      return await this.#ask(client, errand);
    } catch (thrown) {
      if (!(thrown instanceof ScepError)) throw thrown;
      throw new DeviceError('request-unanswered', `${errand.trustpoint}: ${thrown.message}`, {
        detail: `${url}: ${thrown.code}`,
        hint: 'check the CA from this machine with trustfleet doctor, then run again: the router’s key pair stays as it is',
        cause: thrown,
      });
    }
  }

  async wait(errand: Errand, signal: AbortSignal): Promise<Answer> {
    for (let look = 0; ; look += 1) {
      const delivery = await this.deliver(errand, signal);
      if (delivery.kind === 'answered') return delivery.answer;
      await sleep(PAUSES_MS[Math.min(look, PAUSES_MS.length - 1)], undefined, { signal }).catch(
        () => undefined,
      );
      signal.throwIfAborted();
    }
  }

  /** The router has the CA's answer: it need not be asked for once more. */
  async settle(errand: Errand): Promise<void> {
    await this.#forget(errandName(errand));
  }

  /** A request that was taken to the CA, by whatever run, and whose answer the router has not. */
  async standing(about: Pick<Errand, 'device' | 'trustpoint' | 'half'>): Promise<RequestFacts | undefined> {
    return (await this.#find(errandName(about)))?.request;
  }

  async #ask(client: ScepClient, errand: Errand): Promise<Delivery> {
    const { request, trustpoint } = errand;
    const { fingerprints, scep } = this.#options.authority;
    const name = errandName(errand);
    const found = await this.#find(name);
    const standing =
      found !== undefined && sameKey(found.request.publicKey, request.publicKey) ? found : undefined;
    const capabilities = await client.getCaCaps(trustpoint);
    const ca = await client.getCaCertificates(trustpoint);
    if (!isPinned({ der: ca.ca }, fingerprints)) {
      throw new DeviceError(
        'fingerprint-mismatch',
        `${trustpoint}: the CA showed this machine no certificate with the pinned fingerprint`,
        { detail: `${scep.url}\nThe request was not sent.` },
      );
    }
    const service = { client, ca, capabilities };
    const asked = standing === undefined ? undefined : await this.#poll(service, standing);
    if (asked !== undefined && !isUnknown(asked)) return this.#conclude(errand, asked);
    await this.#forget(name);
    // Of a request of an earlier run only the names and the key are kept.
    if (request.der.length === 0) throw lost(trustpoint);
    return this.#conclude(errand, await this.#send(service, name, request));
  }

  #poll({ client, ca, capabilities }: Service, standing: Transaction): Promise<EnrollmentResult> {
    const { transactionId, request } = standing;
    const { subjectDer: subject, publicKey } = request;
    return client.poll({ ca, capabilities, signer: signerOf(standing), transactionId, subject, publicKey });
  }

  /** Kept before it is sent: whatever happens then, its answer can be asked for. */
  async #send(
    { client, ca, capabilities }: Service,
    name: string,
    request: RequestFacts,
  ): Promise<EnrollmentResult> {
    const { authority, now, transactions } = this.#options;
    const transaction = await newTransaction(request, authority.scep.url, now());
    await transactions?.keep(name, transaction);
    this.#waiting.set(name, transaction);
    const { transactionId } = transaction;
    try {
      const signer = signerOf(transaction);
      return await client.pkcsReq({ ca, capabilities, signer, transactionId, csr: request.der });
    } catch (thrown) {
      if (thrown instanceof ScepError && thrown.code === 'unreachable') await this.#forget(name);
      throw thrown;
    }
  }

  async #conclude(errand: Errand, result: EnrollmentResult): Promise<Delivery> {
    const name = errandName(errand);
    if (result.status === 'pending') return { kind: 'waiting', passedOver: [] };
    if (result.status === 'rejected') {
      await this.#forget(name);
      throw rejected(errand, result);
    }
    const from = 'the CA';
    const certificates = result.certificates.map(decodeCertificate);
    const clock = { now: this.#options.now(), maxSkewMs: this.#maxSkewMs };
    try {
      const answer = judge(errand, [{ from, certificates }], clock);
      if (answer === undefined)
        throw new CourierError('not-valid', `the certificate from ${from} is not new`);
      return { kind: 'answered', answer };
    } catch (thrown) {
      // It would be the same answer once more.
      await this.#forget(name);
      throw thrown;
    }
  }

  async #find(name: string): Promise<Transaction | undefined> {
    const { transactions, authority, now } = this.#options;
    const found = this.#waiting.get(name) ?? (await transactions?.find(name));
    if (found === undefined || found.url !== authority.scep.url) return undefined;
    return now().getTime() - found.since.getTime() < SIGNER_DAYS * DAY_MS ? found : undefined;
  }

  async #forget(name: string): Promise<void> {
    this.#waiting.delete(name);
    await this.#options.transactions?.forget(name);
  }
}

/** RFC 8894 section 4.4: a poll for which the CA has no request is rejected. */
function isUnknown(result: EnrollmentResult): boolean {
  return result.status === 'rejected' && result.failInfo === 'badCertId';
}

/** With a key pair for this one request, and a certificate of its subject for it. */
async function newTransaction(request: RequestFacts, url: string, now: Date): Promise<Transaction> {
  const { subjectDer: subject } = request;
  const { publicKey, privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: KEY_BITS });
  const certificate = issueCertificate({
    serial: randomSerial(),
    issuer: subject,
    subject,
    publicKey,
    // A clock behind ours does not mind.
    notBefore: new Date(now.getTime() - DAY_MS),
    notAfter: new Date(now.getTime() + SIGNER_DAYS * DAY_MS),
    extensions: [keyUsage(['digitalSignature', 'keyEncipherment'], true)],
    signingKey: privateKey,
    hash: 'sha256',
  });
  return {
    url,
    since: now,
    transactionId: transactionIdOf(request.publicKey, 'sha1'),
    request,
    signerCertificate: certificate,
    signerKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

function signerOf({ signerCertificate, signerKey }: Transaction): Identity {
  return { certificate: signerCertificate, key: createPrivateKey(signerKey) };
}

/** The CA was restarted, say, or the request never came to it. */
function lost(trustpoint: string): DeviceError {
  return new DeviceError(
    'request-unanswered',
    `${trustpoint}: the CA knows nothing of the request that an earlier run took to it`,
    { hint: 'run again: the router prints its request again, with the same key pair' },
  );
}

function rejected(
  { trustpoint }: Errand,
  { failInfo, failInfoText, hresult }: Extract<EnrollmentResult, { readonly status: 'rejected' }>,
): DeviceError {
  const why = [
    failInfo,
    failInfoText,
    hresult === undefined ? undefined : `HRESULT 0x${(hresult >>> 0).toString(16).toUpperCase()}`,
  ].filter((part) => part !== undefined);
  const given = why.length === 0 ? '' : `: ${why.join(', ')}`;
  return new DeviceError('request-rejected', `${trustpoint}: the CA rejected the request${given}`, {
    detail:
      'The message around the request was signed by trustfleet with a key of its own, not with the key of the request.',
    hint: 'a missing, used or old challenge password is the usual cause; a CA that takes a request only from the holder of its key cannot be asked in a router’s place: let routers ask it themselves (method: scep), or submit: { directory: … }',
  });
}
