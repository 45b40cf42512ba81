import type { Duplex } from 'node:stream';
import type { Algorithms, ClientChannel, NegotiatedAlgorithms, PseudoTtyOptions } from 'ssh2';
import ssh2 from 'ssh2';
import type { Keepalive } from '../domain/device.ts';
import { DeviceError } from '../domain/errors.ts';
import { connectGathering } from './gathering-socket.ts';
import { holdHandshake } from './held-handshake.ts';
import { HostKeyCheck, type HostKeyOptions } from './host-key-check.ts';
import { KeyExchangeAside } from './key-exchange-aside.ts';
import { type KeyExchangeSums, KeyExchangeThread } from './key-exchange-thread.ts';
import { requestShell } from './request-shell.ts';
import {
  type Allowance,
  legacyAmong,
  offeredAlgorithms,
  offerGroupExchangeToCisco,
} from './ssh-algorithms.ts';
import { type SshSituation, type SshStage, sshFailure, sshTimeout } from './ssh-errors.ts';
import { type Credentials, Login } from './ssh-login.ts';
import type { SshRecord } from './ssh-memory.ts';
import { StrengthCheck } from './ssh-strength.ts';
import { Turns } from './turns.ts';
import type { Way } from './way.ts';

/** What both sides agreed on. */
export interface Negotiated extends SshRecord {
  /** Those of the names that are offered to legacy devices only. */
  readonly legacy: readonly string[];
}

export interface SshClientOptions extends Credentials, HostKeyOptions {
  readonly allowed: Allowance;
  /** From the first packet to the first word about the user, in milliseconds. */
  readonly connectTimeoutMs: number;
  /** From there to the end of {@link SshClient.whenReady}, in milliseconds. */
  readonly loginTimeoutMs: number;
  readonly keepalive?: Keepalive;
  readonly signal?: AbortSignal;
  /** Opens the stream when there are jump hosts; a direct connection otherwise. */
  readonly dial?: () => Promise<Way>;
}

/** A router that makes a key pair may answer nothing for minutes; a dead peer is noticed after ten. */
const KEEPALIVE: Keepalive = { intervalMs: 30_000, count: 20 };
const GOODBYE_MS = 1_000;

/** One thread and one row for all connections of this process. */
const workshop: { readonly sums: KeyExchangeSums; readonly turns: Turns } = {
  sums: new KeyExchangeThread(),
  turns: new Turns(),
};

/** One SSH connection, up to the login and beyond. After a failure nothing is left open. */
export class SshClient {
  readonly ssh = new ssh2.Client();
  readonly #options: SshClientOptions;
  readonly #login: Login;
  readonly #hostKey: HostKeyCheck;
  readonly #strength: StrengthCheck;
  readonly #offered;
  readonly #exchange: KeyExchangeAside;
  #abandoned = false;
  #stage: SshStage = 'connecting';
  #negotiated: Negotiated | undefined;
  #stream: Duplex | undefined;
  #way: Way | undefined;
  /** Restarted when the login begins. */
  #restartClock: (milliseconds: number) => void = () => undefined;

  private constructor(options: SshClientOptions, login: Login, hostKey: HostKeyCheck) {
    this.#options = options;
    this.#login = login;
    this.#hostKey = hostKey;
    this.#offered = offeredAlgorithms(options.allowed, hostKey.knownTypes);
    this.#exchange = new KeyExchangeAside(this.#offered.kex, workshop.sums);
    this.#strength = new StrengthCheck(options.allowed, `${options.host}:${options.port}`);
    // Whatever an abandoned or closed client still reports must not end the process.
    this.ssh.on('error', () => undefined);
  }

