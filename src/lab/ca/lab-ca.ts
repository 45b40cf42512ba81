import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import {
  type AcceptedAlgorithms,
  type CertificateAuthority,
  type EnrollmentRequest,
  ScepServer,
} from '../../scep/index.ts';
import { type Holder, LabAuthority } from './authority.ts';
import { DailyChallenge } from './daily-challenge.ts';
import { ApprovalDesk, type Routine } from './desk.ts';
import { NdesAdmin } from './ndes-admin.ts';
import { NDES_RULES, OneTimePasswords } from './one-time-passwords.ts';
import { type CaPolicy, scepAuthority } from './policy.ts';
import type { Templates } from './templates.ts';

export interface LabCaOptions {
  /** `ndes`: registration authority, one-time passwords, admin page. `generic`: CA alone, one fixed challenge. */
  readonly profile: 'ndes' | 'generic';
  /** X.500 text. */
  readonly name?: string;
  /** The one challenge of the generic profile; another every day with `dailyZone`. */
  readonly challenge?: string;
  /** The generic profile's challenge changes at midnight of this zone of the IANA database: `Europe/Paris`. */
  readonly dailyZone?: string;
  /** The password of an NDES in single-password mode: for everybody, for ever. */
  readonly singlePassword?: string;
  /** Requests wait for an operator: at `desk`, or for as many polls as the routine says. */
  readonly approval?: 'manual' | Routine;
  /** 2: below a root; 3: below an intermediate CA below a root. Each answers SCEP by itself, see `parents`. */
  readonly tiers?: 1 | 2 | 3;
  /** Whether GetCACert brings the certificates of the CAs above, too; it does unless this is false. */
  readonly sendsChain?: boolean;
  /** A service in front of the CA answers SCEP with a CA certificate of its own; the CA behind it issues. */
  readonly connector?: boolean;
  /** The longest query the web server takes, in characters; IIS has 2048 unless it is told otherwise. */
  readonly maxQuery?: number;
  /** Where it listens; 127.0.0.1 unless it is to be reached by IPv6. */
  readonly host?: '127.0.0.1' | '::1';
  /** Of every key that the CA makes for itself; 2048 unless said otherwise. Less makes tests quick. */
  readonly keyBits?: number;
  /** By what templates an NDES issues for which key usage. */
  readonly templates?: Templates;
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

const ROOT_NAME = 'CN=Lab Root CA,O=Example';
const INTERMEDIATE_NAME = 'CN=Lab Intermediate CA,O=Example';
const CONNECTOR_NAME = 'CN=Lab SCEP CA,O=Example';

/** A CA of the lab that answers SCEP over HTTP, on loopback, with keys that die with it. */
export class LabCa implements AsyncDisposable {
  readonly profile: 'ndes' | 'generic';
  readonly authority: LabAuthority;
  readonly policy: CaPolicy;
  readonly passwords: OneTimePasswords;
  /** Where the requests of a manual CA lie. */
  readonly desk: ApprovalDesk;
  /** The challenge that changes every day, where there is one. */
  readonly daily: DailyChallenge | undefined;
  /** The CAs above, the nearest first, the root last; each answers SCEP, as a CA alone, with the challenge of this one. */
  readonly parents: readonly LabCa[];
  /** The service in front of the CA, where there is one: its certificate is what GetCACert brings. */
  readonly connector: Holder | undefined;
  readonly port: number;
  /** As it stands in a URL. */
  readonly host: string;
  /** Operations asked for, in order: `GetCACert`, `PKIOperation`. */
  readonly requests: string[] = [];
  /** Requests for a certificate that the CA had to decide on, in order, polls of pending ones included. */
  readonly asked: readonly EnrollmentRequest[];
  private readonly server: Server;

  private constructor(
    server: Server,
    parts: Pick<
      LabCa,
      'profile' | 'authority' | 'policy' | 'passwords' | 'asked' | 'desk' | 'daily' | 'parents' | 'connector'
    >,
  ) {
    this.server = server;
    this.asked = parts.asked;
    const { port, address, family } = server.address() as AddressInfo;
    this.port = port;
    this.host = family === 'IPv6' ? `[${address}]` : address;
    this.profile = parts.profile;
    this.authority = parts.authority;
    this.policy = parts.policy;
    this.passwords = parts.passwords;
    this.desk = parts.desk;
    this.daily = parts.daily;
    this.parents = parts.parents;
    this.connector = parts.connector;
  }

