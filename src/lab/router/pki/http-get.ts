import { connect } from 'node:net';

export interface HttpAnswer {
  readonly status: number;
  /** Lower case, without parameters. */
  readonly contentType: string;
  readonly body: Uint8Array;
}

export interface HttpTarget {
  readonly host: string;
  readonly port: number;
  /** What stands in the Host header: the host as the URL names it. */
  readonly hostHeader: string;
  readonly path: string;
  /** A form to post; without it the request is a GET. */
  readonly form?: string;
  /** IOS names itself when it fetches certificates and capabilities, not with PKIOperation. */
  readonly userAgent: boolean;
}

const USER_AGENT = 'Mozilla/4.0 (compatible; MSIE 5.0; Cisco PKI)';
const TIMEOUT_MS = 15_000;
const LARGEST_ANSWER = 4 * 1024 * 1024;

/** Nobody answered: no connection, a time-out, or no HTTP. */
export class NoAnswer extends Error {}

/**
 * One request as IOS makes it: HTTP/1.0 with two headers, read until the server closes or the announced length is
 * there. Throws NoAnswer.
 */
export function httpGet(target: HttpTarget, signal: AbortSignal): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: target.host, port: target.port, noDelay: true });
    const chunks: Buffer[] = [];
    let size = 0;
    const fail = (why: string): void => {
      socket.destroy();
      reject(new NoAnswer(why));
    };
    const finish = (): void => {
      const answer = parseAnswer(Buffer.concat(chunks));
      socket.destroy();
      if (answer === undefined) reject(new NoAnswer('no HTTP answer'));
      else resolve(answer);
    };
    const stop = (): void => fail('stopped');
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    socket.setTimeout(TIMEOUT_MS, () => fail('no answer in time'));
    socket.once('connect', () => socket.write(requestText(target)));
    socket.on('data', (chunk) => {
      chunks.push(chunk);
      size += chunk.length;
      if (size > LARGEST_ANSWER) fail('the answer is too large');
      else if (isComplete(chunks)) finish();
    });
    socket.once('end', finish);
    socket.once('error', (problem) => fail(problem.message));
    socket.once('close', () => signal.removeEventListener('abort', stop));
  });
}

function requestText({ path, hostHeader, userAgent, form }: HttpTarget): string {
  const agent = userAgent ? `User-Agent: ${USER_AGENT}\r\n` : '';
  if (form === undefined) return `GET ${path} HTTP/1.0\r\n${agent}Host: ${hostHeader}\r\n\r\n`;
  const head = `POST ${path} HTTP/1.0\r\n${agent}Host: ${hostHeader}\r\n`;
  const length = Buffer.byteLength(form, 'latin1');
  return `${head}Content-Type: application/x-www-form-urlencoded\r\nContent-Length: ${length}\r\n\r\n${form}`;
}

function isComplete(chunks: readonly Buffer[]): boolean {
  const bytes = Buffer.concat(chunks);
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return false;
  const length = /^content-length:\s*(\d+)/im.exec(bytes.toString('latin1', 0, end))?.[1];
  return length !== undefined && bytes.length >= end + 4 + Number(length);
}

function parseAnswer(bytes: Buffer): HttpAnswer | undefined {
  const end = bytes.indexOf('\r\n\r\n');
  const head = bytes.toString('latin1', 0, Math.max(0, end));
  const status = /^HTTP\/1\.[01] (\d{3})/.exec(head)?.[1];
  if (end < 0 || status === undefined) return undefined;
  const contentType = /^content-type:\s*([^;\r\n]*)/im.exec(head)?.[1] ?? '';
  return {
    status: Number(status),
    contentType: contentType.trim().toLowerCase(),
    body: new Uint8Array(bytes.subarray(end + 4)),
  };
}
