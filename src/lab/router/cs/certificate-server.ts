import { type KeyObject, randomBytes } from 'node:crypto';

import {
  type CertificationRequest,
  type Digest,
  type EnrollmentRequest,
  encodeName,
  type Identity,
  isIssuedBy,
  parseCertificate,
  ScepServer,
} from '../../../scep/index.ts';
import type { ConfigBlock } from '../config/running.ts';
import { nameParts, storeCertificate } from '../pki/stored-certificate.ts';
import { parseSubjectName } from '../pki/subject.ts';
import type { Router } from '../router.ts';
import { certifyItself, issueByServer } from './issue.ts';
import { forwardToCa } from './registration-authority.ts';
import { isRegistrationAuthority, RequestDatabase, type ServerRequest } from './request-database.ts';
import { serverAuthority } from './server-authority.ts';

/** A certificate the server gave out. */
export interface ServerCertificate {
  readonly der: Uint8Array;
  readonly subject: string;
}

/** What of a certificate server no configuration line says. */
export interface ServerManners {
  /** What `password generate` prints around a password; the text of no release is known from captures. */
  readonly passwordLines?: (password: string, minutes: number) => readonly string[];
  /**
   * What becomes of a request whose challenge is not the password that was generated: `pending` waits for the operator
   * like one without any; which of the two a release does is not known from captures.
   */
  readonly wrongPassword?: 'pending' | 'rejected';
  /** A renewal, signed with a certificate of the server that is in force: granted at once, or as a new request. */
  readonly renewals?: 'granted' | 'as-new';
}

const CA_DAYS = 1095;
const CERTIFICATE_DAYS = 365;
const DEFAULT_KEY_BITS = 1024;
const PASSWORD_BYTES = 8;

/** A `crypto pki server`: a CA, or a registration authority in front of one, inside a router. */
export class CertificateServer {
  readonly name: string;
  readonly manners: ServerManners;
  /** Its lines, by the words a later line replaces an earlier one by. */
  readonly settings: ConfigBlock = new Map();
  readonly requests = new RequestDatabase();
  readonly issued: ServerCertificate[] = [];
  readonly revoked = new Set<ServerCertificate>();
  readonly router: Router;
  readonly scep: ScepServer;
  enabled = false;
  /** The CA's own certificate and key; a registration authority has none. */
  ca: Identity | undefined;
  /** The CA after this one, once its rollover is near. */
  next: Identity | undefined;
  #serial = 0;
  #password: { readonly text: string; readonly expiresAt: number } | undefined;

  constructor(router: Router, name: string, manners: ServerManners = {}) {
    this.router = router;
    this.name = name;
    this.manners = manners;
    this.scep = new ScepServer({ authority: serverAuthority(this), now: () => router.clock.now().getTime() });
  }

  get isRa(): boolean {
    return this.settings.has('mode');
  }

  /** `auto`, `none`, `ra-auto`, `auto trustpoint X`; manual without a line. */
  get granting(): string {
    return this.settings.get('grant')?.slice('grant '.length) ?? 'manual';
  }

  get issuerText(): string {
    return this.settings.get('issuer-name')?.slice('issuer-name '.length) ?? `cn=${this.name}`;
  }

  get lastSerial(): number {
    return this.#serial;
  }

  /** The key and certificate that answer SCEP: the CA's own, or the registration authority's. */
  get agent(): Identity {
    this.#followRollover();
    const agent = this.ca ?? this.#raIdentity();
    if (agent === undefined) throw new Error(`certificate server ${this.name} is not enabled`);
    return agent;
  }

  /** The certificate of the CA that signs what is given out: its own, or that of the CA behind it. */
  get caCertificate(): Uint8Array | undefined {
    return this.ca?.certificate ?? this.router.trustpoints.get(this.name)?.ca?.certificate.der;
  }

