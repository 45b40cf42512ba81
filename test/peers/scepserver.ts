import { createServer } from 'node:net';
import { vi } from 'vitest';
import { nodeTransport } from '../../src/scep/index.ts';
import { Folder } from './folder.ts';
import { Front } from './front.ts';
import { Program, succeed } from './program.ts';

/** A line of the CA's own database. */
export interface DepotEntry {
  /** `V` valid, `R` revoked. */
  readonly state: string;
  /** Hex. */
  readonly serial: string;
  readonly subject: string;
}

const STARTS = 5;

/** micromdm's scepserver with a CA of its own. It listens on every address: there is no option for less. */
export class DebianScepServer implements AsyncDisposable {
  readonly origin: string;
  readonly folder: Folder;
  readonly challenge = 'Debian-only-2026';
  readonly #program: Program;

  private constructor(origin: string, folder: Folder, program: Program) {
    this.origin = origin;
    this.folder = folder;
    this.#program = program;
  }

  static async start(): Promise<DebianScepServer> {
    const folder = await Folder.make();
    await succeed('scepserver', ['ca', '-init', '-depot', folder.at('depot'), '-keySize', '2048']);
    for (let start = 1; ; start += 1) {
      const server = await DebianScepServer.#tryPort(await freePort(), folder);
      if (server !== undefined) return server;
      if (start === STARTS) throw new Error(`scepserver did not start on any of ${STARTS} ports`);
    }
  }

  /** Undefined when the port was taken between our look and its start. */
  static async #tryPort(port: number, folder: Folder): Promise<DebianScepServer | undefined> {
    const server = new DebianScepServer(`http://127.0.0.1:${port}`, folder, await launch(port, folder));
    let ended = false;
    void server.#program.ended.then(() => {
      ended = true;
    });
    const http = nodeTransport();
    const ask = async (): Promise<boolean> => {
      if (ended) return true;
      const url = `${server.url}?operation=GetCACaps`;
      return http({ method: 'GET', url, headers: {} }).then(
        ({ status }) => status === 200,
        () => false,
      );
    };
    await vi.waitUntil(ask, { timeout: 10_000, interval: 20 });
    return ended ? undefined : server;
  }

  get url(): string {
    return `${this.origin}/scep`;
  }

  /** The PEM of its CA certificate. */
  get root(): string {
    return this.folder.at('depot/ca.pem');
  }

  /** What the CA wrote down of every certificate, oldest first. */
  async issued(): Promise<readonly DepotEntry[]> {
    const text = (await this.folder.read('depot/index.txt')).toString('utf8');
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => line.split('\t'))
      .map(([state = '', , , serial = '', , subject = '']) => ({ state, serial, subject }));
  }

  /** Before it, since it knows one path only, and routers put `/pkiclient.exe` behind whatever they are given. */
  front(): Promise<Front> {
    return Front.start(this.origin, { path: (path) => path.replace(/\/pkiclient\.exe$/, '') });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#program[Symbol.asyncDispose]();
    await this.folder[Symbol.asyncDispose]();
  }
}

function launch(port: number, folder: Folder): Promise<Program> {
  // Its settings go in by the environment: arguments are for everybody on the machine to read.
  const env = { SCEP_CHALLENGE_PASSWORD: 'Debian-only-2026' };
  const args = ['-depot', folder.at('depot'), '-port', String(port), '-allowrenew', '0'];
  return Program.start('scepserver', args, { env, input: '' });
}

async function freePort(): Promise<number> {
  const listener = createServer();
  await new Promise<void>((resolve) => listener.listen(0, resolve));
  const address = listener.address();
  await new Promise((resolve) => listener.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('the system gave no port');
  return address.port;
}
