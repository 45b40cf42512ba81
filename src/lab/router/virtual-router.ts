import { createPrivateKey, type KeyObject } from 'node:crypto';

import { runLine } from './commands/dispatch.ts';
import { renderConfig } from './config/render.ts';
import type { CertificateServer } from './cs/certificate-server.ts';
import { HttpService } from './http-service.ts';
import type { PresetServer, PresetTrustpoint, RouterOptions } from './options.ts';
import type { RouterKey } from './pki/key-store.ts';
import { leavePending } from './pki/request.ts';
import { type StoredCertificate, storeCertificate } from './pki/stored-certificate.ts';
import { Router, type SessionInfo, type TypedEntry } from './router.ts';
import { NO_LINE, Shell } from './shell.ts';
import { SshServer } from './ssh-server.ts';
import { startingLines } from './starting-faults.ts';

/** A certificate the router holds, for whoever looks from outside. */
export interface HeldCertificate {
  readonly trustpoint: string;
  /** `encryption`: that of the second of two usage keys. */
  readonly kind: 'identity' | 'encryption' | 'ca' | 'ra' | 'rollover' | 'rollover-ca';
  readonly der: Uint8Array;
}

/** The router's state as seen from outside. Every read is of the moment. */
export interface RouterState {
  readonly keys: readonly RouterKey[];
  readonly trustpoints: readonly {
    readonly name: string;
    readonly lines: readonly string[];
    readonly status: string | undefined;
    readonly isPending: boolean;
    /** A request is being made or asked about. */
    readonly isEnrolling: boolean;
  }[];
  readonly certificates: readonly HeldCertificate[];
  readonly running: string;
  readonly startup: string;
  readonly clock: { readonly now: Date; readonly authoritative: boolean; readonly source: string };
  /** Every line typed on any session; what was typed hidden stands as `<hidden>`. */
  readonly typed: readonly TypedEntry[];
  readonly sessions: readonly SessionInfo[];
  readonly log: readonly string[];
  /** Faults of the lab itself: always empty, unless it has a bug. */
  readonly failures: readonly unknown[];
}

/**
 * A virtual Cisco IOS router on a real SSH port. It generates keys, speaks SCEP over HTTP with the CA its
 * `enrollment url` names, and keeps what it was configured with until it is closed.
 */
export class VirtualRouter implements AsyncDisposable {
  readonly #router: Router;
  readonly #server: SshServer;
  readonly #host: string;
  readonly #http: HttpService | undefined;
  readonly state: RouterState;

  private constructor(
    router: Router,
    server: SshServer,
    { host, http }: { host: string; http: HttpService | undefined },
  ) {
    this.#router = router;
    this.#server = server;
    this.#host = host;
    this.#http = http;
    this.state = stateOf(router);
  }

  /**
   * Starts a router. Rejects when the address cannot be listened on, or when a preset line is refused
   * (with the line and the router's answer).
   */
  static async start(options: RouterOptions): Promise<VirtualRouter> {
    const router = new Router(options);
    await typeLines(router, [...startingLines(router.faults), ...(options.running ?? [])]);
    for (const preset of options.preset ?? []) await installPreset(router, preset);
    if (options.certificateServer !== undefined) await startServer(router, options.certificateServer);
    router.config.lastChange = undefined;
    router.writeStartup();
    const server = new SshServer(router, options);
    await server.listen();
    const host = options.listen?.host ?? '127.0.0.1';
    const port = options.http?.port ?? (options.certificateServer === undefined ? undefined : 0);
    const http = port === undefined ? undefined : await HttpService.start(router, { host, port });
    return new VirtualRouter(router, server, { host, http });
  }

  get hostname(): string {
    return this.#router.config.hostname;
  }

  get port(): number {
    return this.#server.port;
  }

  /** A known_hosts line: `[127.0.0.1]:2201 ecdsa-sha2-nistp256 AAAA...`. Makes the host key when there is none yet. */
  get hostKeyLine(): string {
    return `[${this.#host}]:${this.port} ${this.#server.hostKey.publicText}`;
  }

  /** The port of its HTTP server; undefined when it was started without one. */
  get httpPort(): number | undefined {
    return this.#http?.port;
  }

