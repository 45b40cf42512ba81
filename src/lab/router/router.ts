import { type ClockStart, RouterClock } from './clock.ts';
import type { HexInput } from './commands/certificate-chain.ts';
import { Refusal } from './commands/command.ts';
import { renderConfig } from './config/render.ts';
import { LocalSecret, RunningConfig } from './config/running.ts';
import { CertificateServers } from './cs/certificate-server.ts';
import { FaultSet } from './faults.ts';
import { NtpClient } from './ntp.ts';
import type { DialFrom, DialTarget, RouterInterface, RouterOptions } from './options.ts';
import { PERSONALITIES, type Personality } from './personality.ts';
import { generateRsa, KeyStore } from './pki/key-store.ts';
import { Renewals } from './pki/renewals.ts';
import { Rollovers } from './pki/rollovers.ts';
import { TrustpointStore } from './pki/trustpoint-store.ts';
import { ReloadSchedule } from './reload-schedule.ts';
import { RollbackTimer } from './rollback-timer.ts';
import { type Snapshot, takeSnapshot, withoutCertificates } from './snapshot.ts';
import { givenPrivilege, LONG_TAIL, TRICKY_BANNER } from './starting-faults.ts';
import { LOG_STAMPS, Syslog } from './syslog.ts';

/** One line that somebody typed; answers to password questions stand as `<hidden>`. */
export interface TypedEntry {
  readonly line: number;
  readonly text: string;
}

/** A session as the router sees it. */
export interface SessionInfo {
  readonly user: string;
  readonly line: number;
  readonly remote: string;
  readonly connectedAt: Date;
}

/** A terminal that somebody sits at. */
export interface OpenTerminal {
  interject(text: string): void;
  /** The connection breaks. */
  cut(): void;
}

const VTY_LINES = 5;
/** How many typed lines are remembered. */
const TYPED_KEPT = 2_000;
/** So often `nvram-busy` refuses to save. */
const BUSY_SAVES = 2;
const DEFAULT_SERIAL = 'FTX0000LAB0';
const DEFAULT_DEVICES = ['usbtoken0:'];
const DEFAULT_MINUTE_MS = 60_000;
const DEFAULT_ENROLL_DELAY_MS = 50;

/** The router's state and parts, without the SSH server in front of it. */
export class Router {
  readonly personality: Personality;
  readonly faults: FaultSet;
  readonly clock: RouterClock;
  readonly syslog: Syslog;
  readonly config: RunningConfig;
  readonly keys: KeyStore;
  readonly trustpoints: TrustpointStore;
  readonly servers = new CertificateServers(this);
  /** The files on its devices: `flash:br-1.crt`. */
  readonly files = new Map<string, Uint8Array>();
  readonly fileQuestions: boolean;
  readonly renewals: Renewals;
  readonly rollovers = new Rollovers(this);
  readonly ntp: NtpClient;
  readonly rollback: RollbackTimer;
  readonly reload: ReloadSchedule;
  readonly serialNumber: string;
  /** What is plugged in: `usbtoken0:`. */
  readonly devices: readonly string[];
  readonly dial: (target: DialTarget, from?: DialFrom) => DialTarget;
  /** How long a minute of `enrollment retry period`, of a rollback timer and of `reload in` lasts, in milliseconds. */
  readonly minuteMs: number;
  /** From the end of the enroll dialogue to the first byte to the CA, in milliseconds. */
  readonly enrollDelayMs: number;
  readonly failures: unknown[] = [];
  /** Certificates being fed in as hex, by vty. */
  readonly hexInput = new Map<number, HexInput>();
  readonly #typed: TypedEntry[] = [];
  readonly #sessions = new Map<number, SessionInfo>();
  readonly #stop = new AbortController();
  #selfSignedSerial = 0;
  readonly #startedAt = performance.now();
  readonly #terminals = new Set<OpenTerminal>();
  #startup: readonly string[] = [];
  #saved: Snapshot | undefined;
  #busySaves = 0;
  loginBanner: string;

