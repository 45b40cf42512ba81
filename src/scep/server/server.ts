import { degenerateSignedData } from '../cms/degenerate.ts';
import { signData } from '../cms/sign.ts';
import { ScepError } from '../errors.ts';
import { type ReceivedPkiMessage, readPkiMessage } from '../message.ts';
import { answer, type ScepHttpRequest, type ScepHttpResponse, textAnswer } from './answer.ts';
import type { CertificateAuthority, Refusal } from './authority.ts';
import { Enrollments } from './enrollments.ts';
import { type AcceptedAlgorithms, EVERY_ALGORITHM, PkiOperation } from './pki-operation.ts';
import { decodeCaIdentifier, decodeMessageParameter, parseScepQuery } from './query.ts';
import { refusalFor } from './refusal.ts';
import type { ReplyStyle } from './reply.ts';

export interface ScepServerOptions {
  readonly authority: CertificateAuthority;
  readonly reply?: ReplyStyle;
  /** Everything this library knows unless given; a request made with anything else fails with badAlg. */
  readonly accept?: AcceptedAlgorithms;
  /** Transactions remembered for polls and repeated requests; 10000 by default. */
  readonly transactionLimit?: number;
  /**
   * How long the same request of the same signer gets the certificate it was granted again, in milliseconds:
   * its reply may have been lost. 20 minutes by default.
   */
  readonly repeatWindowMs?: number;
  /** Milliseconds since the epoch; the system clock by default. */
  readonly now?: () => number;
  /** What to answer to a message that never reaches `decide`; `refusalFor` by default. */
  readonly refusal?: (error: ScepError) => Refusal;
  /** Hears of every request that was refused before `decide` and of every error thrown by the authority. */
  readonly onTrouble?: (error: unknown) => void;
}

/** GetCACaps, GetCACert and so on, by what the client wrote, in lower case. */
type Operation = (
  message: string | undefined,
  request: ScepHttpRequest,
) => Promise<ScepHttpResponse> | ScepHttpResponse;

/**
 * The server side of SCEP (RFC 8894 4) without sockets: whoever listens gives it each request whatever its
 * path, and sends what it answers. A refusal is a CertRep with HTTP status 200; what cannot be read as
 * SCEP is 400, an operation the CA does not have is 404.
 */
export class ScepServer {
  readonly #authority: CertificateAuthority;
  readonly #pkiOperation: PkiOperation;
  readonly #onTrouble: (error: unknown) => void;
  readonly #operations: ReadonlyMap<string, Operation>;

  constructor(options: ScepServerOptions) {
    this.#authority = options.authority;
    this.#onTrouble = options.onTrouble ?? (() => undefined);
    this.#pkiOperation = new PkiOperation({
      authority: options.authority,
      reply: options.reply ?? {},
      accept: { ...EVERY_ALGORITHM, ...options.accept },
      enrollments: new Enrollments({
        authority: options.authority,
        transactionLimit: options.transactionLimit ?? 10_000,
        repeatWindowMs: options.repeatWindowMs ?? 20 * 60_000,
        now: options.now ?? Date.now,
      }),
      refusal: options.refusal ?? refusalFor,
      onTrouble: this.#onTrouble,
    });
    this.#operations = new Map<string, Operation>([
      ['getcacaps', (message) => this.#getCaCaps(caIdentifier(message))],
      ['getcacert', (message) => this.#getCaCert(caIdentifier(message))],
      ['getnextcacert', () => this.#getNextCaCert()],
      ['pkioperation', (message, request) => this.#pkiMessage(message, request)],
    ]);
  }

  /** Answers one request. Never rejects: an error thrown by the authority becomes HTTP status 500. */
  async handle(request: ScepHttpRequest): Promise<ScepHttpResponse> {
    if (!/^(?:GET|POST)$/i.test(request.method)) return textAnswer(405, 'SCEP uses GET and POST\n');
    const query = parseScepQuery(request.rawQuery);
    const operation = this.#operations.get(query?.operation.toLowerCase() ?? '');
    if (operation === undefined) return textAnswer(400, 'no operation of SCEP\n');
    try {
      return await operation(query?.message, request);
    } catch (error) {
      this.#onTrouble(error);
      return textAnswer(500, 'the CA failed\n');
    }
  }

  #getCaCaps(caId: string | undefined): ScepHttpResponse {
    return textAnswer(200, `${this.#authority.capabilities(caId).join('\n')}\n`);
  }

  #getCaCert(caId: string | undefined): ScepHttpResponse {
    const certificates = this.#authority.caCertificates(caId);
    const [only] = certificates;
    if (only === undefined) return textAnswer(404, 'no such CA\n');
    return certificates.length === 1
      ? answer(200, 'application/x-x509-ca-cert', only)
      : answer(200, 'application/x-x509-ca-ra-cert', degenerateSignedData({ certificates }));
  }

  #getNextCaCert(): ScepHttpResponse {
    const rollover = this.#authority.rollover?.();
    if (rollover === undefined) return textAnswer(404, 'no rollover is at hand\n');
    const { certificates, signer } = rollover;
    const content = degenerateSignedData({ certificates });
    const signed = signData({
      content,
      digest: 'sha256',
      signer,
      certificates: [signer.certificate],
      attributes: [],
    });
    return answer(200, 'application/x-x509-next-ca-cert', signed);
  }

  async #pkiMessage(message: string | undefined, request: ScepHttpRequest): Promise<ScepHttpResponse> {
    const raw = messageBytes(message, request);
    const received = raw === undefined ? undefined : this.#read(raw);
    if (raw === undefined || received === undefined) return textAnswer(400, 'not a SCEP message\n');
    return answer(200, 'application/x-pki-message', await this.#pkiOperation.reply(raw, received));
  }

  #read(raw: Uint8Array): ReceivedPkiMessage | undefined {
    try {
      return readPkiMessage(raw);
    } catch (error) {
      if (!(error instanceof ScepError)) throw error;
      this.#onTrouble(error);
      return undefined;
    }
  }
}

function caIdentifier(message: string | undefined): string | undefined {
  return message === undefined ? undefined : decodeCaIdentifier(message);
}

function messageBytes(
  message: string | undefined,
  { method, body }: ScepHttpRequest,
): Uint8Array | undefined {
  if (method.toUpperCase() === 'POST' && body !== undefined && body.length > 0) return body;
  return message === undefined ? undefined : decodeMessageParameter(message);
}