  /**
   * Connects, logs in and does what `whenReady` asks for, within the two deadlines. Throws DeviceError `unreachable`,
   * `algorithms-refused`, `ssh-too-weak`, `host-key-unknown`, `host-key-changed`, `login-refused`, `timeout`,
   * `connection-lost`, `interrupted`, or what `dial` threw.
   */
  static async logIn<Ready>(
    options: SshClientOptions,
    whenReady: (client: SshClient) => Promise<Ready>,
  ): Promise<{ readonly client: SshClient; readonly ready: Ready }> {
    if (options.signal?.aborted === true) throw new DeviceError('interrupted', 'not connected');
    offerGroupExchangeToCisco();
    const login = new Login(options);
    const hostKey = await HostKeyCheck.prepare(options);
    await workshop.turns.wait();
    const client = new SshClient(options, login, hostKey);
    try {
      return { client, ready: await client.#bounded(client.#open(whenReady)) };
    } catch (thrown) {
      client.#abandon();
      throw thrown;
    }
  }

  get negotiated(): Negotiated {
    if (this.#negotiated === undefined) throw new Error('logged in before the handshake ended');
    return this.#negotiated;
  }

  /** What ssh2 or the socket reported, by name; `undefined` stands for a connection that simply ended. */
  explain(thrown: unknown): DeviceError {
    return sshFailure(thrown, this.#situation);
  }

  openShell(window: PseudoTtyOptions): Promise<ClientChannel> {
    return new Promise((resolve, reject) => {
      this.ssh.once('close', () => reject(this.explain(undefined)));
      requestShell(this.ssh, window).then(resolve, (error: unknown) => reject(this.explain(error)));
    });
  }

  /** Says goodbye; a peer that does not answer is left after a second. */
  end(): void {
    this.ssh.end();
    setTimeout(() => this.#stream?.destroy(), GOODBYE_MS).unref();
  }

  #abandon(): void {
    this.#abandoned = true;
    this.#stream?.destroy();
  }

  get #situation(): SshSituation {
    const { host, port, allowed } = this.#options;
    return {
      host,
      port,
      stage: this.#stage,
      login: this.#login,
      offered: this.#offered,
      allowed,
      theirs: this.#exchange.theirs,
      wayLost: this.#way?.lost(),
    };
  }

  async #open<Ready>(whenReady: (client: SshClient) => Promise<Ready>): Promise<Ready> {
    const { host, port, dial } = this.#options;
    if (dial === undefined) await this.#handshake(connectGathering(host, port));
    else await this.#handshake(await this.#through(dial));
    await this.#hostKey.remember();
    this.#stage = 'shell';
    const ready = await whenReady(this);
    this.#stage = 'open';
    return ready;
  }

  async #through(dial: () => Promise<Way>): Promise<Duplex> {
    const way = await dial();
    this.#way = way;
    this.#restartClock(this.#options.connectTimeoutMs);
    if (this.#abandoned) way.stream.destroy();
    return way.stream;
  }

  #handshake(stream: Duplex): Promise<void> {
    const { host, port, username, keepalive = KEEPALIVE } = this.#options;
    return new Promise((resolve, reject) => {
      const fail = (thrown?: unknown): void => reject(this.#hostKey.refusal ?? this.explain(thrown));
      this.#stream = stream;
      this.#login.onStop = fail;
      this.ssh
        .once('ready', resolve)
        .once('close', () => fail())
        .on('error', (error: Error & { readonly level?: string }) => {
          if (error.level === 'agent') this.#login.agentFailed(error.message);
          else fail(error);
        })
        .on('connect', () => {
          this.#stage = 'handshake';
        })
        .on('handshake', (negotiated) => this.#agreed(negotiated))
        .on('change password', () => this.#login.stop('the server asks for a new password'))
        .connect({
          host,
          port,
          username,
          sock: stream,
          keepaliveInterval: keepalive.intervalMs,
          keepaliveCountMax: keepalive.count,
          // The deadlines are ours.
          readyTimeout: 0,
          // ssh2 declares every name by itself; ours are held against what it can do.
          algorithms: this.#offered as Algorithms,
          authHandler: this.#login.next,
          hostVerifier: (key: Buffer) => this.#trusts(key),
          debug: (message) => {
            if (message === 'Received DH GEX Group') this.#strength.watchGroup(this.ssh);
            this.#exchange.heard(message, this.ssh);
          },
        });
      holdHandshake(this.ssh, stream, { reader: this.#exchange, turns: workshop.turns, failed: fail });
    });
  }

  #trusts(key: Buffer): boolean {
    if (!this.#hostKey.accepts(key)) return false;
    const tooShort = this.#strength.refuseHostKey(key);
    if (tooShort !== undefined) this.#hostKey.refusal = tooShort;
    return tooShort === undefined;
  }

  #agreed({ kex, serverHostKey, cs, sc }: NegotiatedAlgorithms): void {
    if (this.#negotiated !== undefined) return;
    const { hostKeyBits, groupBits } = this.#strength;
    if (kex.includes('group-exchange') && groupBits === undefined)
      throw new DeviceError('internal', 'a group was exchanged that nobody looked at');
    this.#stage = 'login';
    this.#restartClock(this.#options.loginTimeoutMs);
    const names = { kex, hostKey: serverHostKey, cipher: cs.cipher, mac: cs.mac };
    this.#negotiated = {
      ...names,
      ...(hostKeyBits === undefined ? {} : { hostKeyBits }),
      ...(groupBits === undefined ? {} : { groupBits }),
      legacy: [...new Set(legacyAmong([...Object.values(names), sc.cipher, sc.mac]))],
    };
  }

  async #bounded<T>(work: Promise<T>): Promise<T> {
    const { connectTimeoutMs, signal, dial } = this.#options;
    let timer: NodeJS.Timeout | undefined;
    let interrupt = (): void => undefined;
    const tooLong = new Promise<never>((_, reject) => {
      this.#restartClock = (milliseconds) => {
        clearTimeout(timer);
        timer = setTimeout(() => reject(sshTimeout(this.#situation, milliseconds)), milliseconds);
      };
      interrupt = () => reject(new DeviceError('interrupted', 'interrupted while connecting'));
    });
    // The way through other hosts has deadlines of its own.
    if (dial === undefined) this.#restartClock(connectTimeoutMs);
    if (signal?.aborted === true) interrupt();
    signal?.addEventListener('abort', interrupt);
    work.catch(() => undefined);
    try {
      return await Promise.race([work, tooLong]);
    } finally {
      signal?.removeEventListener('abort', interrupt);
      this.#restartClock = () => undefined;
      clearTimeout(timer);
    }
  }
}