  constructor(options: RouterOptions) {
    this.personality = PERSONALITIES[options.release];
    this.faults = new FaultSet(options.faults ?? []);
    const clock: ClockStart = this.faults.has('clock-1993')
      ? { start: 'unset', authoritative: false }
      : options.clock;
    this.trustpoints = new TrustpointStore(this.personality);
    this.clock = new RouterClock(clock, options.now ?? (() => new Date()));
    this.syslog = new Syslog(this.clock, () => this.uptimeMs);
    this.syslog.style = LOG_STAMPS[this.personality.logStamps];
    this.config = newConfig(options, this.personality, this.faults, this.clock);
    this.keys = new KeyStore(options.keygen ?? generateRsa, () => this.clock.now());
    this.serialNumber = options.serialNumber ?? DEFAULT_SERIAL;
    this.devices = options.devices ?? DEFAULT_DEVICES;
    this.dial = options.dial ?? ((target) => target);
    this.fileQuestions = options.fileQuestions ?? false;
    for (const [name, bytes] of Object.entries(options.files ?? {})) this.files.set(name, bytes);
    this.minuteMs = options.minuteMs ?? DEFAULT_MINUTE_MS;
    this.enrollDelayMs = options.enrollDelayMs ?? DEFAULT_ENROLL_DELAY_MS;
    this.loginBanner = this.faults.has('tricky-banner') ? TRICKY_BANNER : (options.banner ?? '');
    const ntp = this.faults.has('no-ntp-sync') ? undefined : options.ntp;
    this.ntp = new NtpClient(this.clock, ntp, this.stopped);
    this.renewals = new Renewals(this);
    this.rollback = new RollbackTimer(this);
    this.reload = new ReloadSchedule(this);
    this.#watchClock();
  }

  get stopped(): AbortSignal {
    return this.#stop.signal;
  }

  get uptimeMs(): number {
    return performance.now() - this.#startedAt;
  }

  get typedLines(): readonly TypedEntry[] {
    return this.#typed;
  }

