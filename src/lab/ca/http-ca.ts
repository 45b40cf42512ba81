import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

import { decodeMessageParameter, degenerateSignedData, parseCertificationRequest } from '../../scep/index.ts';
import { LabAuthority } from './authority.ts';

export interface LabHttpCaOptions {
  /** X.500 text. */
  readonly name?: string;
  /** What a request must bring besides the PKCS#10: form fields by name. `{ authcode: 'aaaa-bbbb-cccc' }` */
  readonly fields?: Readonly<Record<string, string>>;
  /** How certificates are sent; binary unless said otherwise. */
  readonly answers?: 'der' | 'base64' | 'pkcs7';
  readonly now?: () => Date;
  readonly lifeDays?: number;
  readonly keyBits?: number;
}

/** One request as it came. */
export interface HttpCaRequest {
  readonly method: string;
  readonly path: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly outcome: 'granted' | 'refused';
}

const DAY_MS = 86_400_000;
const MAX_HEADER_BYTES = 131_072;
/** The name of the field that holds the request. */
const REQUEST_FIELD = 'pkcs10Request';

/**
 * A CA without SCEP: its certificate lies at `/certs/cacert.der`, and whoever posts a PKCS#10 in a form to
 * `/cda-cgi/clientcgi.exe`, or asks for that path with it in the query, gets a certificate back.
 */
export class LabHttpCa implements AsyncDisposable {
  readonly authority: LabAuthority;
  readonly requests: HttpCaRequest[] = [];
  readonly #server: Server;
  readonly #options: LabHttpCaOptions;

  private constructor(authority: LabAuthority, options: LabHttpCaOptions) {
    this.authority = authority;
    this.#options = options;
    this.#server = createServer({ maxHeaderSize: MAX_HEADER_BYTES }, (request, response) => {
      void this.#route(request, response).catch(() => response.destroy());
    });
  }

  static async start(options: LabHttpCaOptions = {}): Promise<LabHttpCa> {
    const authority = await LabAuthority.create({
      name: options.name ?? 'CN=Lab Web CA,O=Example',
      withRa: false,
      now: (options.now ?? (() => new Date()))(),
      ...(options.keyBits === undefined ? {} : { keyBits: options.keyBits }),
    });
    const ca = new LabHttpCa(authority, options);
    await new Promise<void>((resolve) => ca.#server.listen(0, '127.0.0.1', resolve));
    return ca;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** For `authentication url`. */
  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** For `enrollment url`. */
  get enrollmentUrl(): string {
    return `${this.url}/cda-cgi/clientcgi.exe`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const method = request.method ?? '';
    const { pathname, search } = new URL(request.url ?? '/', this.url);
    if (pathname === '/certs/cacert.der') {
      this.#send(response, 200, this.authority.ca.certificate);
      return;
    }
    if (pathname !== '/cda-cgi/clientcgi.exe') {
      response.writeHead(404, { 'Content-Length': '0', Connection: 'close' }).end();
      return;
    }
    const form = new URLSearchParams(method === 'POST' ? await text(request) : search.slice(1));
    const fields = Object.fromEntries(form);
    const certificate = this.#grant(fields);
    const outcome = certificate === undefined ? 'refused' : 'granted';
    this.requests.push({ method, path: pathname, fields, outcome });
    if (certificate === undefined)
      response.writeHead(403, { 'Content-Length': '0', Connection: 'close' }).end();
    else this.#send(response, 200, certificate);
  }

  #grant(fields: Readonly<Record<string, string>>): Uint8Array | undefined {
    const { now = () => new Date(), lifeDays = 365 } = this.#options;
    const wanted = Object.entries(this.#options.fields ?? {});
    if (!wanted.every(([name, value]) => fields[name] === value)) return undefined;
    const der = decodeMessageParameter(fields[REQUEST_FIELD] ?? '');
    if (der === undefined) return undefined;
    try {
      const validity = {
        notBefore: new Date(now().getTime() - 60_000),
        notAfter: new Date(now().getTime() + lifeDays * DAY_MS),
      };
      const about = { challenge: undefined, transactionId: '', renewal: false };
      return this.authority.grant(parseCertificationRequest(der), validity, about);
    } catch {
      return undefined;
    }
  }

  #send(response: ServerResponse, status: number, der: Uint8Array): void {
    const { answers = 'der' } = this.#options;
    const body =
      answers === 'der'
        ? Buffer.from(der)
        : answers === 'pkcs7'
          ? Buffer.from(degenerateSignedData({ certificates: [der] }))
          : Buffer.from(
              `-----BEGIN CERTIFICATE-----\n${Buffer.from(der).toString('base64').replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`,
            );
    response
      .writeHead(status, {
        'Content-Type': 'application/octet-stream',
        'Content-Length': String(body.length),
        Connection: 'close',
      })
      .end(body);
  }
}
