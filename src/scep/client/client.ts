import { setTimeout } from 'node:timers/promises';

import { sameBytes } from '../asn1/bytes.ts';
import {
  type Algorithms,
  type AllowedAlgorithms,
  type CaCapabilities,
  checkAllowed,
  chooseAlgorithms,
  parseCaCaps,
} from '../capabilities.ts';
import type { CertificateBag } from '../cms/degenerate.ts';
import type { Identity } from '../cms/enveloped-data.ts';
import { readSignedData, verifySignedData } from '../cms/verify.ts';
import { ScepError } from '../errors.ts';
import { encodeIssuerAndSerialNumber, encodeIssuerAndSubject } from '../message-data.ts';
import { buildGetUrl, type ScepOperation } from '../request-url.ts';
import { parseCertificate } from '../x509/certificate.ts';
import { parseCertificationRequest } from '../x509/certification-request.ts';
import { transactionIdOf } from '../x509/keys.ts';
import { type CaCertificates, readCaCertificates, replySigners } from './ca-certificates.ts';
import { type Outgoing, type Rejection, sealRequest } from './exchange.ts';
import { type HttpRequest, type HttpResponse, type HttpTransport, nodeTransport } from './http.ts';

export interface ScepClientOptions {
  /** The URL of the service as it is; see `iosPkiClientUrl` for what a router would make of it. */
  readonly url: string;
  readonly transport?: HttpTransport;
  /** For one exchange, in milliseconds; 30 seconds by default. Of no effect with a transport of your own. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/** What every message to the CA needs. */
export interface ScepContext {
  readonly ca: CaCertificates;
  /** To ask the next CA (`ca`) for a certificate before its rollover: the CA in office, which signs the replies. */
  readonly current?: CaCertificates;
  readonly capabilities: CaCapabilities;
  /** Signs the request and opens the reply: a temporary self-signed certificate, or the one to renew. */
  readonly signer: Identity;
  /** Chosen from the capabilities and `allowed` unless given. */
  readonly algorithms?: Algorithms;
  /** What may be chosen, and what replies may be made with. */
  readonly allowed?: AllowedAlgorithms;
}

/** What `getNextCaCertificates` needs to know of the CA in office. */
export interface CurrentCa {
  readonly ca: CaCertificates;
  readonly capabilities: CaCapabilities;
  /** Whose signature is taken: the CA's alone unless given. `ca-or-ra` lets an RA name the CA to trust next. */
  readonly signedBy?: 'ca' | 'ca-or-ra';
  readonly allowed?: AllowedAlgorithms;
}

export interface WaitOptions {
  /** Between two questions, in milliseconds; a minute by default. */
  readonly intervalMs?: number;
  /** How often the CA is asked at most; 60 times by default. */
  readonly attempts?: number;
  /** How the time passes; the real clock by default. Rejects with the reason of the signal when that is aborted. */
  readonly sleep?: (milliseconds: number, signal: AbortSignal | undefined) => Promise<void>;
}

export interface EnrollmentOptions extends ScepContext {
  /** The DER of the PKCS#10 request, with its challenge password inside. */
  readonly csr: Uint8Array;
  /** The SHA-1 of the public key in hex unless given. */
  readonly transactionId?: string;
}

/**
 * An enrollment that waits for the CA's operator: hand it to `poll`. Can be kept and used by another client. The request itself,
 * which may hold a challenge password, is not in it; the signer is, for one key signs all messages of a transaction (section 2.3).
 */
export interface PendingEnrollment extends ScepContext {
  readonly transactionId: string;
  /** DER Name and SubjectPublicKeyInfo of the request. */
  readonly subject: Uint8Array;
  readonly publicKey: Uint8Array;
}

export type EnrollmentResult =
  | {
      readonly status: 'granted';
      readonly transactionId: string;
      /** The DER certificate whose public key is that of the request. */
      readonly certificate: Uint8Array;
      /** All certificates of the reply, that one included. */
      readonly certificates: readonly Uint8Array[];
    }
  | { readonly status: 'pending'; readonly transactionId: string; readonly pending: PendingEnrollment }
  | (Rejection & { readonly transactionId: string });

/**
 * A SCEP client (RFC 8894). It keeps no state: one client may serve many enrollments at once. Every method
 * rejects with a ScepError, or with the reason of the signal once that is aborted; a refusal by the CA is a
 * result, not an error. Replies are trusted only when the CA given, or an RA it certified, has signed them.
 */
export class ScepClient {
  readonly #url: string;
  readonly #transport: HttpTransport;
  readonly #signal: AbortSignal | undefined;

