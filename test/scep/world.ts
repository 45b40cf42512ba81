import { generateKeyPairSync, type KeyObject } from 'node:crypto';

import {
  authorityKeyIdentifier,
  basicConstraints,
  type CertificateAuthority,
  type CertificateOptions,
  certificationRequest,
  type Decision,
  type EnrollmentOptions,
  type EnrollmentRequest,
  type HttpTransport,
  type Identity,
  issueCertificate,
  keyUsage,
  nameFromText,
  parseCertificate,
  publicKeyInfo,
  type ReplyStyle,
  randomSerial,
  ScepClient,
  ScepServer,
  type ScepServerOptions,
  selfSignedSigner,
  subjectKeyIdentifier,
  temporarySigner,
} from '../../src/scep/index.ts';

export function rsaKey(): KeyObject {
  return generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
}

/** Keys for one test file: generating them is the slowest thing the tests do. */
export interface Keys {
  readonly ca: KeyObject;
  readonly ra: KeyObject;
  readonly router: KeyObject;
  readonly other: KeyObject;
}

export function makeKeys(): Keys {
  return { ca: rsaKey(), ra: rsaKey(), router: rsaKey(), other: rsaKey() };
}

export const NOW = new Date('2026-05-04T10:00:00Z');
export const LATER = new Date('2028-05-04T10:00:00Z');
export const CA_NAME = nameFromText('CN=Lab CA,O=Example');
export const ROUTER_NAME = [
  [{ type: 'cn', value: 'br-0001.example.net' }],
  [
    { type: 'serialnumber', value: '9ABCDEF' },
    { type: 'unstructuredname', value: 'br-0001.example.net' },
  ],
];

export function makeCa(key: KeyObject, name = CA_NAME, serial = 1): Identity {
  const certificate = issueCertificate({
    serial,
    issuer: name,
    subject: name,
    publicKey: key,
    notBefore: NOW,
    notAfter: LATER,
    extensions: [
      basicConstraints({ ca: true }),
      keyUsage(['keyCertSign', 'cRLSign', 'digitalSignature', 'keyEncipherment'], true),
      subjectKeyIdentifier(publicKeyInfo(key)),
    ],
    signingKey: key,
    hash: 'sha256',
  });
  return { certificate, key };
}

export interface Issue {
  readonly ca: Identity;
  readonly subject: Uint8Array | ReturnType<typeof nameFromText>;
  readonly publicKey: CertificateOptions['publicKey'];
  readonly usages?: readonly ('digitalSignature' | 'keyEncipherment')[];
  readonly serial?: number;
}

export function issue({ ca, subject, publicKey, usages, serial }: Issue): Uint8Array {
  const parsed = parseCertificate(ca.certificate);
  return issueCertificate({
    serial: serial ?? randomSerial(),
    issuer: parsed.subject,
    subject,
    publicKey,
    notBefore: NOW,
    notAfter: LATER,
    extensions: [
      ...(usages === undefined ? [] : [keyUsage(usages)]),
      authorityKeyIdentifier(parsed.publicKey),
    ],
    signingKey: ca.key,
    hash: 'sha256',
  });
}

export function makeRequest(key: KeyObject, challengePassword = 'OTP-1', subject = ROUTER_NAME): Uint8Array {
  return certificationRequest({ subject, key, hash: 'sha256', challengePassword });
}

export function routerSigner(key: KeyObject): Identity {
  const fqdn = 'br-0001.example.net';
  return { certificate: selfSignedSigner({ fqdn, key, hash: 'sha256', notBefore: NOW }), key };
}

/** A CA whose decisions a test writes, and the log of what it was asked. */
export interface TestAuthority extends CertificateAuthority {
  readonly asked: EnrollmentRequest[];
}

export function makeAuthority(
  ca: Identity,
  decide: (request: EnrollmentRequest) => Decision | Promise<Decision> = grantWith(ca),
  parts: Partial<CertificateAuthority> = {},
): TestAuthority {
  const asked: EnrollmentRequest[] = [];
  return {
    asked,
    capabilities: () => ['AES', 'DES3', 'POSTPKIOperation', 'Renewal', 'SHA-256', 'SHA-1'],
    caCertificates: () => [ca.certificate],
    recipients: () => [ca],
    signer: () => ca,
    ...parts,
    decide: (request) => {
      asked.push(request);
      return decide(request);
    },
  };
}

export function grantWith(ca: Identity): (request: EnrollmentRequest) => Decision {
  return ({ csr }) => ({
    status: 'granted',
    certificate: issue({ ca, subject: csr.subject, publicKey: csr.publicKey }),
  });
}

export function makeServer(
  authority: CertificateAuthority,
  reply: ReplyStyle = {},
  options: Partial<ScepServerOptions> = {},
): ScepServer {
  return new ScepServer({ authority, reply, ...options });
}

/** Carries requests to a server in this process, as HTTP would. */
export function transportTo(server: ScepServer, log: string[] = []): HttpTransport {
  return async ({ method, url, body }) => {
    const rawQuery = url.slice(url.indexOf('?') + 1);
    log.push(`${method} ${rawQuery.split('&')[0]}`);
    const answer = await server.handle({ method, rawQuery, ...(body === undefined ? {} : { body }) });
    const headers = Object.entries(answer.headers).map(
      ([name, value]) => [name.toLowerCase(), value] as const,
    );
    return { status: answer.status, headers: Object.fromEntries(headers), body: answer.body };
  };
}

/** A client of a server in this process, with what its messages need: the CA as found and a temporary signer. */
export async function startClient(
  server: ScepServer,
  key: KeyObject,
  csr: Uint8Array,
  transport: HttpTransport = transportTo(server),
) {
  const client = new ScepClient({ url: 'http://ca.test/scep', transport });
  const context = {
    ca: await client.getCaCertificates('BRANCH'),
    capabilities: await client.getCaCaps('BRANCH'),
    signer: temporarySigner({ csr, key, now: NOW }),
  };
  const options: EnrollmentOptions = { ...context, csr };
  return { client, context, options };
}
