import { generateKeyPair } from 'node:crypto';
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
  type EnrollmentResult,
  type Identity,
  iosPkiClientUrl,
  issueCertificate,
  keyUsage,
  type PendingEnrollment,
  parseCertificationRequest,
  randomSerial,
  ScepClient,
  ScepError,
} from '../../scep/index.ts';
import { isPinned } from '../pins.ts';

export interface ScepCourierOptions {
  readonly authority: ScepAuthority;
  readonly now: () => Date;
  /** How much later the CA's clock may be, in milliseconds; five minutes. */
  readonly maxSkewMs?: number;
}

interface Waiting {
  readonly request: RequestFacts;
  readonly pending: PendingEnrollment;
}

/** Between two questions to the CA, in milliseconds: soon at first, then at ease. */
const PAUSES_MS = [500, 1_000, 2_000, 5_000, 15_000, 60_000] as const;
const DAY_MS = 86_400_000;
/** As long as a request may be waited for. */
const SIGNER_DAYS = 30;
const KEY_BITS = 2048;

/**
 * Takes a router's request to its CA as a SCEP client in the router's place (RFC 8894). The message around the request is
 * signed with a key of its own, for the router's never leaves the router: section 2.3 has it that the two should be one,
 * and does not demand it. A request that is pending is remembered for as long as this object lives.
 */
export class ScepCourier implements Courier {
  readonly #options: Required<ScepCourierOptions>;
  readonly #waiting = new Map<string, Waiting>();

  constructor(options: ScepCourierOptions) {
    this.#options = { maxSkewMs: 5 * 60_000, ...options };
  }

  /** Throws DeviceError `request-rejected`, `request-unanswered` or `fingerprint-mismatch`, or a CourierError. */
  async deliver(errand: Errand, signal: AbortSignal): Promise<Delivery> {
    const { url } = this.#options.authority.scep;
    const client = new ScepClient({ url: iosPkiClientUrl(url), signal });
    try {
      return this.#conclude(errand, await this.#ask(client, errand));
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

  /** The CA has given its answer; nothing is left to take back. */
  async settle(): Promise<void> {}

  /** A request that this object took to the CA and that is pending there. */
  standing(about: Pick<Errand, 'device' | 'trustpoint' | 'half'>): RequestFacts | undefined {
    return this.#waiting.get(errandName(about))?.request;
  }

  async #ask(client: ScepClient, errand: Errand): Promise<EnrollmentResult> {
    const { request, trustpoint } = errand;
    const { fingerprints, scep } = this.#options.authority;
    const standing = this.#waiting.get(errandName(errand));
    if (standing !== undefined && sameKey(standing.request.publicKey, request.publicKey))
      return client.poll(standing.pending);
    const capabilities = await client.getCaCaps(trustpoint);
    const ca = await client.getCaCertificates(trustpoint);
    if (!isPinned({ der: ca.ca }, fingerprints)) {
      throw new DeviceError(
        'fingerprint-mismatch',
        `${trustpoint}: the CA showed this machine no certificate with the pinned fingerprint`,
        { detail: `${scep.url}\nThe request was not sent.` },
      );
    }
    const signer = await ownSigner(request.der, this.#options.now());
    return client.pkcsReq({ ca, capabilities, signer, csr: request.der });
  }

  #conclude(errand: Errand, result: EnrollmentResult): Delivery {
    const name = errandName(errand);
    if (result.status === 'pending') {
      this.#waiting.set(name, { request: errand.request, pending: result.pending });
      return { kind: 'waiting', passedOver: [] };
    }
    this.#waiting.delete(name);
    if (result.status === 'rejected') throw rejected(errand, result);
    const from = 'the CA';
    const certificates = result.certificates.map(decodeCertificate);
    const clock = { now: this.#options.now(), maxSkewMs: this.#options.maxSkewMs };
    const answer = judge(errand, [{ from, certificates }], clock);
    if (answer === undefined) throw new CourierError('not-valid', `the certificate from ${from} is not new`);
    return { kind: 'answered', answer };
  }
}

/** A key pair for one request, with a certificate of the request's subject. */
async function ownSigner(csr: Uint8Array, now: Date): Promise<Identity> {
  const { subject } = parseCertificationRequest(csr);
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
  return { certificate, key: privateKey };
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
