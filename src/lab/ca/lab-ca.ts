import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import {
  type AcceptedAlgorithms,
  type CertificateAuthority,
  type EnrollmentRequest,
  ScepServer,
} from '../../scep/index.ts';
import { LabAuthority } from './authority.ts';
import { NdesAdmin } from './ndes-admin.ts';
import { NDES_RULES, OneTimePasswords } from './one-time-passwords.ts';
import { type CaPolicy, scepAuthority } from './policy.ts';

export interface LabCaOptions {
  /** `ndes`: registration authority, one-time passwords, admin page. `generic`: CA alone, one fixed challenge. */
  readonly profile: 'ndes' | 'generic';
  /** X.500 text. */
  readonly name?: string;
  /** The one challenge of the generic profile. */
  readonly challenge?: string;
  readonly now?: () => Date;
  /** How long an issued certificate lives; 365 days unless said otherwise. */
  readonly lifeDays?: number;
  /** How long a one-time password lives, in milliseconds (PasswordValidity); an hour unless said otherwise. */
  readonly passwordValidityMs?: number;
  /** How long the certificates of CA and RA live from now, in days; 10 years unless said otherwise. */
  readonly authorityLifeDays?: { readonly ca?: number; readonly ra?: number };
  /** A rollover is near: GetNextCACert is offered and answered. `authority.prepareRollover` does so later. */
  readonly nextCa?: boolean;
  /** The digests and ciphers it takes; every one that there is unless said otherwise. */
  readonly accept?: AcceptedAlgorithms;
}

const DAY_MS = 86_400_000;
/** A request line with a whole PKCS#10 in it is longer than Node allows by default. */
const MAX_HEADER_BYTES = 131_072;

/** A CA of the lab that answers SCEP over HTTP, on loopback, with keys that die with it. */
export class LabCa implements AsyncDisposable {
  readonly profile: 'ndes' | 'generic';
  readonly authority: LabAuthority;
  readonly policy: CaPolicy;
  readonly passwords: OneTimePasswords;
  readonly port: number;
  /** Operations asked for, in order: `GetCACert`, `PKIOperation`. */
  readonly requests: string[] = [];
  /** Requests for a certificate that the CA had to decide on, in order, polls of pending ones included. */
  readonly asked: readonly EnrollmentRequest[];
  private readonly server: Server;

  private constructor(
    server: Server,
    parts: Pick<LabCa, 'profile' | 'authority' | 'policy' | 'passwords' | 'asked'>,
  ) {
    this.server = server;
    this.asked = parts.asked;
    this.port = (server.address() as AddressInfo).port;
    this.profile = parts.profile;
    this.authority = parts.authority;
    this.policy = parts.policy;
    this.passwords = parts.passwords;
  }

  static async start(options: LabCaOptions): Promise<LabCa> {
    const { profile, now = () => new Date(), lifeDays = 365 } = options;
    const authority = await LabAuthority.create({
      name: options.name ?? 'CN=Lab Issuing CA,O=Example',
      withRa: profile === 'ndes',
      now: now(),
      ...(options.authorityLifeDays === undefined ? {} : { lifeDays: options.authorityLifeDays }),
    });
    if (options.nextCa === true) await authority.prepareRollover(now());
    const passwords = new OneTimePasswords(
      { ...NDES_RULES, validityMs: options.passwordValidityMs ?? NDES_RULES.validityMs },
      now,
    );
    const policy: CaPolicy = {
      grant: 'automatic',
      validity: (at) => ({
        // A minute back, as CAs do: the router's clock may be a little behind.
        notBefore: new Date(at.getTime() - 60_000),
        notAfter: new Date(at.getTime() + lifeDays * DAY_MS),
      }),
    };
    const gate =
      profile === 'ndes'
        ? (challenge: string | undefined, id: string) =>
            challenge !== undefined && passwords.redeem(challenge, id)
        : (challenge: string | undefined) => challenge === options.challenge;
    const asked: EnrollmentRequest[] = [];
    const scep = new ScepServer({
      ...(options.accept === undefined ? {} : { accept: options.accept }),
      authority: remembering(scepAuthority({ profile, authority, policy, gate, now }), asked),
      reply:
        profile === 'ndes'
          ? { certificates: 'none', emptyContent: 'zero-octet' }
          : { certificates: 'signer' },
    });
    const admin = new NdesAdmin(passwords, authority.fingerprint('md5'));
    const server = createServer({ maxHeaderSize: MAX_HEADER_BYTES }, (request, response) => {
      void route(request, response).catch(() => response.destroy());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const ca = new LabCa(server, { profile, authority, policy, passwords, asked });
    return ca;

    async function route(request: IncomingMessage, response: ServerResponse): Promise<void> {
      const [path, rawQuery] = splitOnce(request.url ?? '', '?');
      if (profile === 'ndes' && /^\/certsrv\/mscep_admin\/?$/i.test(path))
        return admin.handle(request, response);
      if (!(profile === 'ndes' ? NDES_PATHS : GENERIC_PATHS).test(path)) {
        response.writeHead(404, { 'Content-Type': 'text/html' }).end('<h1>Not Found</h1>');
        return;
      }
      if (policy.maxQuery !== undefined && rawQuery.length > policy.maxQuery) {
        // A server that is not local tells no more than 404; the .15 is in its own log.
        response.writeHead(404, { 'Content-Type': 'text/html' }).end('<h1>Not Found</h1>');
        return;
      }
      ca.requests.push(/(?:^|&)operation=([^&]*)/i.exec(rawQuery)?.[1] ?? '');
      const body = new Uint8Array(await buffer(request));
      const answer = await scep.handle({ method: request.method ?? '', rawQuery, body });
      response.writeHead(answer.status, { ...answer.headers }).end(answer.body);
    }
  }

  /** What `enrollment url` takes. */
  get enrollmentUrl(): string {
    return `http://127.0.0.1:${this.port}${this.profile === 'ndes' ? '/certsrv/mscep/mscep.dll' : '/scep'}`;
  }

  get adminUrl(): string {
    return `http://127.0.0.1:${this.port}/certsrv/mscep_admin/`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** IOS appends /pkiclient.exe to whatever path it was given, and uses /cgi-bin without one. */
const NDES_PATHS = /^\/certsrv\/mscep(?:\/(?:mscep\.dll(?:\/pkiclient\.exe)?)?)?$/i;
const GENERIC_PATHS = /^\/(?:scep|cgi-bin)(?:\/(?:pkiclient\.exe)?)?$/;

function remembering(authority: CertificateAuthority, asked: EnrollmentRequest[]): CertificateAuthority {
  return {
    ...authority,
    decide(request) {
      asked.push(request);
      return authority.decide(request);
    },
  };
}

function splitOnce(text: string, mark: string): [string, string] {
  const at = text.indexOf(mark);
  return at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}
