import { type AddressInfo, createServer, type Server as NetServer, type Socket } from 'node:net';

import ssh2, {
  type AuthContext,
  type AuthenticationType,
  type Connection,
  type Server,
  type ServerChannel,
  type Session,
} from 'ssh2';

import { type HostKey, makeHostKey } from './host-key.ts';
import type { RouterOptions } from './options.ts';
import { pacedWire } from './paced-wire.ts';
import type { Router } from './router.ts';
import { type SessionPlace, Shell } from './shell.ts';
import { SSH_SUITES, type SshOffer } from './ssh-suites.ts';
import type { Wire } from './terminal.ts';

const IDENT = 'Cisco-1.25';
const LOGIN_ATTEMPTS = 3;
const LOGIN_TIMEOUT_MS = 120_000;
/** A router sends no keepalives; the SSH library would. */
const NO_KEEPALIVE_MS = 2 ** 31 - 1;
/** What a machine with a broken image might say: no prompt of IOS is in it. */
const NONSENSE = '\x1b[2J\x07~\xff\xfe}#x<>{{ 0x7f3a9c :: ]] %%\r\n[[ no such device ]] (reset: y/n/q) ... ';

/** The router's SSH door. The host key and the SSH engine are made when the first connection needs them. */
export class SshServer {
  readonly #router: Router;
  readonly #options: RouterOptions;
  readonly #offer: SshOffer;
  readonly #listener: NetServer;
  readonly #sockets = new Set<Socket>();
  #hostKey: HostKey | undefined;
  #engine: Server | undefined;

  constructor(router: Router, options: RouterOptions) {
    this.#router = router;
    this.#options = options;
    this.#offer = SSH_SUITES[options.ssh ?? router.personality.ssh];
    this.#listener = createServer((socket) => this.#accept(socket));
  }

  get hostKey(): HostKey {
    this.#hostKey ??= makeHostKey(this.#offer.hostKey, this.#options.hostKey);
    return this.#hostKey;
  }

  get port(): number {
    return (this.#listener.address() as AddressInfo).port;
  }

  /** Rejects when the address cannot be listened on. */
  listen(): Promise<void> {
    const { host, port } = this.#options.listen ?? { host: '127.0.0.1', port: 0 };
    return new Promise((resolve, reject) => {
      this.#listener.once('error', reject);
      this.#listener.listen({ host, port }, () => {
        this.#listener.removeListener('error', reject);
        resolve();
      });
    });
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#listener.close(() => resolve()));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #accept(socket: Socket): void {
    socket.setNoDelay(true);
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    if (!this.#router.hasFreeLine || this.#router.faults.has('vty-full')) {
      socket.resetAndDestroy();
      return;
    }
    this.#engine ??= this.#makeEngine();
    this.#engine.injectSocket(socket);
  }

  #makeEngine(): Server {
    const router = this.#router;
    const config = {
      hostKeys: [this.hostKey.privateKey],
      algorithms: this.#offer.algorithms,
      ident: IDENT,
      keepaliveInterval: NO_KEEPALIVE_MS,
      // Read at each connection: `banner login` may change it.
      get banner(): string {
        return router.loginBanner;
      },
    };
    return new ssh2.Server(config, (connection, { ip, port }) => {
      const socket = [...this.#sockets].find(({ remotePort }) => remotePort === port);
      this.#connected(connection, ip, () => socket?.destroy());
    });
  }

  #connected(connection: Connection, remote: string, cut: () => void): void {
    // A client that gives up is no event for a router.
    connection.on('error', () => connection.end());
    const line = this.#router.openLine(remote);
    if (line === undefined) {
      connection.end();
      return;
    }
    const patience = setTimeout(() => connection.end(), LOGIN_TIMEOUT_MS);
    patience.unref();
    const login = new Login(this.#router, connection);
    connection.on('authentication', (context) => login.check(context));
    connection.once('ready', () => {
      clearTimeout(patience);
      this.#router.nameLine(line, login.user);
      this.#serve(connection, cut, { line, remote, user: login.user, privilege: login.privilege });
    });
    connection.once('close', () => {
      clearTimeout(patience);
      this.#router.closeLine(line);
    });
  }

  #serve(connection: Connection, cut: () => void, place: SessionPlace): void {
    connection.on('session', (acceptSession) => {
      const session: Session = acceptSession();
      // Length and width come from the terminal commands: whether the client's window counts is not known.
      session.on('pty', (accept) => accept());
      session.on('window-change', (accept) => accept?.());
      const start = (channel: ServerChannel, command: string | undefined): void => {
        channel.on('error', () => connection.end());
        const wire = pacedWire(channelWire(channel, connection, cut), this.#router.faults);
        this.#startShell(channel, wire, place, command);
      };
      session.once('shell', (accept) => start(accept(), undefined));
      session.once('exec', (accept, _reject, { command }) => start(accept(), command));
    });
  }

  #startShell(channel: ServerChannel, wire: Wire, place: SessionPlace, command: string | undefined): void {
    const { faults } = this.#router;
    if (faults.cutsAt('login')) {
      wire.cut();
      return;
    }
    if (faults.has('nonsense')) {
      wire.write(NONSENSE);
      channel.on('data', () => wire.write(NONSENSE));
      return;
    }
    const shell = new Shell(this.#router, wire, place);
    const { oneWayMs } = faults;
    channel.on('data', (bytes: Buffer) => {
      if (oneWayMs === 0) shell.feed(bytes);
      else setTimeout(() => shell.feed(bytes), oneWayMs);
    });
    channel.once('close', () => shell.close());
    void (command === undefined ? shell.run() : shell.runOnce(command));
  }
}

/** A router ends the whole connection with its session. */
function channelWire(channel: ServerChannel, connection: Connection, cut: () => void): Wire {
  return {
    cut,
    write: (bytes) => void channel.write(Buffer.from(bytes, 'latin1')),
    end: () => {
      channel.once('close', () => connection.end());
      channel.exit(0);
      channel.end();
      channel.close();
    },
  };
}

/** One client's attempts to log in. */
class Login {
  readonly #router: Router;
  readonly #connection: Connection;
  #attempts = 0;
  user = '';
  privilege = 1;

  constructor(router: Router, connection: Connection) {
    this.#router = router;
    this.#connection = connection;
  }

  check(context: AuthContext): void {
    const offered = this.#methods.includes(context.method);
    if (offered && context.method === 'password') this.#judge(context, context.password);
    else if (offered && context.method === 'keyboard-interactive') {
      context.prompt([{ prompt: 'Password: ', echo: false }], (answers) =>
        this.#judge(context, answers[0] ?? ''),
      );
    } else context.reject(this.#methods);
  }

  get #methods(): AuthenticationType[] {
    const { faults } = this.#router;
    if (faults.has('keyboard-only')) return ['keyboard-interactive'];
    return faults.has('password-only') ? ['password'] : ['keyboard-interactive', 'password'];
  }

  #judge(context: AuthContext, password: string): void {
    const user = this.#router.config.users.get(context.username);
    const isRight = user?.secret?.matches(password) === true && !this.#router.faults.has('refuse-login');
    if (isRight) {
      this.user = user.name;
      this.privilege = user.privilege;
      context.accept();
      return;
    }
    this.#attempts += 1;
    context.reject(this.#methods);
    if (this.#attempts >= LOGIN_ATTEMPTS) this.#connection.end();
  }
}
