import { once } from 'node:events';
import type { ClientChannel } from 'ssh2';
import type { JumpHost } from '../domain/device.ts';
import { DeviceError, ERRORS, type ErrorCode, toDeviceError } from '../domain/errors.ts';
import type { HostKeyOptions } from './host-key-check.ts';
import { ALLOWANCES } from './ssh-algorithms.ts';
import { SshClient } from './ssh-client.ts';
import { strengthNotes } from './ssh-strength.ts';
import type { Way } from './way.ts';

/** Where a stream through a jump host leads, and for whom it is. */
export interface JumpTarget {
  readonly host: string;
  readonly port: number;
  /** How long the jump host may take to connect to it, in milliseconds. */
  readonly timeoutMs: number;
  readonly acceptNewHostKeys: boolean;
  readonly onNewHostKey?: NonNullable<HostKeyOptions['onNewHostKey']>;
  readonly onNote?: (text: string) => void;
  readonly signal?: AbortSignal;
}

/** One connection to the jump host. */
interface Line {
  readonly client: Promise<SshClient>;
  /** Streams through it, those that are being opened included. */
  used: number;
  isUp: boolean;
  lost: DeviceError | undefined;
}

/** RFC 4254 section 5.1. */
const ADMINISTRATIVELY_PROHIBITED = 1;
const CONNECT_FAILED = 2;

/** All connections to one jump host over one way. */
export class JumpRoute {
  readonly #hop: JumpHost;
  readonly #outer: JumpRoute | undefined;
  readonly #closed: AbortSignal;
  readonly #lines = new Set<Line>();
  /** Why nothing more is tried. */
  #refusal: DeviceError | undefined;

  /** `outer` leads to the jump host itself; without it the host is reached from here. */
  constructor(hop: JumpHost, outer: JumpRoute | undefined, closed: AbortSignal) {
    this.#hop = hop;
    this.#outer = outer;
    this.#closed = closed;
  }

  async reach(target: JumpTarget): Promise<Way> {
    for (let attempt = 1; ; attempt += 1) {
      const line = await this.#take(target);
      try {
        const client = await line.client;
        const stream = await this.#forward(client, target);
        stream.once('close', () => this.#release(line));
        for (const note of strengthNotes(client.negotiated, this.#hop.algorithms))
          target.onNote?.(`jump host ${this.#hop.name}: ${note}`);
        return { stream, lost: () => line.lost };
      } catch (thrown) {
        this.#release(line);
        // The connection broke before it was noticed: once more, over a new one.
        if (line.lost === undefined || attempt > 1) throw this.#explain(line.lost ?? thrown, target);
      }
    }
  }

  /** A connection with room for one more stream; the room is taken. */
  async #take(target: JumpTarget): Promise<Line> {
    for (;;) {
      if (this.#refusal !== undefined) throw this.#refusal;
      const line = [...this.#lines].find(({ used }) => used < this.#hop.channels);
      const unproven = [...this.#lines].find(({ isUp }) => !isUp);
      // While nobody knows whether the login is right, it is tried once.
      if (line === undefined && unproven !== undefined) {
        await untilAborted(unproven.client, target.signal).catch(rethrowInterruption);
        continue;
      }
      const taken = line ?? this.#open(target);
      taken.used += 1;
      try {
        await untilAborted(taken.client, target.signal);
        return taken;
      } catch (thrown) {
        taken.used -= 1;
        throw thrown;
      }
    }
  }

  #open({ acceptNewHostKeys, onNewHostKey }: JumpTarget): Line {
    const line: Line = {
      client: this.#logIn({ acceptNewHostKeys, ...(onNewHostKey === undefined ? {} : { onNewHostKey }) }),
      used: 0,
      isUp: false,
      lost: undefined,
    };
    this.#lines.add(line);
    line.client.then(
      (client) => {
        line.isUp = true;
        client.ssh.once('close', () => {
          line.lost ??= this.#lostBecause(client);
          this.#lines.delete(line);
        });
        client.ssh.on('error', (thrown) => {
          line.lost ??= this.#named(client.explain(thrown));
        });
      },
      () => this.#lines.delete(line),
    );
    return line;
  }

  async #logIn(trust: Pick<JumpTarget, 'acceptNewHostKeys' | 'onNewHostKey'>): Promise<SshClient> {
    const { host, port, timeouts, algorithms, keepalive } = this.#hop;
    const outer = this.#outer;
    const place = { host, port, timeoutMs: timeouts.connect, signal: this.#closed, ...trust };
    try {
      const { client } = await SshClient.logIn(
        {
          ...this.#hop,
          ...trust,
          onNewHostKey: (key) => trust.onNewHostKey?.(key),
          allowed: ALLOWANCES[algorithms],
          connectTimeoutMs: timeouts.connect,
          loginTimeoutMs: timeouts.login,
          ...(keepalive === undefined ? {} : { keepalive }),
          signal: this.#closed,
          ...(outer === undefined ? {} : { dial: () => outer.reach(place) }),
        },
        async () => undefined,
      );
      const end = (): void => client.end();
      this.#closed.addEventListener('abort', end);
      client.ssh.once('close', () => this.#closed.removeEventListener('abort', end));
      return client;
    } catch (thrown) {
      const error = this.#named(toDeviceError(thrown));
      if (!ERRORS[error.code].retry) this.#refusal = error;
      throw error;
    }
  }

  #forward(client: SshClient, { host, port, timeoutMs, signal }: JumpTarget): Promise<ClientChannel> {
    const opened = new Promise<ClientChannel>((resolve, reject) => {
      client.ssh.forwardOut('127.0.0.1', 0, host, port, (error, stream) => {
        if (error === undefined) resolve(stream);
        else reject(error);
      });
    });
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      const text = `${host}:${port}: jump host ${this.#hop.name} did not reach it within ${timeoutMs / 1000} s`;
      timer = setTimeout(() => reject(new DeviceError('unreachable', text)), timeoutMs);
    });
    const inTime = untilAborted(Promise.race([opened, late]), signal);
    inTime
      // Nobody waits for it any more.
      .catch(() => opened.then((stream) => stream.destroy()))
      .catch(() => undefined)
      .finally(() => clearTimeout(timer));
    return inTime;
  }

  #release(line: Line): void {
    line.used -= 1;
  }

  #lostBecause(client: SshClient): DeviceError {
    const { message } = client.explain(undefined);
    return new DeviceError('connection-lost', `jump host ${this.#hop.name}: ${message}`);
  }