  constructor(options: ScepClientOptions) {
    this.#url = options.url;
    this.#transport =
      options.transport ??
      nodeTransport(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs });
    this.#signal = options.signal;
  }

  /** GetCACaps. Old servers answer with an error or close the connection: that is a CA without capabilities. */
  async getCaCaps(caId?: string): Promise<CaCapabilities> {
    try {
      const { status, body } = await this.#get('GetCACaps', caId);
      return status === 200 ? parseCaCaps(body) : new Set();
    } catch (error) {
      if (error instanceof ScepError && error.code === 'connection-closed') return new Set();
      throw error;
    }
  }

  /** GetCACert. The answer is not authenticated: compare `ca` with a fingerprint before using it. */
  async getCaCertificates(caId?: string): Promise<CaCertificates> {
    return readCaCertificates(bodyOf(await this.#get('GetCACert', caId)));
  }

  /**
   * GetNextCACert (RFC 8894 4.7): the certificates the CA will use after its rollover. The answer must be
   * signed by the current CA. Rejects with `not-offered` when the CA does not advertise it, or has none (HTTP 404, 403).
   */
  async getNextCaCertificates(
    { ca, capabilities, signedBy = 'ca', allowed = {} }: CurrentCa,
    caId?: string,
  ): Promise<CaCertificates> {
    if (!capabilities.has('GetNextCACert'))
      throw new ScepError('not-offered', 'the CA does not advertise GetNextCACert');
    const response = await this.#get('GetNextCACert', caId);
    if (response.status === 404 || response.status === 403)
      throw new ScepError('not-offered', `the CA has no next certificate (HTTP status ${response.status})`);
    const data = readSignedData(bodyOf(response));
    const { digest } = verifySignedData(data, signedBy === 'ca' ? [ca.ca] : replySigners(ca));
    checkAllowed({ digest }, allowed);
    return readCaCertificates(data.content);
  }

  /** Asks for a first certificate (PKCSReq). */
  pkcsReq(options: EnrollmentOptions): Promise<EnrollmentResult> {
    return this.#enroll('PKCSReq', options);
  }

  /** Renews (RenewalReq); `signer` holds the certificate to renew and its key. */
  renewalReq(options: EnrollmentOptions): Promise<EnrollmentResult> {
    return this.#enroll('RenewalReq', options);
  }

  /** Asks how a pending enrollment stands (CertPoll), once. */
  async poll(pending: PendingEnrollment): Promise<EnrollmentResult> {
    const issuer = parseCertificate(pending.ca.ca).subject;
    const messageData = encodeIssuerAndSubject({ issuer, subject: pending.subject });
    return this.#settle('CertPoll', messageData, pending);
  }

  /**
   * Asks until the CA has decided, at intervals. Resolves to `pending` when the attempts are used up: the enrollment
   * can be waited for again. Errors of single polls that may pass (`unreachable`, `timeout`, `connection-closed`,
   * `http-status`) count as an attempt; the last one's is thrown.
   */
  async wait(pending: PendingEnrollment, options: WaitOptions = {}): Promise<EnrollmentResult> {
    const { intervalMs = 60_000, attempts = 60, sleep = realSleep } = options;
    for (let attempt = 1; ; attempt += 1) {
      await sleep(intervalMs, this.#signal);
      try {
        const result = await this.poll(pending);
        if (result.status !== 'pending' || attempt >= attempts) return result;
      } catch (error) {
        if (attempt >= attempts || !mayPass(error)) throw error;
      }
    }
  }

  /** GetCert: a certificate of this CA by its serial number. */
  getCertificate(context: ScepContext, serialOctets: Uint8Array): Promise<QueryResult> {
    return this.#query('GetCert', context, serialOctets);
  }

  /** GetCRL: the revocation list that would name this serial number. */
  getCrl(context: ScepContext, serialOctets: Uint8Array): Promise<QueryResult> {
    return this.#query('GetCRL', context, serialOctets);
  }

  async #enroll(
    messageType: 'PKCSReq' | 'RenewalReq',
    options: EnrollmentOptions,
  ): Promise<EnrollmentResult> {
    const { csr, ...context } = options;
    const { subject, publicKey } = parseCertificationRequest(csr);
    const transactionId = options.transactionId ?? transactionIdOf(publicKey, 'sha1');
    return this.#settle(messageType, csr, { ...context, transactionId, subject, publicKey });
  }

  async #settle(
    messageType: Outgoing['messageType'],
    messageData: Uint8Array,
    enrollment: PendingEnrollment,
  ): Promise<EnrollmentResult> {
    const { transactionId, publicKey } = enrollment;
    const reply = await this.#exchange(messageType, messageData, transactionId, enrollment);
    if (reply.status === 'pending') return { status: 'pending', transactionId, pending: enrollment };
    if (reply.status === 'rejected') return { ...reply, transactionId };
    const certificate = reply.certificates.find((der) =>
      sameBytes(parseCertificate(der).publicKey, publicKey),
    );
    if (certificate === undefined)
      throw new ScepError(
        'certificate-absent',
        'the CA granted a certificate for another public key, or none',
      );
    return { status: 'granted', transactionId, certificate, certificates: reply.certificates };
  }

  async #query(
    messageType: 'GetCert' | 'GetCRL',
    context: ScepContext,
    serialOctets: Uint8Array,
  ): Promise<QueryResult> {
    const { subject: issuer } = parseCertificate(context.ca.ca);
    const transactionId = transactionIdOf(parseCertificate(context.signer.certificate).publicKey, 'sha1');
    const messageData = encodeIssuerAndSerialNumber({ issuer, serialOctets });
    const reply = await this.#exchange(messageType, messageData, transactionId, context);
    if (reply.status === 'pending')
      throw new ScepError('status-unknown', `a ${messageType} cannot be pending`);
    return reply;
  }

