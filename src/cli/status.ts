import { existsSync } from 'node:fs';
import path from 'node:path';
import { loadInventory } from '../inventory/load.ts';
import { plural } from '../report/outcomes.ts';
import { openTerminal } from '../report/terminal.ts';
import { type DeviceStatus, readDeviceStates } from '../run/state/device-states.ts';
import { rebuildState } from '../run/state/rebuild.ts';
import { knownRuns, STATE_FILE, StateStore } from '../run/state/store.ts';
import type { CommandContext } from './commands.ts';
import type { ExitCode } from './exit-code.ts';
import { inFolder } from './io.ts';
import { nextAction } from './next-action.ts';
import { requireInventoryKept, writtenBy } from './own-files.ts';
import { resultTarget } from './result-file.ts';
import { chosenDevices } from './selection.ts';
import { countStates, drawStatus, type ShownStatus } from './status-view.ts';
import { redact } from './thrown.ts';
import { VERSION } from './version.ts';

/** Raised when a field changes its meaning or goes. */
const STATUS_SCHEMA = 1;

/** Tells how every router stands; connects nothing. Throws InputError when inventory or state cannot be read. */
export async function run({ options, io }: CommandContext): Promise<ExitCode> {
  const look = { env: io.env, redact, color: options.color };
  const target = options.json === undefined ? undefined : await resultTarget(options.json, io);
  const said = openTerminal(io.stderr, look);
  const inventory = await loadInventory(inFolder(io, options.inventory));
  await requireInventoryKept(inventory, writtenBy(options, io));
  const devices = chosenDevices(inventory, options);
  const folder = inFolder(io, options.state);
  if (options.rebuild) {
    const { runs, unreadable, kept } = rebuildState(folder, io.now());
    said.write([
      `The state file was made anew from ${plural(runs, 'run')}${kept === undefined ? '' : `; the old one is ${kept}`}.`,
      ...unreadable.map((id) => `Run ${id} could not be read and is not in it.`),
    ]);
  }
  const known = readStates(folder, io.now());
  const names = new Set(inventory.devices.map(({ name }) => name));
  const isWhole = [options.limit, options.group, options.tag].every((choice) => choice === undefined);
  const shown: readonly ShownStatus[] = [
    ...devices.map(({ name, host }) => ({ ...show(known.get(name) ?? never(name), true), host })),
    ...(isWhole ? [...known.values()].filter(({ device }) => !names.has(device)) : []).map((status) =>
      show(status, false),
    ),
  ];
  if (target !== undefined) {
    const document = {
      schema: STATUS_SCHEMA,
      trustfleet: VERSION,
      at: io.now(),
      counts: countStates(shown),
      devices: shown,
    };
    await target.write(`${JSON.stringify(document, clean, 2)}\n`);
  }
  if (target?.takesStdout !== true) {
    const terminal = openTerminal(io.stdout, look);
    terminal.write(drawStatus(shown, { width: terminal.columns(), now: io.now(), style: terminal.style }));
  }
  return 0;
}

/** Nothing is made where nothing was ever run. */
function readStates(folder: string, now: Date): ReadonlyMap<string, DeviceStatus> {
  if (!existsSync(path.join(folder, STATE_FILE)) && knownRuns(folder).length === 0) return new Map();
  using store = StateStore.open(folder);
  return readDeviceStates(store, now);
}

function never(device: string): DeviceStatus {
  return { device, state: 'never-run', unspent: [] };
}

function show(status: DeviceStatus, isInInventory: boolean): ShownStatus {
  return { ...status, isInInventory, next: nextAction(status, isInInventory) };
}

function clean(_key: string, value: unknown): unknown {
  return typeof value === 'string' ? redact(value) : value;
}
