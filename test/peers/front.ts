import { createServer, request as httpRequest, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** What a front changes on the way to a web server and back. */
export interface FrontRules {
  /** The path to ask for in place of the one that was asked for. */
  readonly path?: (path: string) => string;
  /** The answer to give in place of the one that came. */
  readonly answer?: (request: { readonly rawQuery: string }, body: Buffer) => Buffer;
}

const MAX_HEADER_BYTES = 131_072;

/** A small web server before another one, for peers that need a path or a word changed. On loopback. */
export class Front implements AsyncDisposable {
  readonly origin: string;
  /** The methods of the requests that came, in order. */
  readonly methods: readonly string[];
  readonly #server: Server;

  private constructor(server: Server, methods: readonly string[]) {
    this.#server = server;
    this.methods = methods;
    this.origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  /** `target` is the origin of the server behind: `http://127.0.0.1:8080`. */
  static async start(target: string, rules: FrontRules): Promise<Front> {
    const methods: string[] = [];
    const server = createServer({ maxHeaderSize: MAX_HEADER_BYTES }, (request, response) => {
      methods.push(request.method ?? '');
      void pass(request, target, rules).then(
        ({ status, type, body }) =>
          response
            .writeHead(status, {
              ...(type === undefined ? {} : { 'Content-Type': type }),
              'Content-Length': body.length,
              Connection: 'close',
            })
            .end(body),
        () => response.destroy(),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new Front(server, methods);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

interface Passed {
  readonly status: number;
  readonly type: string | undefined;
  readonly body: Buffer;
}

/** Takes URLs as they are: nothing is decoded on the way. */
async function pass(request: IncomingMessage, target: string, rules: FrontRules): Promise<Passed> {
  const [path = '', ...rest] = (request.url ?? '').split('?');
  const rawQuery = rest.join('?');
  const { hostname, port } = new URL(target);
  const sent = await buffer(request);
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const onward = httpRequest(
      {
        hostname,
        port,
        method: request.method,
        path: `${rules.path?.(path) ?? path}?${rawQuery}`,
        agent: false,
        headers: { 'Content-Length': sent.length },
      },
      resolve,
    );
    onward.once('error', reject);
    onward.end(sent);
  });
  const body = await buffer(answer);
  return {
    status: answer.statusCode ?? 502,
    type: answer.headers['content-type'],
    body: rules.answer?.({ rawQuery }, body) ?? body,
  };
}
