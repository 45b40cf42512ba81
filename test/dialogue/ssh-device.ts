import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { AuthContext, Connection, ServerConfig } from 'ssh2';
import ssh2 from 'ssh2';
import { ed25519Key } from './ed25519-key.ts';

export const RSA = ssh2RsaKey();
export const ED25519 = ed25519Key().private;

export interface SshDevice extends AsyncDisposable {
  readonly port: number;
  /** Every login attempt that carries a credential, as `method value`. */
  readonly attempts: string[];
  /** Connections so far. */
  readonly connections: number;
  /** The public key blob of each host key. */
  readonly keys: readonly Buffer[];
  /** A scratch folder that goes away with the device. */
  readonly folder: string;
  /** Breaks every connection without a goodbye. */
  cut(): void;
  /** Reads nothing more from anybody: to its peers it is dead. */
  freeze(): void;
}

export interface SshDeviceOptions {
  readonly hostKeys?: readonly string[];
  readonly algorithms?: ServerConfig['algorithms'];
  readonly ident?: string;
  /** Says yes or no to a login; `secret` / `netops` by password unless given. */
  readonly login?: (context: AuthContext) => void;
  /** The moment at which the device breaks the connection. */
  readonly cutAt?: 'tcp' | 'login' | 'shell';
  readonly noShell?: boolean;
  /** What becomes of the terminal asked for: granted at once, refused, or granted once a shell is asked for as well. */
  readonly terminal?: 'at-once' | 'refused' | 'with-shell';
}

/** A small SSH server that greets, echoes and says goodbye on `exit`. */
export async function sshDevice(options: SshDeviceOptions = {}): Promise<SshDevice> {
  const { hostKeys = [ED25519], login = byPassword, cutAt } = options;
  const attempts: string[] = [];
  let connections = 0;
  const open = new Set<() => void>();
  const sockets = new Set<Socket>();
  const server = new ssh2.Server(
    {
      hostKeys: [...hostKeys],
      ...(options.algorithms === undefined ? {} : { algorithms: options.algorithms }),
      ...(options.ident === undefined ? {} : { ident: options.ident }),
    },
    (connection) => {
      connections += 1;
      (connection as Connection & { setNoDelay(on: boolean): void }).setNoDelay(true);
      const cut = (): void => void connection.end();
      open.add(cut);
      sockets.add((connection as Connection & { _sock: Socket })._sock);
      connection.on('error', () => undefined);
      connection.on('close', () => open.delete(cut));
      if (cutAt === 'tcp') return cut();
      connection.on('authentication', (context) => {
        if (context.method === 'password') attempts.push(`password ${context.password}`);
        if (context.method === 'publickey') attempts.push('publickey');
        if (cutAt === 'login' && context.method !== 'none') return cut();
        return login(context);
      });
      connection.on('session', (accept) => {
        const session = accept();
        let grantLate: (() => void) | undefined;
        session.on('pty', (acceptPty, rejectPty) => {
          if (options.terminal === 'refused') return rejectPty?.();
          if (options.terminal === 'with-shell') grantLate = acceptPty;
          else acceptPty?.();
          return undefined;
        });
        session.on('shell', (acceptShell, rejectShell) => {
          grantLate?.();
          if (options.noShell === true) return rejectShell();
          const shell = acceptShell();
          shell.write('gw1#');
          if (cutAt === 'shell') return cut();
          shell.on('data', (data: Buffer) => {
            if (data.toString() !== 'exit\r') return shell.write(`${data.toString()}\ngw1#`);
            shell.exit(0);
            return shell.end();
          });
          return undefined;
        });
      });
      return undefined;
    },
  );
  const folder = await mkdtemp(path.join(tmpdir(), 'trustfleet-ssh-'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const cut = (): void => {
    for (const end of open) end();
  };
  return {
    port: (server.address() as AddressInfo).port,
    attempts,
    get connections() {
      return connections;
    },
    keys: hostKeys.map(publicBlob),
    folder,
    cut,
    freeze: () => {
      for (const socket of sockets) socket.pause();
    },
    [Symbol.asyncDispose]: async () => {
      cut();
      // A frozen socket would never notice that the other end has gone.
      for (const socket of sockets) socket.resume();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await rm(folder, { recursive: true });
    },
  };
}

function byPassword(context: AuthContext): void {
  if (
    context.method === 'password' &&
    context.username === 'netops' &&
    context.password === 'right-Passw0rd'
  ) {
    context.accept();
  } else context.reject(['password']);
}

/** The blob a server shows as its host key. */
export function publicBlob(privateKey: string): Buffer {
  const key = ssh2.utils.parseKey(privateKey);
  if (key instanceof Error) throw key;
  return (Array.isArray(key) ? key[0] : key).getPublicSSH();
}

function ssh2RsaKey(): string {
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  });
  return privateKey;
}
