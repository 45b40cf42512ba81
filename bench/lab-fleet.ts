/** Routers of trustfleet's own lab, with a distance in front of them. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parse, stringify } from 'yaml';
import { HelperProcess } from './helper-process.ts';
import type { Program } from './measure.ts';
import { ROOT } from './peers.ts';

/** As far as it is changed here. */
interface Inventory {
  devices: Record<string, { port?: number }>;
}

export class LabFleet implements AsyncDisposable {
  readonly dir: string;
  readonly names: readonly string[];
  readonly #lab: HelperProcess;
  readonly #proxy: HelperProcess;

  private constructor(dir: string, names: readonly string[], lab: HelperProcess, proxy: HelperProcess) {
    this.dir = dir;
    this.names = names;
    this.#lab = lab;
    this.#proxy = proxy;
  }

  static async start(options: { routers: number; ca: 'ndes' | 'generic'; rttMs: number }): Promise<LabFleet> {
    const { routers, ca, rttMs } = options;
    const dir = await mkdtemp(path.join(tmpdir(), 'trustfleet-bench-'));
    const program = (name: string): readonly string[] => [
      process.execPath,
      '--import',
      'tsx',
      path.join(import.meta.dirname, name),
    ];
    const lab = await HelperProcess.start(program('lab.ts'), { dir, routers, ca });
    const proxy = await HelperProcess.start(program('proxy.ts'), { ports: lab.ports, rttMs });
    const distant = new Map(lab.ports.map((port, index) => [port, proxy.ports[index] ?? 0]));
    const names = await moveInventory(path.join(dir, 'inventory.yaml'), distant);
    await moveKnownHosts(path.join(dir, 'known_hosts'), distant);
    return new LabFleet(dir, names, lab, proxy);
  }

  /** The built command with everything that the lab has left in its folder. */
  command(argv: readonly string[]): Program {
    return {
      command: [process.execPath, path.join(ROOT, 'dist/cli/main.js'), ...argv, '--progress', 'none'],
      cwd: this.dir,
      env: { HOME: this.dir },
    };
  }

  /** Turns and connections of the distance so far, and the lab’s CPU seconds. */
  async counted(): Promise<Readonly<Record<string, number>>> {
    return { ...(await this.#proxy.counted()), ...(await this.#lab.counted()) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#proxy[Symbol.asyncDispose]();
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
