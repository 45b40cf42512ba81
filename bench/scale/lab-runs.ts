/** Runs of the built command over many devices of one lab, and what they cost on either side. */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { HelperProcess, since } from '../helper-process.ts';
import { type NamedDevice, nameMany } from '../many-names.ts';
import { ROOT } from '../peers.ts';
import { median } from '../table.ts';
import { heldMs, kilobytesIn, machineBusyMs, openDescriptors, type Times, timesOf } from './lab-results.ts';

const COST = z.object({ loop: z.number(), helpers: z.number(), megabytes: z.number() });
/** How often descriptors are counted, in milliseconds. */
const LOOK_MS = 100;

/** As far as it is read here. */
interface Inventory {
  readonly devices: Readonly<Record<string, NamedDevice>>;
}

export interface LabRun {
  readonly command: 'verify' | 'enroll';
  /** Virtual routers, from one to before another; devices beyond their number name them once more. */
  readonly routers: readonly [number, number];
  readonly devices: number;
  readonly isFar: boolean;
  readonly concurrency: number;
  readonly startsPerSecond: number;
}

/** Of trustfleet itself. Times are in milliseconds. */
interface OwnCost {
  readonly wallMs: number;
  /** CPU of the thread that runs JavaScript, and of the others. */
  readonly loopMs: number;
  readonly helpersMs: number;
  /** At most. */
  readonly megabytes: number;
  readonly descriptors: number;
  /** Median; while modules are loaded they are many for a moment. */
  readonly usualDescriptors: number;
  /** CPU that everybody else on the machine used meanwhile. */
  readonly othersMs: number;
}

export interface Cost extends OwnCost, Times {
  readonly labLoopMs: number;
  readonly labHelpersMs: number;
  readonly distanceMs: number;
  readonly caRequests: number;
  /** How long a device kept a password of the CA's service. */
  readonly heldMs: number;
  /** On the disk, per device. */
  readonly keptKb: number;
}

export class LabRuns implements AsyncDisposable {
  readonly #dir: string;
  readonly #inventory: Inventory;
  readonly #lab: HelperProcess;
  readonly #distance: HelperProcess;
  /** Of the distance, by the port of the router. */
  readonly #far: ReadonlyMap<number, number>;
  #runs = 0;

  private constructor(
    dir: string,
    inventory: Inventory,
    lab: HelperProcess,
    distance: HelperProcess,
    far: ReadonlyMap<number, number>,
  ) {
    this.#dir = dir;
    this.#inventory = inventory;
    this.#lab = lab;
    this.#distance = distance;
    this.#far = far;
  }

  static async start(routers: number, rttMs: number): Promise<LabRuns> {
    const dir = await mkdtemp(path.join(tmpdir(), 'trustfleet-scale-'));
    const program = (name: string): readonly string[] => [
      process.execPath,
      '--import',
      'tsx',
      path.join(import.meta.dirname, name),
    ];
    const lab = await HelperProcess.start(program('lab-side.ts'), { dir, routers }, { shares: true });
    const job = { ports: lab.ports, rttMs };
    const distance = await HelperProcess.start(program('../proxy.ts'), job, { shares: true });
    const far = new Map(lab.ports.map((port, index) => [port, distance.ports[index] ?? 0]));
    const known = await readFile(path.join(dir, 'known_hosts'), 'utf8');
    const more = known.replace(/\]:(?<port>\d+)/g, (_all, port: string) => `]:${far.get(Number(port))}`);
    await writeFile(path.join(dir, 'known_hosts'), known + more, { mode: 0o600 });
    const inventory = parse(await readFile(path.join(dir, 'inventory.yaml'), 'utf8')) as Inventory;
    return new LabRuns(dir, inventory, lab, distance, far);
  }

  /** Throws an Error when a device did not end as it should. */
  async run(run: LabRun): Promise<Cost> {
    this.#runs += 1;
    const name = `run-${this.#runs}`;
    await writeFile(path.join(this.#dir, `${name}.yaml`), stringify(this.#inventoryOf(run)));
    const busyBefore = machineBusyMs();
    const before = { lab: await this.#lab.counted(), distance: await this.#distance.counted() };
    const { command, concurrency, startsPerSecond } = run;
    const files = ['--inventory', `${name}.yaml`, '--state', name, '--json', `${name}.json`];
    const pace = ['--concurrency', String(concurrency), '--start-rate', String(startsPerSecond)];
    const own = await this.#trustfleet([command, ...files, ...pace]);
    const lab = since(before.lab, await this.#lab.counted());
    const distance = since(before.distance, await this.#distance.counted());
    const state = path.join(this.#dir, name);
    const sides = 1000 * ((lab.loop ?? 0) + (lab.helpers ?? 0) + (distance.cpu ?? 0));
    const ours = own.loopMs + own.helpersMs + sides;
    return {
      ...own,
      othersMs: Math.max(0, machineBusyMs() - busyBefore - ours),
      labLoopMs: 1000 * (lab.loop ?? 0),
      labHelpersMs: 1000 * (lab.helpers ?? 0),
      distanceMs: 1000 * (distance.cpu ?? 0),
      caRequests: lab.requests ?? 0,
      ...(await timesOf(`${state}.json`, run.devices)),
      heldMs: await heldMs(state),
      keptKb: (await kilobytesIn(state)) / run.devices,
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#distance[Symbol.asyncDispose]();
    await this.#lab[Symbol.asyncDispose]();
    await rm(this.#dir, { recursive: true, force: true });
  }

  #inventoryOf({ routers: [from, to], devices, isFar }: LabRun): Inventory {
    const chosen = Object.entries(this.#inventory.devices).slice(from, to);
    const reached = chosen.map(([name, device]) => {
      const port = isFar ? this.#far.get(device.port ?? 0) : device.port;
      if (port === undefined) throw new Error(`${name} has no port`);
      return [name, { ...device, port }] as const;
    });
    return { ...this.#inventory, devices: nameMany(reached, devices) };
  }

  async #trustfleet(argv: readonly string[]): Promise<Omit<OwnCost, 'othersMs'>> {
    const main = process.env.TRUSTFLEET_MAIN ?? path.join(ROOT, 'dist/cli/main.js');
    const before = path.join(import.meta.dirname, 'tell.mjs');
    const startedAt = performance.now();
    const child = spawn(process.execPath, ['--import', before, main, ...argv, '--progress', 'none'], {
      cwd: this.#dir,
      stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    });
    const looks: number[] = [];
    const looking = setInterval(() => looks.push(openDescriptors(child.pid ?? 0)), LOOK_MS);
    let told = '';
    child.stdio[3]?.on('data', (bytes: Buffer) => {
      told += bytes.toString();
    });
    await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
    clearInterval(looking);
    const { loop, helpers, megabytes } = COST.parse(JSON.parse(told));
    return {
      wallMs: performance.now() - startedAt,
      loopMs: 1000 * loop,
      helpersMs: 1000 * helpers,
      megabytes,
      descriptors: Math.max(0, ...looks),
      usualDescriptors: looks.length === 0 ? 0 : median(looks),
    };
  }
}