  /** Makes the CA's key where none bears the server's name, and its certificate, and starts to answer. */
  async enableCa(keyBits = DEFAULT_KEY_BITS): Promise<void> {
    const { router, name } = this;
    const key = router.keys.get(name) ?? (await router.keys.generate(name, keyBits, false));
    this.ca ??= { certificate: this.#selfSigned(key.privateKey), key: key.privateKey };
    const trustpoint = router.trustpoints.open(name);
    trustpoint.set('rsakeypair', {
      line: `rsakeypair ${name}`,
      args: { label: name },
      words: ['rsakeypair'],
    });
    trustpoint.ca ??= storeCertificate(this.ca.certificate, router.clock.now());
    this.start();
  }

  /** Answers from now on. */
  start(): void {
    this.enabled = true;
    this.router.syslog.log('PKI-6-CS_ENABLED', 'Certificate server now enabled.');
    if (this.granting === 'auto') this.logAutoGrant();
  }

  stop(): void {
    this.enabled = false;
    this.router.syslog.log('PKI-6-CS_DISABLED', 'Certificate server now disabled.');
  }

  logAutoGrant(): void {
    this.router.syslog.log('PKI-6-CS_GRANT_AUTO', 'All enrollment requests will be automatically granted.');
  }

  /** Makes the CA's next certificate, with a key of its own, as `auto-rollover` does some time before the end. */
  async prepareRollover(): Promise<Identity> {
    const key = await this.router.keys.generate(`${this.name}#`, DEFAULT_KEY_BITS, false);
    this.next = { certificate: this.#selfSigned(key.privateKey), key: key.privateKey };
    return this.next;
  }

  /** A one-time password that stands for the operator's consent; the one before is void from now on. */
  generatePassword(minutes: number): string {
    const text = randomBytes(PASSWORD_BYTES).toString('hex').toUpperCase();
    this.#password = { text, expiresAt: this.router.clock.now().getTime() + minutes * 60_000 };
    return text;
  }

  /** Whether a challenge is the password that was generated. It is void afterwards. */
  redeem(challenge: string | undefined): boolean {
    const password = this.#password;
    if (password === undefined || challenge !== password.text) return false;
    if (password.expiresAt < this.router.clock.now().getTime()) return false;
    this.#password = undefined;
    return true;
  }

  /** The operator's yes: a CA issues, a registration authority asks its CA. */
  grant(request: ServerRequest): void {
    if (request.state !== 'pending') return;
    if (this.ca === undefined) {
      request.state = 'authorized';
      void forwardToCa(this, request).catch((reason: unknown) => this.router.fail(reason));
      return;
    }
    this.settle(request, this.#issue(request));
  }

  reject(request: ServerRequest): void {
    if (request.state === 'pending') request.state = 'rejected';
  }

  /** The certificate is there. */
  settle(request: ServerRequest, certificate: Uint8Array): void {
    request.certificate = certificate;
    request.state = 'granted';
    this.issued.push({ der: certificate, subject: request.subject });
  }

  /** Notes a request and decides on it, as far as the server decides by itself. */
  receive({ csr, transactionId, recipient, challenge, renewal, signer }: EnrollmentRequest): ServerRequest {
    const request = this.requests.add({ csr, transactionId, recipient });
    const inForce = signer.notBefore <= this.router.clock.now() && this.router.clock.now() <= signer.notAfter;
    if (this.granting === 'none') this.reject(request);
    else if (this.granting === 'auto' || this.redeem(challenge)) this.grant(request);
    else if (renewal && inForce && this.manners.renewals === 'granted') this.grant(request);
    else if (this.#vouchedFor(signer, renewal && inForce)) this.grant(request);
    else if (challenge !== undefined && this.manners.wrongPassword === 'rejected') this.reject(request);
    return request;
  }

  /** A request that the operator pastes. */
  receiveByHand(csr: CertificationRequest): ServerRequest {
    const request = this.requests.add({ csr, transactionId: '', recipient: this.agent.certificate });
    if (this.granting === 'auto') this.grant(request);
    else if (this.granting === 'none') this.reject(request);
    return request;
  }

  /** `grant ra-auto`, and `grant auto trustpoint X`: whoever signed the request is known. */
  #vouchedFor(signer: EnrollmentRequest['signer'], isOurs: boolean): boolean {
    const [, vouching] = /^auto trustpoint (\S+)$/.exec(this.granting) ?? [];
    if (vouching !== undefined) {
      const anchor = this.router.trustpoints.get(vouching)?.ca;
      return anchor !== undefined && isIssuedBy(signer, anchor.certificate);
    }
    return this.granting === 'ra-auto' && isOurs && isRegistrationAuthority(nameParts(signer.subject));
  }

  #issue({ csr, recipient }: ServerRequest): Uint8Array {
    const { next } = this;
    const by = next !== undefined && Buffer.compare(next.certificate, recipient) === 0 ? next : this.ca;
    if (by === undefined) throw new Error(`certificate server ${this.name} is no CA`);
    this.#serial += 1;
    return issueByServer(csr, by, {
      serial: this.#serial,
      now: this.router.clock.now(),
      days: this.#days('lifetime certificate', CERTIFICATE_DAYS),
      hash: this.#hash,
    });
  }

  #selfSigned(key: KeyObject): Uint8Array {
    const name = encodeName(parseSubjectName(this.issuerText) ?? [[{ type: 'cn', value: this.name }]]);
    this.#serial += 1;
    return certifyItself(name, key, {
      serial: this.#serial,
      now: this.router.clock.now(),
      days: this.#days('lifetime ca-certificate', CA_DAYS),
      hash: this.#hash,
    });
  }

  /** The next CA takes over when the certificate of the one in office ends. */
  #followRollover(): void {
    const { ca, next, router } = this;
    if (ca === undefined || next === undefined) return;
    if (parseCertificate(ca.certificate).notAfter > router.clock.now()) return;
    this.ca = next;
    this.next = undefined;
    router.keys.rename(`${this.name}#`, this.name);
    const trustpoint = router.trustpoints.open(this.name);
    trustpoint.ca = storeCertificate(next.certificate, router.clock.now());
  }

  #raIdentity(): Identity | undefined {
    const identity = this.router.trustpoints.get(this.name)?.identity;
    const key = this.router.keys.get(identity?.keyLabel ?? '');
    if (identity === undefined || key === undefined) return undefined;
    return { certificate: identity.certificate.der, key: key.privateKey };
  }

  /** Days of a `lifetime` line: `lifetime certificate 200`. */
  #days(key: string, preset: number): number {
    const text = this.settings.get(key)?.slice(key.length).trim();
    return text === undefined ? preset : Number(text);
  }

  get #hash(): Digest {
    const word = this.settings.get('hash')?.slice('hash '.length);
    const chosen = (['md5', 'sha1', 'sha256', 'sha384', 'sha512'] as const).find((hash) => hash === word);
    return chosen ?? this.router.personality.request.hash;
  }
}

/** The certificate servers of a router, by name. */
export class CertificateServers {
  readonly #router: Router;
  readonly #servers = new Map<string, CertificateServer>();

  constructor(router: Router) {
    this.#router = router;
  }

  get all(): readonly CertificateServer[] {
    return [...this.#servers.values()];
  }

  get(name: string): CertificateServer | undefined {
    return this.#servers.get(name);
  }

  /** The server of that name, made when there is none. */
  open(name: string, manners?: ServerManners): CertificateServer {
    const found = this.#servers.get(name);
    if (found !== undefined) return found;
    const made = new CertificateServer(this.#router, name, manners);
    this.#servers.set(name, made);
    return made;
  }

  remove(name: string): void {
    this.#servers.delete(name);
  }
}
