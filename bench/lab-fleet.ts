/** Routers of trustfleet's own lab, with a distance in front of them. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parse, stringify } from 'yaml';
import { HelperProcess } from './helper-process.ts';
import { nameMany } from './many-names.ts';
import type { Program } from './measure.ts';
import { ROOT } from './peers.ts';

/** As far as it is changed here. */
interface Inventory {
  devices: Record<string, { port?: number; vars?: Record<string, unknown> }>;
}

export interface LabFleetOptions {
  readonly routers: number;
  readonly ca: 'ndes' | 'generic';
  /** Nothing stands in front of the routers without it. */
  readonly rttMs?: number;
  /** PEM of RSA keys that the routers take instead of making them, one each. */
  readonly keys?: readonly string[];
}

export class LabFleet implements AsyncDisposable {
  readonly dir: string;
  readonly names: readonly string[];
  readonly #lab: HelperProcess;
  readonly #proxy: HelperProcess | undefined;

  private constructor(
    dir: string,
    names: readonly string[],
    lab: HelperProcess,
    proxy: HelperProcess | undefined,
  ) {
    this.dir = dir;
    this.names = names;
    this.#lab = lab;
    this.#proxy = proxy;
  }

  static async start(options: LabFleetOptions): Promise<LabFleet> {
    const { rttMs, ...job } = options;
    const dir = await mkdtemp(path.join(tmpdir(), 'trustfleet-bench-'));
    const program = (name: string): readonly string[] => [
      process.execPath,
      '--import',
      'tsx',
      path.join(import.meta.dirname, name),
    ];
    const lab = await HelperProcess.start(program('lab.ts'), { dir, ...job });
    const proxy =
      rttMs === undefined
        ? undefined
        : await HelperProcess.start(program('proxy.ts'), { ports: lab.ports, rttMs });
    const { ports } = proxy ?? lab;
    const distant = new Map(lab.ports.map((port, index) => [port, ports[index] ?? 0]));
    const names = await moveInventory(path.join(dir, 'inventory.yaml'), distant);
    await moveKnownHosts(path.join(dir, 'known_hosts'), distant);
    return new LabFleet(dir, names, lab, proxy);
  }

  /** The built command with everything that the lab has left in its folder. */
  command(argv: readonly string[], nodeOptions: readonly string[] = []): Program {
    return {
      command: [
        process.execPath,
        ...nodeOptions,
        path.join(ROOT, 'dist/cli/main.js'),
        ...argv,
        '--progress',
        'none',
      ],
      cwd: this.dir,
      env: { HOME: this.dir },
    };
  }

  /** Writes an inventory of so many devices, which are these routers under many names; its path in the folder. */
  async nameMany(count: number): Promise<string> {
    const inventory = parse(await readFile(path.join(this.dir, 'inventory.yaml'), 'utf8')) as Inventory;
    const devices = nameMany(Object.entries(inventory.devices), count);
    await writeFile(path.join(this.dir, `many-${count}.yaml`), stringify({ ...inventory, devices }));
    return `many-${count}.yaml`;
  }

  /** Turns and connections of the distance so far, and the lab’s CPU seconds. */
  async counted(): Promise<Readonly<Record<string, number>>> {
    return { ...(await this.#proxy?.counted()), ...(await this.#lab.counted()) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#proxy?.[Symbol.asyncDispose]();
    await this.#lab[Symbol.asyncDispose]();
    await rm(this.dir, { recursive: true, force: true });
  }
}

async function moveInventory(file: string, distant: ReadonlyMap<number, number>): Promise<readonly string[]> {
  const inventory = parse(await readFile(file, 'utf8')) as Inventory;
  for (const device of Object.values(inventory.devices)) {
    const port = distant.get(device.port ?? 0);
    if (port === undefined) throw new Error('the lab’s inventory names a port that is no router’s');
    device.port = port;
  }
  await writeFile(file, stringify(inventory));
  return Object.keys(inventory.devices);
}

async function moveKnownHosts(file: string, distant: ReadonlyMap<number, number>): Promise<void> {
  const text = await readFile(file, 'utf8');
  const moved = text.replace(
    /\]:(?<port>\d+)/g,
    (_whole, port: string) => `]:${distant.get(Number(port)) ?? port}`,
  );
  await writeFile(file, moved, { mode: 0o600 });
}
