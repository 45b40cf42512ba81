/** Routers to visit: the stand-in, a distance in front of it, and each tool's own files about them. */
import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import ssh2 from 'ssh2';
import { HelperProcess } from './helper-process.ts';
import { OUTPUTS } from './outputs.ts';
import { peer, python } from './peers.ts';

export const LOGIN = ['netops', 'Bench-login-2026'] as const;

export interface Router {
  readonly name: string;
  readonly host: string;
  readonly port: number;
}

export interface FleetOptions {
  readonly routers: number;
  readonly rttMs: number;
  /** The key exchange that the routers know; a quick one unless given. */
  readonly kex?: readonly string[];
  /** Its processor time is left over by everybody else. */
  readonly background?: boolean;
}

export class Fleet implements AsyncDisposable {
  readonly dir: string;
  readonly routers: readonly Router[];
  readonly #standIn: HelperProcess;
  readonly #proxy: HelperProcess | undefined;

  private constructor(
    dir: string,
    routers: readonly Router[],
    standIn: HelperProcess,
    proxy: HelperProcess | undefined,
  ) {
    this.dir = dir;
    this.routers = routers;
    this.#standIn = standIn;
    this.#proxy = proxy;
  }

  static async start({ routers: count, rttMs, kex, background = false }: FleetOptions): Promise<Fleet> {
    const names = Array.from({ length: count }, (_, index) => `br-${String(index + 1).padStart(4, '0')}`);
    // Made before anybody is measured, and one for all.
    const hostKey = generateKeyPairSync('rsa', {
      modulusLength: 2048,
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
    }).privateKey;
    const standIn = await HelperProcess.start([python(), '-W', 'ignore', peer('stand_in.py')], {
      names,
      hostKey,
      login: LOGIN,
      outputs: OUTPUTS,
      ...(kex === undefined ? {} : { kex }),
      ...(background ? { nice: 19 } : {}),
    });
    const proxy = rttMs === 0 ? undefined : await startProxy(standIn.ports, rttMs);
    const ports = (proxy ?? standIn).ports;
    const routers = names.map((name, index) => ({ name, host: '127.0.0.1', port: ports[index] ?? 0 }));
    const dir = await mkdtemp(path.join(tmpdir(), 'trustfleet-bench-'));
    await writeFile(path.join(dir, 'known_hosts'), knownHosts(routers, hostKey));
    await writeFile(path.join(dir, 'inventory.json'), JSON.stringify(inventory(routers)));
    await writeFile(path.join(dir, 'hosts.json'), JSON.stringify(ansibleInventory(routers)));
    return new Fleet(dir, routers, standIn, proxy);
  }

  /** trustfleet's inventory. */
  get inventoryFile(): string {
    return path.join(this.dir, 'inventory.json');
  }

  get ansibleHosts(): string {
    return path.join(this.dir, 'hosts.json');
  }

  /** Of the routers and of the distance: sessions, commands, turns and CPU seconds so far. */
  async counted(): Promise<Readonly<Record<string, number>>> {
    const { cpu: proxyCpu = 0, ...distance } = (await this.#proxy?.counted()) ?? {};
    return { ...distance, ...(await this.#standIn.counted()), proxyCpu };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#proxy?.[Symbol.asyncDispose]();
    await this.#standIn[Symbol.asyncDispose]();
    await rm(this.dir, { recursive: true, force: true });
  }
}

function startProxy(ports: readonly number[], rttMs: number): Promise<HelperProcess> {
  const program = path.join(import.meta.dirname, 'proxy.ts');
  return HelperProcess.start([process.execPath, '--import', 'tsx', program], { ports, rttMs });
}

function knownHosts(routers: readonly Router[], pem: string): string {
  const key = ssh2.utils.parseKey(pem);
  if (key instanceof Error) throw key;
  const blob = key.getPublicSSH().toString('base64');
  return routers.map(({ host, port }) => `[${host}]:${port} ssh-rsa ${blob}\n`).join('');
}

function inventory(routers: readonly Router[]): object {
  return {
    defaults: {
      domain: 'branch.example.net',
      ssh: { username: LOGIN[0], password: { env: 'BENCH_LOGIN' }, knownHosts: './known_hosts' },
      timeouts: { connect: '120s', login: '120s', command: '120s' },
    },
    devices: Object.fromEntries(routers.map(({ name, host, port }) => [name, { host, port }])),
  };
}

function ansibleInventory(routers: readonly Router[]): object {
  return {
    routers: {
      hosts: Object.fromEntries(
        routers.map(({ name, host, port }) => [name, { ansible_host: host, ansible_port: port }]),
      ),
      vars: {
        ansible_connection: 'ansible.netcommon.network_cli',
        ansible_network_os: 'cisco.ios.ios',
        ansible_network_cli_ssh_type: 'libssh',
        ansible_python_interpreter: '{{ ansible_playbook_python }}',
        ansible_user: LOGIN[0],
        ansible_password: LOGIN[1],
        ansible_host_key_checking: false,
      },
    },
  };
}
