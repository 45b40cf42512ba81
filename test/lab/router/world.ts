import { createHash, generateKeyPairSync, type KeyObject, X509Certificate } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { RouterOptions } from '../../../src/lab/router/options.ts';
import { VirtualRouter } from '../../../src/lab/router/virtual-router.ts';
import {
  basicConstraints,
  type CaCapability,
  type Decision,
  type EnrollmentRequest,
  issueCertificate,
  keyUsage,
  nameFromText,
  ScepServer,
} from '../../../src/scep/index.ts';
import { NETOPS } from './typist.ts';

/** Small keys: the tests are about what a router says, not about how strong its keys are. */
export function smallKey(): KeyObject {
  return generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey;
}

/** A router with what every test needs, and keys made quickly. */
export function startRouter(options: Partial<RouterOptions> = {}): Promise<VirtualRouter> {
  return VirtualRouter.start({
    hostname: 'R15',
    domain: 'example.net',
    release: '15.7',
    ssh: 'modern',
    users: [{ name: NETOPS.username, password: NETOPS.password, privilege: 15 }],
    clock: { start: 'system', authoritative: true },
    serialNumber: '67109104',
    keygen: () => Promise.resolve(smallKey()),
    enrollDelayMs: 5,
    minuteMs: 20,
    ...options,
  });
}

/** What one GET looked like on the wire, down to the header names as sent. */
export interface SeenRequest {
  readonly url: string;
  readonly httpVersion: string;
  readonly headers: readonly string[];
}

export interface TinyCaOptions {
  /** How to answer each request; grants it unless given. */
  readonly decide?: (request: EnrollmentRequest, ca: TinyCa) => Decision;
  readonly capabilities?: readonly CaCapability[];
  /** Registration authority certificates in front of the CA. */
  readonly withRas?: boolean;
}

const DAY_MS = 86_400_000;

/** A SCEP certification authority in a test's pocket: one key, a counter, whatever decision the test wants. */
export class TinyCa implements AsyncDisposable {
  readonly key = smallKey();
  readonly certificate: Uint8Array;
  readonly requests: EnrollmentRequest[] = [];
  readonly seen: SeenRequest[] = [];
  readonly #http: Server;
  #serial = 1;

  private constructor(options: TinyCaOptions) {
    this.certificate = this.#selfSigned();
    const ra = options.withRas === true ? this.#registrationAuthority() : undefined;
    const identity = ra ?? { certificate: this.certificate, key: this.key };
    const scep = new ScepServer({
      authority: {
        capabilities: () => options.capabilities ?? ['Renewal', 'SHA-256', 'DES3'],
        caCertificates: () => (ra === undefined ? [this.certificate] : [ra.certificate, this.certificate]),
        recipients: () => [identity],
        signer: () => identity,
        decide: (request) => {
          this.requests.push(request);
          return options.decide?.(request, this) ?? this.grant(request);
        },
      },
    });
    this.#http = createServer({ maxHeaderSize: 131_072 }, (request, response) => {
      const { url = '', httpVersion, method = '', rawHeaders } = request;
      this.seen.push({ url, httpVersion, headers: rawHeaders });
      const rawQuery = url.split('?')[1] ?? '';
      void scep.handle({ method, rawQuery, body: new Uint8Array() }).then(({ status, headers, body }) => {
        response.writeHead(status, headers);
        response.end(body);
      });
    });
  }

  static async start(options: TinyCaOptions = {}): Promise<TinyCa> {
    const ca = new TinyCa(options);
    await new Promise<void>((resolve) => ca.#http.listen(0, '127.0.0.1', resolve));
    return ca;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#http.address() as AddressInfo).port}`;
  }

  /** Upper-case hex of a hash of the CA certificate. */
  fingerprint(hash: 'md5' | 'sha1'): string {
    const x509 = new X509Certificate(this.certificate);
    return hash === 'sha1' ? x509.fingerprint.replaceAll(':', '') : md5(this.certificate);
  }

  grant({ csr }: EnrollmentRequest): Decision {
    this.#serial += 1;
    const notBefore = new Date(Date.UTC(2026, 0, 2, 3, 4, 5));
    const certificate = issueCertificate({
      serial: this.#serial,
      issuer: nameFromText('CN=Tiny CA,O=Example'),
      subject: csr.subject,
      publicKey: csr.publicKey,
      notBefore,
      notAfter: new Date(notBefore.getTime() + 365 * DAY_MS),
      extensions: [keyUsage(['digitalSignature', 'keyEncipherment'], true)],
      signingKey: this.key,
      hash: 'sha256',
    });
    return { status: 'granted', certificate };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#http.closeAllConnections();
    await new Promise((resolve) => this.#http.close(resolve));
  }

  #selfSigned(): Uint8Array {
    const name = nameFromText('CN=Tiny CA,O=Example');
    return issueCertificate({
      serial: 1,
      issuer: name,
      subject: name,
      publicKey: this.key,
      notBefore: new Date(Date.UTC(2026, 0, 1)),
      notAfter: new Date(Date.UTC(2036, 0, 1)),
      extensions: [basicConstraints({ ca: true }), keyUsage(['keyCertSign', 'cRLSign', 'digitalSignature'])],
      signingKey: this.key,
      hash: 'sha256',
    });
  }

  #registrationAuthority(): { certificate: Uint8Array; key: KeyObject } {
    const key = smallKey();
    const certificate = issueCertificate({
      serial: 0x7001,
      issuer: nameFromText('CN=Tiny CA,O=Example'),
      subject: nameFromText('CN=Tiny RA,O=Example'),
      publicKey: key,
      notBefore: new Date(Date.UTC(2026, 0, 1)),
      notAfter: new Date(Date.UTC(2028, 0, 1)),
      extensions: [keyUsage(['digitalSignature', 'keyEncipherment'])],
      signingKey: this.key,
      hash: 'sha256',
    });
    return { certificate, key };
  }
}

function md5(bytes: Uint8Array): string {
  return createHash('md5').update(bytes).digest('hex').toUpperCase();
}

/** Waits for a condition of the router's own state. */
export async function until(holds: () => boolean): Promise<void> {
  const deadline = Date.now() + 5_000;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error('the condition never held');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