  /** What others give as `enrollment url` to reach the router's certificate server. Throws when it serves no HTTP. */
  get serverUrl(): string {
    if (this.#http === undefined) throw new Error(`${this.hostname} was started without an HTTP server`);
    return `http://${this.#host}:${this.#http.port}`;
  }

  /** The files on its devices, by name: `flash:br-1.req`. Others may be put there. */
  get files(): Map<string, Uint8Array> {
    return this.#router.files;
  }

  /** A certificate server of the router, to look at its requests and to decide on them without typing. */
  certificateServer(name: string): CertificateServer {
    const found = this.#router.servers.get(name);
    if (found === undefined) throw new Error(`${this.hostname} has no certificate server ${name}`);
    return found;
  }

  /** Writes a line to the router's log, as if something had happened to it. */
  log(message: string, text: string): void {
    this.#router.syslog.log(message, text);
  }

  /** Somebody types configuration lines on the console. Rejects with the answer to a line that is refused. */
  configure(lines: readonly string[]): Promise<void> {
    return typeLines(this.#router, lines);
  }

  /** Somebody schedules a reload on the console. */
  scheduleReload(minutes: number): void {
    this.#router.reload.begin(minutes, 'console');
  }

  /** What a rollback timer or a scheduled reload would do when its time is over, it does now. */
  runOutTimers(): void {
    this.#router.rollback.runOut();
    this.#router.reload.runOut();
  }

  /** The clock jumps, as if a time server had set it: certificates end, timers run out. */
  setClock(to: Date): void {
    this.#router.clock.set(to, 'ntp');
  }

  /** Takes all faults away; a clock that never followed its servers stays so. */
  repair(): void {
    this.#router.faults.clear();
  }

  /** Ends every session and everything that runs in the background. */
  async close(): Promise<void> {
    this.#router.stop();
    await this.#http?.close();
    await this.#server.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

/** Types configuration lines on a line nobody sees. Throws an Error with the answer to a line that is refused. */
async function typeLines(router: Router, lines: readonly string[]): Promise<void> {
  let said = '';
  const wire = {
    write: (text: string) => {
      said += text;
    },
    end: () => {},
    cut: () => {},
  };
  const place = { user: 'lab', privilege: 15, line: NO_LINE, remote: 'console' };
  const shell = new Shell(router, wire, place);
  shell.resize({ width: 0, length: 0 });
  shell.enter('config');
  for (const line of lines) {
    said = '';
    await runLine(router, shell, line, 0);
    if (/^%(?! Generating)/m.test(said))
      throw new Error(`the router refuses its preset line "${line}": ${said.trim()}`);
  }
}

/** As if its operator had configured and enabled it long ago. */
async function startServer(
  router: Router,
  { name, lines = [], keyBits, ...manners }: PresetServer,
): Promise<void> {
  const server = router.servers.open(name, manners);
  const { pkiWord } = router.personality;
  await typeLines(router, ['ip http server', `crypto ${pkiWord} server ${name}`, ...lines]);
  if (server.isRa) server.start();
  else await server.enableCa(keyBits);
}

async function installPreset(router: Router, preset: PresetTrustpoint): Promise<void> {
  const { key, certificate, encryption, ca, ras = [], pending } = preset;
  const { label = '', exportable = false } = key ?? {};
  if (key !== undefined) {
    const use = encryption === undefined ? 'general' : 'signature';
    router.keys.install(label, keyObject(key.privateKey), exportable, { use });
  }
  if (encryption !== undefined)
    router.keys.install(label, keyObject(encryption.privateKey), exportable, { use: 'encryption' });
  const { pkiWord } = router.personality;
  await typeLines(router, [`crypto ${pkiWord} trustpoint ${preset.trustpoint}`, ...preset.lines]);
  const trustpoint = router.trustpoints.open(preset.trustpoint);
  const now = router.clock.now();
  if (ca !== undefined) trustpoint.ca = storeCertificate(ca, now);
  trustpoint.ras = ras.map((ra) => storeCertificate(ra, now));
  if (certificate !== undefined) {
    trustpoint.identity = storeCertificate(certificate, now, key?.label);
    trustpoint.status = 'Granted';
  }
  if (encryption?.certificate !== undefined)
    trustpoint.encryption = storeCertificate(encryption.certificate, now, label);
  const requested = pending === true ? router.keys.get(key?.label ?? '') : undefined;
  if (requested !== undefined) leavePending(router, trustpoint, requested);
  router.renewals.reschedule();
}

function keyObject(privateKey: KeyObject | string): KeyObject {
  return typeof privateKey === 'string' ? createPrivateKey(privateKey) : privateKey;
}

function stateOf(router: Router): RouterState {
  return {
    get keys() {
      return router.keys.all;
    },
    get trustpoints() {
      return router.trustpoints.all.map(({ name, lines, status, request, encryptionRequest, abandon }) => ({
        name,
        lines,
        status,
        isPending: request !== undefined || encryptionRequest !== undefined,
        isEnrolling: abandon !== undefined,
      }));
    },
    get certificates() {
      return router.trustpoints.all.flatMap(({ name, identity, encryption, ca, ras, rollover }) => [
        ...held(name, 'identity', identity === undefined ? [] : [identity]),
        ...held(name, 'encryption', encryption === undefined ? [] : [encryption]),
        ...held(name, 'ca', ca === undefined ? [] : [ca]),
        ...held(name, 'ra', ras),
        ...held(name, 'rollover', rollover?.identity === undefined ? [] : [rollover.identity]),
        ...held(name, 'rollover-ca', rollover === undefined ? [] : [rollover.ca]),
      ]);
    },
    get running() {
      return renderConfig(router, 'running').join('\n');
    },
    get startup() {
      return router.startup.join('\n');
    },
    get clock() {
      const { source, authoritative } = router.clock;
      return { now: router.clock.now(), authoritative, source };
    },
    get typed() {
      return router.typedLines;
    },
    get sessions() {
      return router.sessions;
    },
    get log() {
      return router.syslog.lines;
    },
    get failures() {
      return router.failures;
    },
  };
}

function held(
  trustpoint: string,
  kind: HeldCertificate['kind'],
  stored: readonly StoredCertificate[],
): readonly HeldCertificate[] {
  return stored.map(({ certificate }) => ({ trustpoint, kind, der: certificate.der }));
}
