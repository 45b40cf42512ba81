import type { Device } from '../domain/device.ts';
import { formatInputProblem, InputError, type InputProblem } from '../domain/errors.ts';
import type { FleetLimit } from '../domain/fleet-limit.ts';
import { type Inventory, loadInventory } from '../inventory/load.ts';
import { selectDevices } from '../inventory/select.ts';
import { plural } from '../report/outcomes.ts';
import type { Terminal } from '../report/terminal.ts';
import { createRenderer, type Renderer } from '../template/render.ts';
import { type Io, inFolder } from './io.ts';
import { longNameWarnings } from './long-names.ts';
import type { OptionValues } from './options.ts';
import { requireInventoryKept, writtenBy } from './own-files.ts';

const MOST_WARNINGS = 10;

/** The devices a command is about, all of whose lines can be rendered. */
export interface FleetSelection {
  readonly inventory: Inventory;
  readonly devices: readonly Device[];
  readonly renderer: Renderer;
  /** What groups, jump hosts and CAs take at most. */
  readonly limits: readonly FleetLimit[];
}

/** Loads, selects and renders, and tells warnings to `terminal`. Throws InputError with every problem found. */
export async function loadSelection(
  options: OptionValues,
  io: Io,
  terminal: Terminal,
): Promise<FleetSelection> {
  const inventory = await loadInventory(inFolder(io, options.inventory));
  await requireInventoryKept(inventory, writtenBy(options, io));
  const devices = chosenDevices(inventory, options);
  const selection = { inventory, devices, renderer: rendererOf(inventory), limits: inventory.limits };
  const problems = renderProblems(devices, selection.renderer);
  const long = problems.length > 0 ? [] : longNameWarnings(devices, selection.renderer, inventory.placeOf);
  tellSome([...inventory.warnings, ...long], terminal);
  if (problems.length > 0) throw new InputError(problems);
  return selection;
}

function tellSome(warnings: readonly InputProblem[], terminal: Terminal): void {
  tellWarnings(warnings.slice(0, MOST_WARNINGS), terminal);
  const hidden = warnings.length - MOST_WARNINGS;
  if (hidden > 0) terminal.write([`${plural(hidden, 'more warning')}: see trustfleet check`]);
}

/** Those that --limit, --group and --tag mean. Throws InputError when they mean none. */
export function chosenDevices(
  inventory: Inventory,
  { limit, group, tag }: Pick<OptionValues, 'limit' | 'group' | 'tag'>,
): readonly Device[] {
  return selectDevices(inventory, {
    ...(limit === undefined ? {} : { limit }),
    ...(group === undefined ? {} : { groups: group }),
    ...(tag === undefined ? {} : { tags: tag }),
  });
}

/** Throws InputError with whatever keeps a device's lines from being rendered. */
export function requireRenderable({ devices, renderer }: Pick<FleetSelection, 'devices' | 'renderer'>): void {
  const problems = renderProblems(devices, renderer);
  if (problems.length > 0) throw new InputError(problems);
}

export function rendererOf({ templatesDir, placeOf }: Inventory): Renderer {
  return createRenderer({ ...(templatesDir === undefined ? {} : { overrides: templatesDir }), placeOf });
}

/** What keeps the devices' lines from being rendered; one cause in a template is told for the first device only. */
export function renderProblems(devices: readonly Device[], renderer: Renderer): readonly InputProblem[] {
  const found = new Map<string, InputProblem>();
  for (const device of devices) {
    try {
      renderer.render(device);
    } catch (thrown) {
      if (!(thrown instanceof InputError)) throw thrown;
      for (const problem of thrown.problems) {
        const { key: _, ...cause } = problem;
        const identity = JSON.stringify(cause);
        if (!found.has(identity)) found.set(identity, problem);
      }
    }
  }
  return [...found.values()];
}

export function tellWarnings(warnings: readonly InputProblem[], { write, style }: Terminal): void {
  write(warnings.map((warning) => style.warn(`warning: ${formatInputProblem(warning)}`)));
}
