import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Document, parseDocument } from 'yaml';
import { Lab, type LabOptions } from '../../src/lab/lab.ts';
import type { VirtualRouter } from '../../src/lab/router/virtual-router.ts';
import { type Ran, type Running, startProgram } from './program.ts';

/** A lab, and the built program in its folder. */
export interface LabFleet extends AsyncDisposable {
  readonly lab: Lab;
  readonly dir: string;
  readonly names: readonly string[];
  readonly router: (name: string) => VirtualRouter;
  /** Runs a command to its end. */
  readonly run: (command: string, ...options: string[]) => Promise<Ran>;
  readonly start: (command: string, ...options: string[]) => Running;
  /** Changes the inventory's YAML. */
  readonly editInventory: (edit: (inventory: Document) => void) => Promise<void>;
}

/**
 * Starts a lab of routers with right clocks and privilege 15, unless `cast` says otherwise. Ends with an error when a
 * router met a fault of the lab itself: nothing it did would prove anything.
 */
export async function startLabFleet(
  options: Pick<LabOptions, 'routers' | 'cast' | 'minuteMs' | 'passwordValidityMs' | 'approval' | 'tiers'> & {
    readonly ca?: LabOptions['ca'];
  },
): Promise<LabFleet> {
  const dir = await mkdtemp(path.join(tmpdir(), 'trustfleet-e2e-'));
  const names = Array.from({ length: options.routers }, (_, index) => routerName(index + 1));
  const lab = await Lab.create({
    ca: 'ndes',
    ...options,
    dir,
    cast: Object.fromEntries(names.map((name) => [name, { ...PLAIN, ...options.cast?.[name] }])),
  });
  const started: Running[] = [];
  const start = (command: string, ...argv: string[]): Running => {
    const running = startProgram(dir, [command, ...argv]);
    started.push(running);
    return running;
  };
  return {
    lab,
    dir,
    names,
    router: (name) => lab.router(name),
    start,
    run: (command, ...argv) => start(command, ...argv).done,
    editInventory: (edit) => editInventory(lab.inventoryFile, edit),
    async [Symbol.asyncDispose]() {
      // Those of a test that failed may still be at it; the signal does nothing to the others.
      for (const running of started) running.signal('SIGKILL');
      await Promise.all(started.map(({ done }) => done));
      const failures = lab.routers.flatMap(({ router }) => router.state.failures);
      await lab.close();
      await rm(dir, { recursive: true, force: true });
      if (failures.length > 0) throw new AggregateError(failures, 'the lab itself failed');
    },
  };
}

function routerName(number: number): string {
  return `br-${String(number).padStart(4, '0')}`;
}

const PLAIN = { privilege: 15, clock: { start: 'system', authoritative: true } } as const;

async function editInventory(file: string, edit: (inventory: Document) => void): Promise<void> {
  const inventory = parseDocument(await readFile(file, 'utf8'));
  edit(inventory);
  await writeFile(file, inventory.toString());
}
