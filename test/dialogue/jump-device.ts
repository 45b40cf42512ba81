import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { AuthContext, Connection } from 'ssh2';
import ssh2 from 'ssh2';
import type { JumpHost } from '../../src/domain/device.ts';
import { Secret } from '../../src/domain/secret.ts';
import { ED25519, publicBlob } from './ssh-device.ts';

export interface JumpDevice extends AsyncDisposable {
  readonly port: number;
  readonly key: Buffer;
  /** Every login attempt with a credential, as `method value`. */
  readonly attempts: string[];
  /** Every stream asked for, as `host:port`. */
  readonly streams: string[];
  /** Connections open now, streams open now, and the most that were open on one connection. */
  readonly open: { connections: number; streams: number; mostOnOne: number };
  readonly folder: string;
  cut(): void;
}

export interface JumpDeviceOptions {
  readonly login?: (context: AuthContext) => void;
  readonly hostKey?: string;
  /** Forwards nothing: "administratively prohibited". */
  readonly refuses?: boolean;
  /** Leaves requests for a stream without an answer. */
  readonly isSlow?: boolean;
}

/** An SSH server that forwards, as OpenSSH does for `ssh -J`. */
export async function jumpDevice(options: JumpDeviceOptions = {}): Promise<JumpDevice> {
  const { hostKey = ED25519, login = acceptRight } = options;
  const attempts: string[] = [];
  const streams: string[] = [];
  const open = { connections: 0, streams: 0, mostOnOne: 0 };
  const cuts = new Set<() => void>();
  const server = new ssh2.Server({ hostKeys: [hostKey] }, (connection) => {
    (connection as Connection & { setNoDelay(on: boolean): void }).setNoDelay(true);
    open.connections += 1;
    let here = 0;
    const cut = (): void => void connection.end();
    cuts.add(cut);
    connection.on('error', () => undefined);
    connection.on('close', () => {
      open.connections -= 1;
      cuts.delete(cut);
    });
    connection.on('authentication', (context) => {
      if (context.method === 'password') attempts.push(`password ${context.password}`);
      login(context);
    });
    // ssh2 prohibits what nobody listens for.
    if (options.refuses === true) return;
    connection.on('tcpip', (accept, reject, { destIP, destPort }) => {
      streams.push(`${destIP}:${destPort}`);
      if (options.isSlow === true) return undefined;
      const socket = connect({ host: destIP, port: destPort, noDelay: true });
      socket.on('error', () => undefined);
      socket.once('connect', () => {
        const stream = accept();
        open.streams += 1;
        here += 1;
        open.mostOnOne = Math.max(open.mostOnOne, here);
        stream.on('error', () => undefined);
        stream.once('close', () => {
          open.streams -= 1;
          here -= 1;
          socket.destroy();
        });
        socket.once('close', () => stream.end());
        stream.pipe(socket).pipe(stream);
      });
      socket.once('close', (hadError) => {
        if (hadError) reject();
      });
      return undefined;
    });
  });
  const folder = await mkdtemp(path.join(tmpdir(), 'trustfleet-jump-'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const cut = (): void => {
    for (const end of cuts) end();
  };
  return {
    port: (server.address() as AddressInfo).port,
    key: publicBlob(hostKey),
    attempts,
    streams,
    open,
    folder,
    cut,
    [Symbol.asyncDispose]: async () => {
      cut();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await rm(folder, { recursive: true });
    },
  };
}

function acceptRight(context: AuthContext): void {
  if (context.method === 'password' && context.password === 'hop-Passw0rd') context.accept();
  else context.reject(['password']);
}

export function hopTo(device: JumpDevice, name: string, more: Partial<JumpHost> = {}): JumpHost {
  return {
    name,
    host: '127.0.0.1',
    port: device.port,
    username: 'jumper',
    password: Secret.acquired('hop-Passw0rd', 'this test'),
    knownHosts: path.join(device.folder, 'known_hosts'),
    algorithms: 'modern',
    timeouts: { connect: 3_000, login: 3_000 },
    channels: 100,
    ...more,
  };
}
