import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

import type { Router } from './router.ts';

/** A request line with a whole PKCS#10 in it is longer than Node allows by default. */
const MAX_HEADER_BYTES = 131_072;

/**
 * The router's HTTP server, on a port of its own on loopback. Without `ip http server` in the configuration every
 * connection is dropped. All that it serves is SCEP, of the certificate server that is enabled.
 */
export class HttpService {
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(router: Router, { host, port }: { host: string; port: number }): Promise<HttpService> {
    const server = createServer({ maxHeaderSize: MAX_HEADER_BYTES }, (request, response) => {
      if (router.config.line('ip http server') !== 'ip http server') request.socket.destroy();
      else void answer(router, request, response).catch(() => response.destroy());
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, resolve);
    });
    return new HttpService(server);
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

async function answer(router: Router, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const [path = '', rawQuery = ''] = splitOnce(request.url ?? '');
  const server = router.servers.all.find(({ enabled }) => enabled);
  if (server === undefined || !/(?:^|\/)pkiclient\.exe$/i.test(path)) {
    response.writeHead(404, { 'Content-Type': 'text/html' }).end('<h1>404 Not Found</h1>');
    return;
  }
  const body = new Uint8Array(await buffer(request));
  const reply = await server.scep.handle({ method: request.method ?? '', rawQuery, body });
  response.writeHead(reply.status, { ...reply.headers }).end(reply.body);
}

function splitOnce(text: string): readonly string[] {
  const at = text.indexOf('?');
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}
