import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Document, parseDocument } from 'yaml';
import type { DeviceResult } from '../../src/domain/result.ts';
import type { DeviceOutcome } from '../../src/domain/step.ts';
import { Lab, type LabOptions } from '../../src/lab/lab.ts';
import type { VirtualRouter } from '../../src/lab/router/virtual-router.ts';

/** The built program; another one, such as an installed package's, can be named. */
const MAIN =
  process.env.TRUSTFLEET_MAIN ?? path.resolve(import.meta.dirname, '..', '..', 'dist', 'cli', 'main.js');
const RESULT = 'result.json';

/** What `--json` wrote, as far as tests read it. */
export interface Result {
  readonly run: { readonly id: string; readonly interrupted: boolean };
  readonly counts: Readonly<Record<DeviceOutcome, number>>;
  readonly devices: readonly DeviceResult[];
}

/** How one command ended. */
export interface Ran {
  readonly exit: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Everything of one device, from the JSON result. Throws when there is none. */
  readonly device: (name: string) => DeviceResult;
  /** Outcome, or error code of a failed device, by name. */
  readonly outcomes: Readonly<Record<string, string>>;
  readonly result: Result | undefined;
}

/** A command that is still at it. */
export interface Running {
  readonly done: Promise<Ran>;
  readonly signal: (name: NodeJS.Signals) => void;
  /** Standard error so far. */
  readonly said: () => string;
}

/** A lab, and the built program in its folder. */
export interface LabFleet extends AsyncDisposable {
  readonly lab: Lab;
  readonly dir: string;
  readonly names: readonly string[];
  router(name: string): VirtualRouter;
  /** Runs a command to its end. */
  run(command: string, ...options: string[]): Promise<Ran>;
  start(command: string, ...options: string[]): Running;
  /** Changes the inventory's YAML. */
  editInventory(edit: (inventory: Document) => void): Promise<void>;
}

/**
 * Starts a lab of routers with right clocks and privilege 15, unless `cast` says otherwise. Ends with an error when a
 * router met a fault of the lab itself: nothing it did would prove anything.
 */
export async function startLabFleet(
  options: Pick<LabOptions, 'routers' | 'cast' | 'minuteMs'> & { readonly ca?: LabOptions['ca'] },
): Promise<LabFleet> {
  const dir = await mkdtemp(path.join(tmpdir(), 'trustfleet-e2e-'));
  const names = Array.from({ length: options.routers }, (_, index) => routerName(index + 1));
  const lab = await Lab.create({
    ca: 'ndes',
    ...options,
    dir,
    cast: Object.fromEntries(names.map((name) => [name, { ...PLAIN, ...options.cast?.[name] }])),
  });
  const running = new Set<ChildProcess>();
  const start = (command: string, ...argv: string[]): Running =>
    startCommand(dir, [command, ...argv], running);
  return {
    lab,
    dir,
    names,
    router: (name) => lab.router(name),
    start,
    run: (command, ...argv) => start(command, ...argv).done,
    editInventory: (edit) => editInventory(lab.inventoryFile, edit),
    async [Symbol.asyncDispose]() {
      for (const child of running) child.kill('SIGKILL');
      const failures = lab.routers.flatMap(({ router }) => router.state.failures);
      await lab.close();
      await rm(dir, { recursive: true, force: true });
      if (failures.length > 0) throw new AggregateError(failures, 'the lab itself failed');
    },
  };
}

export function routerName(number: number): string {
  return `br-${String(number).padStart(4, '0')}`;
}

const PLAIN = { privilege: 15, clock: { start: 'system', authoritative: true } } as const;

/** Commands that work on devices write their result as JSON, too. */
const FLEET_COMMANDS = new Set(['enroll', 'renew', 'verify']);

function startCommand(dir: string, argv: readonly string[], running: Set<ChildProcess>): Running {
  if (!existsSync(MAIN)) throw new Error(`${MAIN} is missing: build first (npm run build)`);
  const [command = ''] = argv;
  const writesResult = FLEET_COMMANDS.has(command) && !argv.includes('--json');
  const child = spawn(process.execPath, [MAIN, ...argv, ...(writesResult ? ['--json', RESULT] : [])], {
    cwd: dir,
    env: { PATH: process.env.PATH, ...(process.env.HOME === undefined ? {} : { HOME: process.env.HOME }) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  const said = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said.stderr += text;
  });
  const done = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  }).then(async (exit): Promise<Ran> => {
    running.delete(child);
    return ended(exit, said, writesResult ? await takeResult(path.join(dir, RESULT)) : undefined);
  });
  return { done, signal: (name) => void child.kill(name), said: () => said.stderr };
}

function ended(
  exit: number | null,
  said: { readonly stdout: string; readonly stderr: string },
  result: Result | undefined,
): Ran {
  const devices = result?.devices ?? [];
  return {
    exit,
    ...said,
    result,
    device(name) {
      const found = devices.find(({ device }) => device === name);
      if (found === undefined) throw new Error(`no result of ${name} (exit ${exit}):\n${said.stderr}`);
      return found;
    },
    outcomes: Object.fromEntries(
      devices.map(({ device, outcome, error }) => [
        device,
        outcome === 'failed' ? (error?.code ?? outcome) : outcome,
      ]),
    ),
  };
}

/** Reads the result and removes it, so that the next command cannot be taken for this one. */
async function takeResult(file: string): Promise<Result | undefined> {
  if (!existsSync(file)) return undefined;
  const result = JSON.parse(await readFile(file, 'utf8')) as Result;
  await rm(file);
  return result;
}

async function editInventory(file: string, edit: (inventory: Document) => void): Promise<void> {
  const inventory = parseDocument(await readFile(file, 'utf8'));
  edit(inventory);
  await writeFile(file, inventory.toString());
}
