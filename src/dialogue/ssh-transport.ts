import { once } from 'node:events';
import type { ClientChannel, NegotiatedAlgorithms } from 'ssh2';
import ssh2 from 'ssh2';
import { DeviceError } from '../domain/errors.ts';
import { HostKeyCheck } from './host-key-check.ts';
import {
  type AlgorithmSet,
  legacyAmong,
  offeredAlgorithms,
  offerGroupExchangeToCisco,
} from './ssh-algorithms.ts';
import { type SshSituation, type SshStage, sshFailure, sshTimeout } from './ssh-errors.ts';
import { type Credentials, Login } from './ssh-login.ts';
import { ShellTransport } from './ssh-shell.ts';
import type { Transport } from './transport.ts';

export interface SshOptions extends Credentials {
  readonly host: string;
  readonly port: number;
  /** Path of an OpenSSH known_hosts file. */
  readonly knownHosts: string;
  /** Trust on first use: a host nobody knows yet is added to known_hosts. A changed key is refused all the same. */
  readonly acceptNewHostKeys: boolean;
  readonly algorithms: AlgorithmSet;
  /** From the first packet to the open shell, in milliseconds. */
  readonly connectTimeoutMs: number;
  readonly signal?: AbortSignal;
  onNegotiated?(negotiated: Negotiated): void;
  onNewHostKey?(key: { readonly type: string; readonly fingerprint: string }): void;
}

/** What both sides agreed on. */
export interface Negotiated {
  readonly kex: string;
  readonly hostKey: string;
  readonly cipher: string;
  /** Empty where the cipher needs none. */
  readonly mac: string;
  /** Those of them that are offered only to devices with `algorithms: legacy`. */
  readonly legacy: readonly string[];
}

export interface SshTransport extends Transport {
  readonly negotiated: Negotiated;
}

/** Wide, so that the device breaks no line; long, so that it shows no pager before it is told not to. */
const WINDOW = { term: 'vt100', cols: 511, rows: 1000, width: 0, height: 0 };
/** A router that makes a key pair may answer nothing for minutes; a dead peer is noticed after ten. */
const KEEPALIVE = { keepaliveInterval: 30_000, keepaliveCountMax: 20 };

/**
 * Opens a shell over SSH. Throws DeviceError `unreachable`, `algorithms-refused`, `host-key-unknown`,
 * `host-key-changed`, `login-refused`, `timeout`, `connection-lost` or `interrupted`; then nothing is left open.
 */
export async function connectSsh(options: SshOptions): Promise<SshTransport> {
  if (options.signal?.aborted === true) throw new DeviceError('interrupted', 'not connected');
  offerGroupExchangeToCisco();
  const login = new Login(options);
  const hostKey = await HostKeyCheck.prepare(options);
  const connection = new Connection(options, login, hostKey);
  try {
    return await connection.open();
  } catch (thrown) {
    connection.abandon();
    throw thrown;
  }
}

class Connection {
  readonly #client = new ssh2.Client();
  readonly #options: SshOptions;
  readonly #login: Login;
  readonly #hostKey: HostKeyCheck;
  readonly #offered;
  readonly #theirs = new Map<string, string>();
  #stage: SshStage = 'connecting';
  #negotiated: Negotiated | undefined;

  constructor(options: SshOptions, login: Login, hostKey: HostKeyCheck) {
    this.#options = options;
    this.#login = login;
    this.#hostKey = hostKey;
    this.#offered = offeredAlgorithms(options.algorithms, hostKey.knownTypes);
    // Whatever an abandoned or closed client still reports must not end the process.
    this.#client.on('error', () => undefined);
  }

  async open(): Promise<SshTransport> {
    const channel = await this.#bounded(this.#openShell());
    const shell = new ShellTransport(this.#client, channel, (thrown) => sshFailure(thrown, this.#situation));
    return Object.assign(shell, { negotiated: this.negotiated });
  }

  abandon(): void {
    this.#client.destroy();
  }

  get negotiated(): Negotiated {
    if (this.#negotiated === undefined) throw new Error('a shell is open before the handshake ended');
    return this.#negotiated;
  }

  get #situation(): SshSituation {
    const { host, port } = this.#options;
    return {
      host,
      port,
      stage: this.#stage,
      login: this.#login,
      offered: this.#offered,
      theirs: this.#theirs,
    };
  }

  async #openShell(): Promise<ClientChannel> {
    await this.#logIn();
    await this.#hostKey.remember();
    this.#stage = 'shell';
    const channel = await new Promise<ClientChannel>((resolve, reject) => {
      this.#client.once('close', () => reject(sshFailure(undefined, this.#situation)));
      this.#client.shell(WINDOW, (error, opened) => {
        if (error === undefined) resolve(opened);
        else reject(sshFailure(error, this.#situation));
      });
    });
    this.#stage = 'open';
    return channel;
  }

  #logIn(): Promise<void> {
    const { host, port, username } = this.#options;
    return new Promise((resolve, reject) => {
      const fail = (thrown?: unknown): void =>
        reject(this.#hostKey.refusal ?? sshFailure(thrown, this.#situation));
      this.#login.onStop = fail;
      this.#client
        .once('ready', resolve)
        .once('error', fail)
        .once('close', () => fail())
        .on('connect', () => {
          this.#stage = 'handshake';
        })
        .on('handshake', (negotiated) => this.#agreed(negotiated))
        .on('change password', () => this.#login.stop('the server asks for a new password'))
        .connect({
          host,
          port,
          username,
          ...KEEPALIVE,
          // The whole way to the shell has one bound of its own.
          readyTimeout: 0,
          algorithms: this.#offered,
          authHandler: this.#login.next,
          hostVerifier: (key: Buffer) => this.#hostKey.accepts(key),
          debug: (message) => this.#overhear(message),
        });
      // Without it every small packet waits for the answer to the one before: up to 264 ms a login.
      this.#client.setNoDelay(true);
    });
  }

  #agreed({ kex, serverHostKey, cs }: NegotiatedAlgorithms): void {
    const names = { kex, hostKey: serverHostKey, cipher: cs.cipher, mac: cs.mac };
    if (this.#negotiated === undefined) {
      this.#stage = 'login';
      this.#negotiated = { ...names, legacy: legacyAmong(Object.values(names)) };
      this.#options.onNegotiated?.(this.#negotiated);
    }
  }

  /** ssh2 tells the server's lists only here. */
  #overhear(message: string): void {
    if (this.#stage !== 'handshake') return;
    const { name, list } = /^Handshake: \(remote\) (?<name>[^:]+): (?<list>.*)$/.exec(message)?.groups ?? {};
    if (name !== undefined && list !== undefined) this.#theirs.set(name, list);
  }

  async #bounded<T>(work: Promise<T>): Promise<T> {
    const { connectTimeoutMs, signal } = this.#options;
    const stop = new AbortController();
    const timeout = new Promise<never>((_, reject) => {
      const timer = setTimeout(() => reject(sshTimeout(this.#situation, connectTimeoutMs)), connectTimeoutMs);
      stop.signal.addEventListener('abort', () => clearTimeout(timer));
    });
    const interruption = signal === undefined ? [] : [interrupted(signal, stop.signal)];
    work.catch(() => undefined);
    try {
      return await Promise.race([work, timeout, ...interruption]);
    } finally {
      stop.abort();
    }
  }
}

async function interrupted(signal: AbortSignal, stop: AbortSignal): Promise<never> {
  await once(signal, 'abort', { signal: stop }).catch(() => undefined);
  if (stop.aborted) return new Promise<never>(() => undefined);
  throw new DeviceError('interrupted', 'interrupted while connecting');
}
