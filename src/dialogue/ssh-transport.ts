import type { JumpHost, Keepalive } from '../domain/device.ts';
import type { HostKeyOptions } from './host-key-check.ts';
import { JumpHostPool } from './jump-hosts.ts';
import { ALLOWANCES, type Allowance } from './ssh-algorithms.ts';
import { connectAuto } from './ssh-auto.ts';
import { type Negotiated, SshClient } from './ssh-client.ts';
import type { Credentials } from './ssh-login.ts';
import type { SshMemory } from './ssh-memory.ts';
import { ShellTransport } from './ssh-shell.ts';
import { strengthNotes } from './ssh-strength.ts';
import type { Transport } from './transport.ts';

export type { Negotiated } from './ssh-client.ts';

export interface SshOptions extends Credentials, HostKeyOptions {
  /** `auto` finds out what the device needs; it never goes below what it agreed to the last time. */
  readonly algorithms: 'modern' | 'legacy' | 'auto';
  /** For `auto`: the name under which the device is remembered, and where. */
  readonly memory?: { readonly device: string; readonly kept?: SshMemory };
  /** From the first packet to the first word about the user, in milliseconds. */
  readonly connectTimeoutMs: number;
  /** From there to the open shell, in milliseconds. */
  readonly loginTimeoutMs: number;
  /** 30 seconds, 20 times, unless given. */
  readonly keepalive?: Keepalive;
  /** The hosts on the way, the first one reached from here. */
  readonly via?: readonly JumpHost[];
  /** Shares connections to jump hosts with other devices; without it this session has its own. */
  readonly jumpHosts?: JumpHostPool;
  readonly signal?: AbortSignal;
  /** Lines for the operator: weak algorithms and short keys in use. */
  readonly onNote?: (text: string) => void;
}

export interface SshTransport extends Transport {
  readonly negotiated: Negotiated;
}

/** Wide, so that the device breaks no line; long, so that it shows no pager before it is told not to. */
const WINDOW = { term: 'vt100', cols: 511, rows: 1000, width: 0, height: 0 };

/**
 * Opens a shell over SSH. Throws DeviceError `unreachable`, `algorithms-refused`, `ssh-too-weak`, `ssh-downgrade`,
 * `host-key-unknown`, `host-key-changed`, `login-refused`, `jump-host-refused`, `timeout`, `connection-lost` or
 * `interrupted`; then nothing is left open.
 */
export async function connectSsh(options: SshOptions): Promise<SshTransport> {
  const { via = [], jumpHosts, memory } = options;
  const own = via.length > 0 && jumpHosts === undefined ? new JumpHostPool() : undefined;
  const open = (allowed: Allowance): Promise<SshTransport> => openShell(options, allowed, own ?? jumpHosts);
  try {
    const transport =
      options.algorithms === 'auto'
        ? await connectAuto(
            {
              device: memory?.device ?? '',
              ...(memory?.kept === undefined ? {} : { memory: memory.kept }),
              onNote: (text) => options.onNote?.(text),
            },
            open,
          )
        : await open(ALLOWANCES[options.algorithms]);
    for (const note of strengthNotes(transport.negotiated, options.algorithms)) options.onNote?.(note);
    return transport;
  } catch (thrown) {
    own?.close();
    throw thrown;
  }
}

async function openShell(
  options: SshOptions,
  allowed: Allowance,
  pool: JumpHostPool | undefined,
): Promise<SshTransport> {
  const { via = [], host, port, connectTimeoutMs, acceptNewHostKeys, jumpHosts, signal } = options;
  const dial = (): ReturnType<JumpHostPool['dial']> => {
    if (pool === undefined) throw new Error('no pool for the jump hosts');
    return pool.dial(via, {
      host,
      port,
      timeoutMs: connectTimeoutMs,
      acceptNewHostKeys,
      onNewHostKey: (key) => options.onNewHostKey?.(key),
      onNote: (text) => options.onNote?.(text),
      ...(signal === undefined ? {} : { signal }),
    });
  };
  const { client, ready: channel } = await SshClient.logIn(
    { ...options, allowed, ...(via.length === 0 ? {} : { dial }) },
    (one) => one.openShell(WINDOW),
  );
  // A pool of this session's own goes with it.
  if (pool !== undefined && jumpHosts === undefined) client.ssh.once('close', () => pool.close());
  return Object.assign(new ShellTransport(client, channel), { negotiated: client.negotiated });
}