  /** A failure to come to the jump host itself. */
  #named(error: DeviceError): DeviceError {
    if (error.code === 'interrupted' || error instanceof HopError) return error;
    const { name } = this.#hop;
    const code = error.code === 'login-refused' ? 'jump-host-refused' : error.code;
    const hint = HOP_HINTS[code]?.(name) ?? (code === error.code ? error.hint : ERRORS[code].hint);
    return new HopError(code, `jump host ${name}: ${error.message}`, {
      detail: error.detail,
      hint,
      cause: error,
    });
  }

  /** A failure to come from the jump host to the target. */
  #explain(thrown: unknown, { host, port }: JumpTarget): DeviceError {
    if (thrown instanceof DeviceError) return thrown;
    const { reason, message } = thrown as Error & { readonly reason?: unknown };
    const why = message.replace(/^\(SSH\) Channel open failure: ?/, '');
    const said = why === '' ? '' : `: ${why}`;
    const text = `${host}:${port}: jump host ${this.#hop.name}`;
    if (reason === ADMINISTRATIVELY_PROHIBITED) {
      return new HopError('jump-host-refused', `${text} may not connect to it${said}`, { cause: thrown });
    }
    const verb = reason === CONNECT_FAILED ? 'could not connect to it' : 'opened no stream to it';
    return new HopError('unreachable', `${text} ${verb}${said}`, { cause: thrown });
  }
}

const legacyFor = (name: string): string =>
  `if it cannot be mended: jumpHosts: { ${name}: { algorithms: legacy } }`;

/** A jump host is no router: what helps one may be of no use for the other. */
const HOP_HINTS: Readonly<Partial<Record<ErrorCode, (name: string) => string>>> = {
  unreachable: (name) =>
    `see that jump host ${name} is up and its address and port in the inventory (jumpHosts) are right: no device behind it can be reached before`,
  'host-key-unknown': (name) =>
    `compare the fingerprint with what the keeper of jump host ${name} says, then add it to known_hosts or run once with --accept-new-host-keys`,
  'host-key-changed': (name) =>
    `somebody may stand between you and jump host ${name}; if its key was really replaced, remove the old line from known_hosts`,
  'algorithms-refused': legacyFor,
  'ssh-too-weak': legacyFor,
  timeout: (name) => `look at the load of jump host ${name}, or raise its timeouts (jumpHosts)`,
};

/** Names its hop already. */
class HopError extends DeviceError {}

async function untilAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  const stop = new AbortController();
  const interruption = async (): Promise<never> => {
    if (!signal.aborted) await once(signal, 'abort', { signal: stop.signal }).catch(() => undefined);
    if (stop.signal.aborted) return new Promise<never>(() => undefined);
    throw new DeviceError('interrupted', 'interrupted while connecting through jump hosts');
  };
  try {
    return await Promise.race([work, interruption()]);
  } finally {
    stop.abort();
  }
}

function rethrowInterruption(thrown: unknown): void {
  if (thrown instanceof DeviceError && thrown.code === 'interrupted') throw thrown;
}