  get sessions(): readonly SessionInfo[] {
    return [...this.#sessions.values()].sort((a, b) => a.line - b.line);
  }

  get startup(): readonly string[] {
    return this.#startup;
  }

  /** What a restart would find. */
  get saved(): Snapshot {
    return this.#saved ?? takeSnapshot(this);
  }

  /** Each self-signed certificate has a number of its own. */
  nextSelfSignedSerial(): number {
    this.#selfSignedSerial += 1;
    return this.#selfSignedSerial;
  }

  /** Returns the function that takes the terminal away again. */
  attach(terminal: OpenTerminal): () => void {
    this.#terminals.add(terminal);
    return () => this.#terminals.delete(terminal);
  }

  /** Prints on every terminal, whether it monitors the log or not. */
  tellAll(text: string): void {
    for (const terminal of this.#terminals) terminal.interject(text);
  }

  dropSessions(): void {
    for (const terminal of this.#terminals) terminal.cut();
  }

  typed(line: number, text: string): void {
    this.#typed.push({ line, text });
    if (this.#typed.length > TYPED_KEPT) this.#typed.shift();
  }

  get hasFreeLine(): boolean {
    return this.#sessions.size < VTY_LINES;
  }

  /** Takes the lowest free vty; undefined when all are in use. */
  openLine(remote: string): number | undefined {
    const line = Array.from({ length: VTY_LINES }, (_, index) => index).find((n) => !this.#sessions.has(n));
    if (line !== undefined)
      this.#sessions.set(line, { user: '', line, remote, connectedAt: this.clock.now() });
    return line;
  }

  /** Notes who logged in on a line. */
  nameLine(line: number, user: string): void {
    const session = this.#sessions.get(line);
    if (session !== undefined) this.#sessions.set(line, { ...session, user });
  }

  closeLine(line: number): void {
    this.#sessions.delete(line);
    this.hexInput.delete(line);
  }

  /** Writes the startup configuration. Returns what went wrong, in IOS's words. */
  save(by: string): string | undefined {
    const { faults } = this;
    if (faults.has('nvram-full')) return 'startup-config file open failed (Not enough space)';
    // Recalled from manuals.
    if (faults.has('nvram-error')) return '%Error opening nvram:/startup-config (Permission denied)';
    if (faults.has('nvram-busy') && this.#busySaves < BUSY_SAVES) {
      this.#busySaves += 1;
      return 'startup-config file open failed (Device or resource busy)';
    }
    if (faults.has('saves-nothing')) return undefined;
    this.config.lastSave = { at: this.clock.now(), by };
    this.writeStartup(faults.has('saves-no-certificates') ? 'startup-without-chains' : 'startup');
    return undefined;
  }

  /** What stands now becomes what the router started with. */
  writeStartup(form: 'startup' | 'startup-without-chains' = 'startup'): void {
    if (form === 'startup') this.trustpoints.markSaved();
    this.#startup = renderConfig(this, form);
    const whole = takeSnapshot(this);
    this.#saved = form === 'startup' ? whole : withoutCertificates(whole);
    this.config.modified = false;
  }

  /** Throws Refusal when there is no VRF of that name. */
  requireVrf(name: string): void {
    if (!this.config.vrfs.has(name)) throw new Refusal(`% IP  routing table ${name} does not exist`);
  }

  /** A fault of the lab itself: kept for whoever runs it. */
  fail(reason: unknown): void {
    this.failures.push(reason);
  }

  stop(): void {
    this.#stop.abort();
    this.rollback.stop();
    this.reload.stop();
  }

  /** Says once that the PKI may start, when the clock becomes trustworthy. */
  #watchClock(): void {
    let trusted = this.clock.authoritative;
    if (!trusted) {
      this.syslog.log(
        'PKI-2-NON_AUTHORITATIVE_CLOCK',
        'PKI functions can not be initialized until an authoritative time source, like NTP, can be obtained.',
      );
    }
    this.clock.onChange(() => {
      if (!trusted) this.syslog.log('PKI-6-AUTHORITATIVE_CLOCK', 'The system clock has been set.');
      trusted = true;
      this.renewals.reschedule();
    });
  }
}

function newConfig(
  options: RouterOptions,
  personality: Personality,
  faults: FaultSet,
  clock: RouterClock,
): RunningConfig {
  const hostname = faults.has('long-hostname') ? `${options.hostname}${LONG_TAIL}` : options.hostname;
  const config = new RunningConfig(hostname, () => clock.now());
  config.domain = options.domain ?? '';
  if (faults.has('tricky-banner')) config.motd = TRICKY_BANNER;
  for (const { name, password, privilege } of options.users) {
    config.users.set(name, {
      name,
      privilege: givenPrivilege(faults) ?? privilege,
      secret: new LocalSecret({ password }),
    });
  }
  if (options.enableSecret !== undefined)
    config.enableSecret = new LocalSecret({ password: options.enableSecret });
  const interfaces: readonly RouterInterface[] =
    options.interfaces ?? personality.interfaces.map((name) => ({ name }));
  for (const { name, address, mask } of interfaces) {
    const lines =
      address === undefined ? 'no ip address' : `ip address ${address} ${mask ?? '255.255.255.0'}`;
    config.interfaces.set(name, new Map([['ip address', lines]]));
  }
  config.set('service', 'service timestamps debug', 'service timestamps debug datetime msec');
  config.set(
    'service',
    'service timestamps log',
    `service timestamps log ${personality.logStamps === 'uptime' ? 'uptime' : 'datetime msec'}`,
  );
  config.set('service', 'service password-encryption', 'no service password-encryption');
  config.set('http', 'ip http server', 'no ip http server');
  config.set('http', 'ip http secure-server', 'no ip http secure-server');
  config.set('ssh', 'ip ssh version', 'ip ssh version 2');
  config.ttyLines.set('con 0', new Map());
  config.ttyLines.set('aux 0', new Map());
  config.ttyLines.set(
    'vty 0 4',
    new Map([
      ['login', 'login local'],
      ['transport input', 'transport input ssh'],
    ]),
  );
  return config;
}