  async #exchange(
    messageType: Outgoing['messageType'],
    messageData: Uint8Array,
    transactionId: string,
    { ca, current, signer, capabilities, allowed = {}, algorithms }: ScepContext,
  ) {
    const sealed = sealRequest({
      messageType,
      transactionId,
      messageData,
      ca,
      ...(current === undefined ? {} : { current }),
      signer,
      algorithms: algorithms ?? chooseAlgorithms(capabilities, allowed),
      allowed,
    });
    return sealed.readReply(bodyOf(await this.#pkiOperation(sealed.message, capabilities)));
  }

  #pkiOperation(message: Uint8Array, capabilities: CaCapabilities): Promise<HttpResponse> {
    if (!capabilities.has('POSTPKIOperation')) return this.#get('PKIOperation', message);
    return this.#send({
      method: 'POST',
      url: buildGetUrl({ url: this.#url, operation: 'PKIOperation' }),
      headers: { 'content-type': 'application/x-pki-message' },
      body: message,
    });
  }

  #get(operation: ScepOperation, message?: string | Uint8Array): Promise<HttpResponse> {
    const url = buildGetUrl({ url: this.#url, operation, ...(message === undefined ? {} : { message }) });
    return this.#send({ method: 'GET', url, headers: {} });
  }

  #send(request: HttpRequest): Promise<HttpResponse> {
    return this.#transport(this.#signal === undefined ? request : { ...request, signal: this.#signal });
  }
}

export type QueryResult = ({ readonly status: 'granted' } & CertificateBag) | Rejection;

const MAY_PASS: ReadonlySet<string> = new Set(['unreachable', 'timeout', 'connection-closed', 'http-status']);

function mayPass(error: unknown): boolean {
  return error instanceof ScepError && MAY_PASS.has(error.code);
}

async function realSleep(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  signal?.throwIfAborted();
  try {
    await setTimeout(milliseconds, undefined, signal === undefined ? {} : { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}

function bodyOf({ status, headers, body }: HttpResponse): Uint8Array {
  if (status !== 200) throw new ScepError('http-status', `the CA answered with HTTP status ${status}`);
  if (/^text\/html\b/i.test(headers['content-type'] ?? ''))
    throw new ScepError(
      'malformed',
      'the CA answered with a page for people: the URL is probably not the one for SCEP',
    );
  return body;
}
