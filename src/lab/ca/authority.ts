import { createHash, generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import type { CertificationRequest } from '../../scep/x509/certification-request.ts';
import {
  authorityKeyIdentifier,
  basicConstraints,
  type Extension,
  type KeyUsage,
  keyUsage,
  subjectKeyIdentifier,
} from '../../scep/x509/extensions.ts';
import { issueCertificate, randomSerial } from '../../scep/x509/issue.ts';
import { publicKeyInfo } from '../../scep/x509/keys.ts';
import { encodeName } from '../../scep/x509/name.ts';
import { nameFromText } from '../../scep/x509/name-text.ts';

/** A certificate with its private key. */
export interface Holder {
  readonly certificate: Uint8Array;
  readonly key: KeyObject;
}

export interface IssuedCertificate {
  readonly der: Uint8Array;
  /** DER of the PKCS#10 request. */
  readonly request: Uint8Array;
  readonly publicKey: Uint8Array;
  readonly challenge: string | undefined;
  readonly transactionId: string;
  readonly renewal: boolean;
}

export interface Validity {
  readonly notBefore: Date;
  readonly notAfter: Date;
}

const DAY_MS = 86_400_000;
const TEN_YEARS = 3650;
const makeKeyPair = promisify(generateKeyPair);

/** A certification authority of the lab: a root made anew at each start, with a registration authority if wanted. */
export class LabAuthority {
  readonly ca: Holder;
  /** The enrollment agent that signs replies, and the certificate requests are encrypted to. */
  readonly ra: { readonly signing: Holder; readonly encryption: Holder } | undefined;
  readonly issued: IssuedCertificate[] = [];
  /** The CA that takes over: the same name with a new key; undefined while no rollover is near. */
  next: Holder | undefined;
  private readonly name: Uint8Array;

  private constructor(name: Uint8Array, ca: Holder, ra: LabAuthority['ra']) {
    this.name = name;
    this.ca = ca;
    this.ra = ra;
  }

  /** `name` is X.500 text such as `CN=Lab CA,O=Example`; `lifeDays` how long CA and RA live from now, 10 years by default. */
  static async create(options: {
    name: string;
    withRa: boolean;
    now: Date;
    lifeDays?: { readonly ca?: number; readonly ra?: number };
  }): Promise<LabAuthority> {
    const { now, lifeDays = {} } = options;
    const name = encodeName(nameFromText(options.name));
    const validity = (days = TEN_YEARS): Validity => ({
      notBefore: new Date(now.getTime() - 2 * 365 * DAY_MS),
      notAfter: new Date(now.getTime() + days * DAY_MS),
    });
    const authority = new LabAuthority(name, await root(name, validity(lifeDays.ca)), undefined);
    if (!options.withRa) return authority;
    const signing = await authority.agent(
      'CN=NDES Enrollment Agent,O=Example',
      ['digitalSignature'],
      validity(lifeDays.ra),
    );
    const encryption = await authority.agent(
      'CN=NDES CEP Encryption,O=Example',
      ['keyEncipherment'],
      validity(lifeDays.ra),
    );
    return new LabAuthority(name, authority.ca, { signing, encryption });
  }

  /** Makes the next CA, as a CA does some time before its own certificate ends. */
  async prepareRollover(now: Date): Promise<Holder> {
    this.next = await root(this.name, {
      notBefore: now,
      notAfter: new Date(now.getTime() + TEN_YEARS * DAY_MS),
    });
    return this.next;
  }

  /** `SHA1:…` and `SHA256:…` of the CA certificate: what an operator pins. */
  get pins(): readonly string[] {
    return ['sha1', 'sha256'].map((hash) => `${hash.toUpperCase()}:${this.fingerprint(hash)}`);
  }

  fingerprint(hash: string): string {
    return createHash(hash).update(this.ca.certificate).digest('hex').toUpperCase();
  }

  /**
   * Grants a request: subject byte for byte as asked, and the requested key usage and alternative names. `by` is the CA
   * in office unless the request was meant for the next one.
   */
  grant(
    request: Pick<CertificationRequest, 'der' | 'subject' | 'publicKey' | 'extensions'>,
    validity: Validity,
    about: Pick<IssuedCertificate, 'challenge' | 'transactionId' | 'renewal'>,
    by: Holder = this.ca,
  ): Uint8Array {
    const der = this.issue(request.subject, request.publicKey, validity, request.extensions, by);
    this.issued.push({ der, request: request.der, publicKey: request.publicKey, ...about });
    return der;
  }

  private async agent(name: string, usages: readonly KeyUsage[], validity: Validity): Promise<Holder> {
    const key = await newKey();
    const certificate = this.issue(encodeName(nameFromText(name)), publicKeyInfo(key), validity, [
      keyUsage(usages, true),
    ]);
    return { certificate, key };
  }

  private issue(
    subject: Uint8Array,
    publicKey: Uint8Array,
    validity: Validity,
    extensions: readonly Extension[],
    by: Holder = this.ca,
  ): Uint8Array {
    return issueCertificate({
      serial: randomSerial(),
      issuer: this.name,
      subject,
      publicKey,
      ...validity,
      extensions: [
        ...extensions,
        authorityKeyIdentifier(publicKeyInfo(by.key)),
        subjectKeyIdentifier(publicKey),
      ],
      signingKey: by.key,
      hash: 'sha256',
    });
  }
}

async function root(name: Uint8Array, validity: Validity): Promise<Holder> {
  const key = await newKey();
  const publicKey = publicKeyInfo(key);
  const certificate = issueCertificate({
    serial: randomSerial(),
    issuer: name,
    subject: name,
    publicKey,
    ...validity,
    extensions: [
      // A CA without RA opens envelopes and signs replies with its own key, so it says all four.
      keyUsage(['digitalSignature', 'keyEncipherment', 'keyCertSign', 'cRLSign'], true),
      basicConstraints({ ca: true }),
      subjectKeyIdentifier(publicKey),
    ],
    signingKey: key,
    hash: 'sha256',
  });
  return { certificate, key };
}

async function newKey(): Promise<KeyObject> {
  const { privateKey } = await makeKeyPair('rsa', { modulusLength: 2048 });
  return privateKey;
}
