import http from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';

/** The admin page has 2 kB and an error page of IIS about 10; nobody may fill our memory. */
const LARGEST_BODY = 256 * 1024;

export interface Page {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Buffer;
  /** The connection it came over, to be asked for again. */
  readonly socket: Socket;
}

/** One connection to one web server, for pages that must be fetched over the same socket. */
export interface Connection {
  /**
   * Sends a GET. With `on`, fails with SocketChangedError before a byte is sent unless that socket carries it.
   * Throws what Node says of the network and of TLS, an AbortError at the deadline, PageTooLargeError.
   */
  get(url: URL, headers: Readonly<Record<string, string>>, on?: Socket): Promise<Page>;
  close(): void;
}

export class SocketChangedError extends Error {}
export class PageTooLargeError extends Error {}

/** `ca` is the PEM of further roots, beside those that Node trusts when it is absent. The signal ends every request. */
export function openConnection(protocol: string, signal: AbortSignal, ca?: string): Connection {
  const options = { keepAlive: true, maxSockets: 1 };
  const secure = protocol === 'https:';
  // No session cache: a resumed TLS session would not show the server's certificate, which NTLM is bound to.
  const agent = secure
    ? new https.Agent({ ...options, maxCachedSessions: 0, ...(ca === undefined ? {} : { ca }) })
    : new http.Agent(options);
  return {
    get: (url, headers, on) =>
      new Promise((resolve, reject) => {
        const request = (secure ? https : http).request(url, { agent, headers, signal });
        request.on('error', reject);
        request.on('response', (response) => {
          collect(response).then(resolve, (error: unknown) => {
            request.destroy();
            reject(error instanceof Error ? error : new Error(String(error)));
          });
        });
        request.on('socket', (socket) => {
          if (on === undefined || socket === on) request.end();
          else request.destroy(new SocketChangedError('the server closed the connection'));
        });
      }),
    close: () => agent.destroy(),
  };
}

async function collect(response: http.IncomingMessage): Promise<Page> {
  const { statusCode = 0, headers, socket } = response;
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > LARGEST_BODY) throw new PageTooLargeError(`more than ${LARGEST_BODY} bytes`);
    parts.push(part);
  }
  return { status: statusCode, headers, body: Buffer.concat(parts), socket };
}
