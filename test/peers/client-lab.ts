import path from 'node:path';
import { Lab } from '../../src/lab/lab.ts';
import type { Role } from '../../src/lab/roles.ts';
import type { VirtualRouter } from '../../src/lab/router/virtual-router.ts';
import { parseCertificate } from '../../src/scep/index.ts';
import { Folder } from './folder.ts';
import { type Ended, type RunOptions, run } from './program.ts';

/** Where scripts/make-peers-venv.sh puts Netmiko, Scrapli and Ansible. */
const PROGRAMS = path.resolve(import.meta.dirname, '../../.venv-peers/bin');

/** A certificate as ntc-templates reads it off the screen. */
export interface ReadCertificate {
  readonly certificate_type: string;
  readonly status: string;
  readonly serial_number: string;
  readonly subject_cn: string;
  readonly end_date: string;
  readonly associated_trustpoints: string;
}

/** How a client gets into a router. */
export interface Access {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly password: string;
  readonly secret: string;
  readonly knownHosts: string;
}

/** A role for a router that was enrolled some weeks ago. */
export const ENROLLED: Partial<Role> = {
  certificate: { daysOld: 40, daysLeft: 325 },
  clock: { start: 'system', authoritative: true },
};

/** Routers of the lab, and other people's clients in Python to work on them. */
export class ClientLab implements AsyncDisposable {
  readonly folder: Folder;
  readonly #lab: Lab;
  readonly #secrets: { readonly login: string; readonly enable: string };

  private constructor(folder: Folder, lab: Lab, secrets: { login: string; enable: string }) {
    this.folder = folder;
    this.#lab = lab;
    this.#secrets = secrets;
  }

  /** One router for each role: `br-0001`, `br-0002` and so on, all of one CA. */
  static async start(roles: readonly Partial<Role>[]): Promise<ClientLab> {
    const folder = await Folder.make();
    const cast = Object.fromEntries(roles.map((role, index) => [nameOf(index), role]));
    const lab = await Lab.create({ dir: folder.path, routers: roles.length, ca: 'generic', cast });
    const secret = async (name: string): Promise<string> =>
      (await folder.read(`secrets/${name}`)).toString().trim();
    return new ClientLab(folder, lab, { login: await secret('login'), enable: await secret('enable') });
  }

  router(name: string): VirtualRouter {
    return this.#lab.router(name);
  }

  serialNumber(name: string): string | undefined {
    return this.#lab.routers.find((router) => router.name === name)?.role.serialNumber;
  }

  access(name: string): Access {
    const { login, enable } = this.#secrets;
    const knownHosts = this.folder.at('known_hosts');
    const { port } = this.router(name);
    return { host: '127.0.0.1', port, username: 'netops', password: login, secret: enable, knownHosts };
  }

  /** What a client is to have read of a router's certificates: the router's own, then its CA's. */
  certificates(name: string): readonly ReadCertificate[] {
    return this.router(name).state.certificates.map(({ kind, trustpoint, der }) => {
      const { serial, notAfter } = parseCertificate(der);
      return {
        certificate_type: kind === 'identity' ? 'Certificate' : 'CA Certificate',
        status: 'Available',
        serial_number: serial,
        subject_cn: kind === 'identity' ? `${name}.branch.example.net` : 'Lab Issuing CA',
        end_date: inUtc(notAfter),
        associated_trustpoints: trustpoint,
      };
    });
  }

  /** A known_hosts file in which a router has the host key of another. */
  async strangers(name: string, other: string): Promise<string> {
    const key = this.router(other).hostKeyLine.split(' ').slice(1).join(' ');
    return this.folder.write('strangers', `[127.0.0.1]:${this.router(name).port} ${key}\n`);
  }

  /** Runs a Python program of this folder; the job goes in by standard input, where no other user reads it. */
  python(program: string, job: object): Promise<Ended> {
    const file = path.join(import.meta.dirname, program);
    return run(path.join(PROGRAMS, 'python'), [file], this.#place({ input: JSON.stringify(job) }));
  }

  /** The same for a job that must be done: what the program saw. */
  async saw<T>(program: string, job: object): Promise<T> {
    const { code, stdout, stderr } = await this.python(program, job);
    if (code !== 0) throw new Error(`${program} ended with ${String(code)}:\n${stdout.toString()}${stderr}`);
    return JSON.parse(stdout.toString()) as T;
  }

  ansiblePlaybook(args: readonly string[], options: RunOptions): Promise<Ended> {
    return run(path.join(PROGRAMS, 'ansible-playbook'), args, this.#place(options));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#lab.close();
    await this.folder[Symbol.asyncDispose]();
  }

  /** Nothing of the account that runs the tests is read or written. */
  #place(options: RunOptions): RunOptions {
    const env = { ...options.env, HOME: this.folder.path, LC_ALL: 'C.UTF-8' };
    return { ...options, cwd: this.folder.path, env };
  }
}

function nameOf(index: number): string {
  return `br-${String(index + 1).padStart(4, '0')}`;
}

/** `05:55:52 UTC Oct 12 2027` */
function inUtc(date: Date): string {
  const [, day = '', month = '', year = '', time = ''] = date.toUTCString().split(' ');
  return `${time} UTC ${month} ${Number(day)} ${year}`;
}