  static start(options: LabCaOptions): Promise<LabCa> {
    return LabCa.startBelow(options, undefined);
  }

  private static async startBelow(options: LabCaOptions, above: LabCa | undefined): Promise<LabCa> {
    const { profile, now = () => new Date(), lifeDays = 365, tiers = 1 } = options;
    if (tiers > 1) {
      const { name: _, tiers: __, connector: ___, maxQuery: ____, ...same } = options;
      const parent = await LabCa.startBelow(
        {
          ...same,
          profile: 'generic',
          name: tiers === 2 ? ROOT_NAME : INTERMEDIATE_NAME,
          tiers: tiers === 2 ? 1 : 2,
        },
        undefined,
      );
      return LabCa.startBelow({ ...options, tiers: 1 }, parent);
    }
    const keys = options.keyBits === undefined ? {} : { keyBits: options.keyBits };
    const authority = await LabAuthority.create({
      name: options.name ?? 'CN=Lab Issuing CA,O=Example',
      withRa: profile === 'ndes',
      now: now(),
      ...keys,
      ...(above === undefined ? {} : { parent: above.authority }),
      ...(options.authorityLifeDays === undefined ? {} : { lifeDays: options.authorityLifeDays }),
    });
    if (options.nextCa === true) await authority.prepareRollover(now());
    const passwords = new OneTimePasswords(
      { ...NDES_RULES, validityMs: options.passwordValidityMs ?? NDES_RULES.validityMs },
      now,
    );
    const policy: CaPolicy = {
      grant: options.approval === undefined ? 'automatic' : 'manual',
      ...(typeof options.approval === 'object' ? { routine: options.approval } : {}),
      ...(options.sendsChain === undefined ? {} : { sendsChain: options.sendsChain }),
      ...(options.maxQuery === undefined ? {} : { maxQuery: options.maxQuery }),
      ...(options.templates === undefined ? {} : { templates: options.templates }),
      validity: (at) => ({
        // A minute back, as CAs do: the router's clock may be a little behind.
        notBefore: new Date(at.getTime() - 60_000),
        notAfter: new Date(at.getTime() + lifeDays * DAY_MS),
      }),
    };
    const desk = new ApprovalDesk();
    const daily = options.dailyZone === undefined ? undefined : new DailyChallenge(options.dailyZone, now);
    const single = options.singlePassword;
    const gate = (challenge: string | undefined, id: string): boolean => {
      if (profile === 'generic') return challenge === (daily?.value ?? options.challenge);
      if (single !== undefined) return challenge === single;
      return challenge !== undefined && passwords.redeem(challenge, id);
    };
    const connector =
      options.connector === true
        ? (await LabAuthority.create({ name: CONNECTOR_NAME, withRa: false, now: now(), ...keys })).ca
        : undefined;
    const asked: EnrollmentRequest[] = [];
    const scep = new ScepServer({
      ...(options.accept === undefined ? {} : { accept: options.accept }),
      authority: remembering(
        scepAuthority({ profile, authority, policy, gate, desk, connector, now }),
        asked,
      ),
      reply:
        profile === 'ndes'
          ? { certificates: 'none', emptyContent: 'zero-octet' }
          : { certificates: 'signer' },
    });
    const admin = new NdesAdmin(passwords, authority.fingerprint('md5'), single);
    const server = createServer({ maxHeaderSize: MAX_HEADER_BYTES }, (request, response) => {
      void route(request, response).catch(() => response.destroy());
    });
    await new Promise<void>((resolve) => server.listen(0, options.host ?? '127.0.0.1', resolve));
    const parents = above === undefined ? [] : [above, ...above.parents];
    const ca = new LabCa(server, {
      profile,
      authority,
      policy,
      passwords,
      asked,
      desk,
      daily,
      parents,
      connector,
    });
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
    return `http://${this.host}:${this.port}${this.profile === 'ndes' ? '/certsrv/mscep/mscep.dll' : '/scep'}`;
  }

  get adminUrl(): string {
    return `http://${this.host}:${this.port}/certsrv/mscep_admin/`;
  }

  async close(): Promise<void> {
    await this.parents[0]?.close();
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
