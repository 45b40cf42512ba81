import { createHash, generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { parseCertificate } from '../../scep/x509/certificate.ts';
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
  /** The certificate template it was made from, where the CA has some. */
  readonly template?: string;
}

export interface Validity {
  readonly notBefore: Date;
  readonly notAfter: Date;
}

const DAY_MS = 86_400_000;
const TEN_YEARS = 3650;
/** Certificates that end so near to each other were made in one go, in milliseconds. */
const SAME_MOMENT_MS = 5000;
const DEFAULT_BITS = 2048;
const makeKeyPair = promisify(generateKeyPair);

/** A certification authority of the lab, made anew at each start: a root, or one below another; with a registration authority if wanted. */
export class LabAuthority {
  /** The CA in office. */
  ca: Holder;
  /** The enrollment agent that signs replies, and the certificate requests are encrypted to. */
  readonly ra: { readonly signing: Holder; readonly encryption: Holder } | undefined;
  readonly issued: IssuedCertificate[] = [];
  /** The CA that takes over: the same name with a new key; undefined while no rollover is near. */
  next: Holder | undefined;
  /** The CA that certified this one; undefined for a root. */
  readonly parent: LabAuthority | undefined;
  private readonly name: Uint8Array;
  readonly keyBits: number;

  /** When the last certificate of a subject ends, in milliseconds; by the subject's DER in hex. */
  readonly #lastEnds = new Map<string, number>();

  private constructor(
    name: Uint8Array,
    ca: Holder,
    others: {
      readonly ra: LabAuthority['ra'];
      readonly parent: LabAuthority | undefined;
      readonly keyBits: number;
    },
  ) {
    this.name = name;
    this.ca = ca;
    this.ra = others.ra;
    this.parent = others.parent;
    this.keyBits = others.keyBits;
  }

  /** `name` is X.500 text such as `CN=Lab CA,O=Example`; `lifeDays` how long CA and RA live from now, 10 years by default. */
  static async create(options: {
    name: string;
    withRa: boolean;
    now: Date;
    lifeDays?: { readonly ca?: number; readonly ra?: number };
    parent?: LabAuthority;
    /** Of every key it makes; 2048 by default. */
    keyBits?: number;
  }): Promise<LabAuthority> {
    const { now, lifeDays = {}, parent, keyBits = DEFAULT_BITS } = options;
    const name = encodeName(nameFromText(options.name));
    const validity = (days = TEN_YEARS): Validity => ({
      notBefore: new Date(now.getTime() - 2 * 365 * DAY_MS),
      notAfter: new Date(now.getTime() + days * DAY_MS),
    });
    const ca = await makeCa(name, validity(lifeDays.ca), { parent, keyBits });
    const authority = new LabAuthority(name, ca, { ra: undefined, parent, keyBits });
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
    return new LabAuthority(name, ca, { ra: { signing, encryption }, parent, keyBits });
  }

  /** Makes the next CA, as a CA does some time before its own certificate ends. */
  async prepareRollover(now: Date): Promise<Holder> {
    const validity = { notBefore: now, notAfter: new Date(now.getTime() + TEN_YEARS * DAY_MS) };
    this.next = await makeCa(this.name, validity, this);
    return this.next;
  }

  /** The next CA is in office from now on. Registration authorities keep the certificates they have. */
  takeOver(): void {
    if (this.next === undefined) throw new Error('there is no next CA');
    this.ca = this.next;
    this.next = undefined;
  }

  /** The certificates of the CAs above this one, the nearest first; none for a root. */
  get above(): readonly Uint8Array[] {
    return this.parent === undefined ? [] : [this.parent.ca.certificate, ...this.parent.above];
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
    about: Pick<IssuedCertificate, 'challenge' | 'transactionId' | 'renewal' | 'template'>,
    by: Holder = this.ca,
  ): Uint8Array {
    const der = this.issue(
      request.subject,
      request.publicKey,
      this.#behindLast(request.subject, validity),
      request.extensions,
      by,
    );
    this.issued.push({ der, request: request.der, publicKey: request.publicKey, ...about });
    return der;
  }

  /** A lab does in a moment what takes a year: a renewal ends later than what it replaces, if by a second only. */
  #behindLast(subject: Uint8Array, validity: Validity): Validity {
    const name = Buffer.from(subject).toString('hex');
    const last = this.#lastEnds.get(name) ?? 0;
    const wanted = validity.notAfter.getTime();
    const notAfter = Math.abs(wanted - last) < SAME_MOMENT_MS ? new Date(last + 1000) : validity.notAfter;
    this.#lastEnds.set(name, Math.floor(notAfter.getTime() / 1000) * 1000);
    return { ...validity, notAfter };
  }

  private async agent(name: string, usages: readonly KeyUsage[], validity: Validity): Promise<Holder> {
    const key = await newKey(this.keyBits);
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

/** A CA's key and certificate: signed by the CA above it, or by itself. */
async function makeCa(
  name: Uint8Array,
  validity: Validity,
  { parent, keyBits }: { readonly parent: LabAuthority | undefined; readonly keyBits: number },
): Promise<Holder> {
  const key = await newKey(keyBits);
  const publicKey = publicKeyInfo(key);
  const signer = parent?.ca;
  const certificate = issueCertificate({
    serial: randomSerial(),
    issuer: signer === undefined ? name : parseCertificate(signer.certificate).subject,
    subject: name,
    publicKey,
    ...validity,
    extensions: [
      // A CA without RA opens envelopes and signs replies with its own key, so it says all four.
      keyUsage(['digitalSignature', 'keyEncipherment', 'keyCertSign', 'cRLSign'], true),
      basicConstraints({ ca: true }),
      subjectKeyIdentifier(publicKey),
      ...(signer === undefined ? [] : [authorityKeyIdentifier(publicKeyInfo(signer.key))]),
    ],
    signingKey: signer?.key ?? key,
    hash: 'sha256',
  });
  return { certificate, key };
}

async function newKey(keyBits: number): Promise<KeyObject> {
  const { privateKey } = await makeKeyPair('rsa', { modulusLength: keyBits });
  return privateKey;
}
