import path from 'node:path';
import type { JumpHostPool } from '../../dialogue/jump-hosts.ts';
import type { SshMemory } from '../../dialogue/ssh-memory.ts';
import { connectSsh } from '../../dialogue/ssh-transport.ts';
import { openTranscript, Transcript } from '../../dialogue/transcript.ts';
import type { Device } from '../../domain/device.ts';
import { DeviceError, type ErrorCode, toDeviceError } from '../../domain/errors.ts';
import { inItsOwnWords } from '../../ios/dialect/dialect.ts';
import { openSession, type Session } from '../../ios/session.ts';

export interface CaRoutersOptions {
  /** Those of the inventory, selected or not; the secrets of those that are used must be open. */
  readonly devices: readonly Device[];
  readonly acceptNewHostKeys: boolean;
  readonly sshMemory?: SshMemory;
  readonly jumpHosts?: JumpHostPool;
  /** Folder for `<device>.certificate-server.txt`; no transcript is written without it. */
  readonly transcriptDir?: string;
  readonly now: () => Date;
  /** The whole run's. */
  readonly signal: AbortSignal;
  /** Until a session that nobody uses is closed, in milliseconds; 20 s unless given. */
  readonly idleMs?: number;
}

/** A router with a certificate server, logged in to. */
export interface CaRouter {
  readonly session: Session;
  readonly transcript: Transcript;
}

/**
 * The routers with certificate servers that a run asks for passwords and grants: one session for each, opened when it is
 * first wanted, used by one device after the other, and closed when nobody wants it for a while.
 *
 * A login is tried once: refused, it is refused to everybody for the rest of the run, so that a wrong password is never
 * typed by a whole fleet. Where the router could not be reached the others are told the same for a moment.
 */
export class CaRouters {
  readonly #options: CaRoutersOptions;
  readonly #lines = new Map<string, CaRouterLine>();

  constructor(options: CaRoutersOptions) {
    this.#options = options;
  }

  /**
   * Does something on a router when those before have done theirs. Throws DeviceError: what connecting or `work` throws, or
   * the signal's reason when it fires while waiting.
   */
  async use<T>(device: string, signal: AbortSignal, work: (router: CaRouter) => Promise<T>): Promise<T> {
    const line = this.#lines.get(device) ?? new CaRouterLine(this.#deviceOf(device), this.#options);
    this.#lines.set(device, line);
    return line.use(signal, work);
  }

  /** Ends every session. */
  async close(): Promise<void> {
    await Promise.all([...this.#lines.values()].map((line) => line.close()));
  }

  #deviceOf(name: string): Device {
    const device = this.#options.devices.find((candidate) => candidate.name === name);
    if (device === undefined) throw new DeviceError('internal', `the inventory has no device ${name}`);
    return device;
  }
}

/** Faults that may be gone in a moment; any other is the same for whoever asks next. */
const MAY_PASS: ReadonlySet<ErrorCode> = new Set(['unreachable', 'connection-lost', 'timeout']);
/** So long everybody is told of such a fault before the router is tried again, in milliseconds. */
const COOL_OFF_MS = 15_000;
const IDLE_MS = 20_000;

class CaRouterLine {
  readonly #device: Device;
  readonly #options: CaRoutersOptions;
  #turn: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  #open: CaRouter | undefined;
  #opened = 0;
  #refused: { readonly error: DeviceError; readonly until: number } | undefined;
  #idle: NodeJS.Timeout | undefined;

  constructor(device: Device, options: CaRoutersOptions) {
    this.#device = device;
    this.#options = options;
  }

  async use<T>(signal: AbortSignal, work: (router: CaRouter) => Promise<T>): Promise<T> {
    const before = this.#turn;
    let done: () => void = () => undefined;
    this.#turn = new Promise<void>((resolve) => {
      done = resolve;
    });
    this.#waiting += 1;
    try {
      await before;
      if (signal.aborted) throw reasonOf(signal);
      return await this.#work(work);
    } finally {
      this.#waiting -= 1;
      this.#closeLater();
      done();
    }
  }

  async close(): Promise<void> {
    clearTimeout(this.#idle);
    const open = this.#open;
    this.#open = undefined;
    await open?.session.close();
    try {
      open?.transcript.close();
    } catch {
      // A transcript that could not be written to its end fails nobody.
    }
  }

  async #work<T>(work: (router: CaRouter) => Promise<T>): Promise<T> {
    clearTimeout(this.#idle);
    const router = this.#open ?? (await this.#connect());
    this.#open = router;
    try {
      return await work(router);
    } catch (thrown) {
      // Nobody knows what a session can still do that something went wrong in.
      if (toDeviceError(thrown).code !== 'command-refused') await this.close();
      throw thrown;
    }
  }

  async #connect(): Promise<CaRouter> {
    const { now } = this.#options;
    if (this.#refused !== undefined && now().getTime() < this.#refused.until) throw this.#refused.error;
    const transcript = this.#startTranscript();
    try {
      const session = await this.#login(transcript);
      this.#refused = undefined;
      return { session, transcript };
    } catch (thrown) {
      const error = toDeviceError(thrown);
      const until = MAY_PASS.has(error.code) ? now().getTime() + COOL_OFF_MS : Number.POSITIVE_INFINITY;
      if (error.code !== 'interrupted') this.#refused = { error, until };
      transcript.note(`failed as ${error.code}: ${error.message}`);
      transcript.close();
      throw error;
    }
  }

  async #login(transcript: Transcript): Promise<Session> {
    const { acceptNewHostKeys, sshMemory, jumpHosts, signal } = this.#options;
    const { ssh, timeouts, host, port, name } = this.#device;
    const { enable: _, algorithms, ...login } = ssh;
    const transport = await connectSsh({
      ...login,
      host,
      port,
      acceptNewHostKeys,
      algorithms,
      memory: { device: name, ...(sshMemory === undefined ? {} : { kept: sshMemory }) },
      connectTimeoutMs: timeouts.connect,
      loginTimeoutMs: timeouts.login,
      ...(jumpHosts === undefined ? {} : { jumpHosts }),
      signal,
      onNewHostKey: ({ fingerprint }) => transcript.note(`new host key ${fingerprint} was trusted`),
      onNote: (text) => transcript.note(text),
    });
    return inItsOwnWords(await openSession({ device: this.#device, transport, transcript, signal }));
  }

  #startTranscript(): Transcript {
    const { transcriptDir, now } = this.#options;
    const { name, host, port } = this.#device;
    this.#opened += 1;
    const header = { device: name, host: `${host}:${port}`, startedAt: now() };
    if (transcriptDir === undefined) return new Transcript({ header });
    const count = this.#opened === 1 ? '' : `-${this.#opened}`;
    return openTranscript(path.join(transcriptDir, `${name}.certificate-server${count}.txt`), header);
  }

  #closeLater(): void {
    clearTimeout(this.#idle);
    if (this.#waiting > 0 || this.#open === undefined) return;
    this.#idle = setTimeout(() => void this.close(), this.#options.idleMs ?? IDLE_MS);
    this.#idle.unref();
  }
}

function reasonOf({ reason }: AbortSignal): DeviceError {
  return reason instanceof DeviceError
    ? reason
    : new DeviceError('interrupted', 'stopped before its turn at the certificate server', { cause: reason });
}
