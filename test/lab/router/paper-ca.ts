import { generateKeyPairSync, type KeyObject } from 'node:crypto';

import {
  basicConstraints,
  issueCertificate,
  keyUsage,
  nameFromText,
  parseCertificationRequest,
} from '../../../src/scep/index.ts';

const DAY_MS = 86_400_000;

/** A certification authority that is reached by carrying papers: no network, certificates in PEM. */
export class PaperCa {
  readonly certificate: Uint8Array;
  readonly #name: string;
  readonly #key: KeyObject;
  #serial = 1;

  /** Below `parent`, or a root of its own. */
  constructor(name = 'CN=Paper CA,O=Example', parent?: PaperCa) {
    this.#name = name;
    this.#key = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey;
    const signer = parent ?? this;
    this.certificate = issueCertificate({
      serial: signer.#next(),
      issuer: nameFromText(signer.#name),
      subject: nameFromText(name),
      publicKey: this.#key,
      notBefore: new Date(Date.now() - DAY_MS),
      notAfter: new Date(Date.now() + 3650 * DAY_MS),
      extensions: [basicConstraints({ ca: true }), keyUsage(['keyCertSign', 'cRLSign'])],
      signingKey: signer.#key,
      hash: 'sha256',
    });
  }

  get pem(): string {
    return pem('CERTIFICATE', this.certificate);
  }

  /** Signs the request that stands somewhere in a text, with or without PEM boundaries; the certificate in DER. */
  issue(text: string, days = 365): Uint8Array {
    const request = parseCertificationRequest(requestIn(text));
    return issueCertificate({
      serial: this.#next(),
      issuer: nameFromText(this.#name),
      subject: request.subject,
      publicKey: request.publicKey,
      notBefore: new Date(Date.now() - 2 * DAY_MS),
      notAfter: new Date(Date.now() + days * DAY_MS),
      extensions: request.extensions,
      signingKey: this.#key,
      hash: 'sha256',
    });
  }

  #next(): number {
    this.#serial += 1;
    return this.#serial;
  }
}

/** DER of the request that a router printed. */
export function requestIn(text: string): Uint8Array {
  const rows = text.split('\n').filter((line) => /^[A-Za-z0-9+/]{40,64}={0,2}$/.test(line));
  const last = text.split('\n').find((line) => /^[A-Za-z0-9+/]{1,39}={0,2}$/.test(line) && line !== 'yes');
  return new Uint8Array(Buffer.from([...rows, last ?? ''].join(''), 'base64'));
}

export function pem(label: string, der: Uint8Array): string {
  const rows =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${rows.join('\n')}\n-----END ${label}-----\n`;
}
