import { once } from 'node:events';
import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';

import { concatBytes } from '../asn1/bytes.ts';
import { ScepError } from '../errors.ts';

export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  readonly signal?: AbortSignal;
}

export interface HttpResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/**
 * One HTTP exchange, all a ScepClient needs of the network. It rejects with a ScepError (`unreachable`,
 * `connection-closed`, `timeout`, `answer-too-large`) or with the reason of an aborted signal.
 */
export type HttpTransport = (request: HttpRequest) => Promise<HttpResponse>;

export interface NodeTransportOptions {
  /** For one exchange from its start to the last octet, in milliseconds; 30 seconds by default. */
  readonly timeoutMs?: number;
  /** Longest answer that is read, in octets; 4 MiB by default. */
  readonly maxAnswer?: number;
}

/** A transport over node:http and node:https, one connection an exchange; redirects are not followed. */
export function nodeTransport(options: NodeTransportOptions = {}): HttpTransport {
  const { timeoutMs = 30_000, maxAnswer = 4 * 1024 * 1024 } = options;
  return async (request) => {
    const deadline = AbortSignal.timeout(timeoutMs);
    const signal = request.signal === undefined ? deadline : AbortSignal.any([request.signal, deadline]);
    request.signal?.throwIfAborted();
    const wire = open(request, signal);
    // Once the answer has begun, its own stream reports what goes wrong.
    wire.on('error', () => undefined);
    try {
      wire.end(request.body);
      const [answer]: IncomingMessage[] = await once(wire, 'response');
      return await collect(answer, maxAnswer);
    } catch (error) {
      request.signal?.throwIfAborted();
      if (deadline.aborted) throw new ScepError('timeout', `no answer within ${timeoutMs / 1000} s`);
      throw error instanceof ScepError ? error : networkError(error);
    } finally {
      wire.destroy();
    }
  };
}

function open({ method, url, headers, body }: HttpRequest, signal: AbortSignal): ClientRequest {
  const length = body === undefined ? {} : { 'content-length': String(body.length) };
  const options = { method, agent: false, headers: { ...headers, ...length }, signal };
  try {
    return url.startsWith('https:') ? httpsRequest(url, options) : httpRequest(url, options);
  } catch (cause) {
    throw new ScepError('invalid-argument', 'the URL of the CA cannot be used', { cause });
  }
}

const CLOSED_CODES: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE']);

function networkError(cause: unknown): ScepError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown failure';
  return CLOSED_CODES.has(code)
    ? new ScepError('connection-closed', 'the connection was closed before the answer ended', { cause })
    : new ScepError('unreachable', `no connection to the CA: ${code}`, { cause });
}

async function collect(answer: IncomingMessage | undefined, maxAnswer: number): Promise<HttpResponse> {
  if (answer === undefined) throw new ScepError('connection-closed', 'no answer came');
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of answer as AsyncIterable<Uint8Array>) {
    length += part.length;
    if (length > maxAnswer) throw new ScepError('answer-too-large', `the answer exceeds ${maxAnswer} octets`);
    parts.push(part);
  }
  const headers = Object.entries(answer.headers).map(([name, value]) => [name, String(value)] as const);
  return { status: answer.statusCode ?? 0, headers: Object.fromEntries(headers), body: concatBytes(parts) };
}
