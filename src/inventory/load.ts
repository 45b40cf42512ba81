import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Device } from '../domain/device.ts';
import { InputError, type InputProblem } from '../domain/errors.ts';
import type { FleetLimit } from '../domain/fleet-limit.ts';
import { buildDevices } from './build-device.ts';
import { checkDeviceRules } from './device-rules.ts';
import { expandDevices } from './devices.ts';
import { validate } from './explain.ts';
import { checkGuards } from './guard-rules.ts';
import { checkJumpHosts } from './jump-host-rules.ts';
import { isPlainMap } from './merge.ts';
import { checkMethods } from './method-rules.ts';
import { Origin } from './origin.ts';
import { type Path, placesOnDemand } from './place.ts';
import { readPlainJson } from './plain-json.ts';
import { TreeProblems, withHint } from './problems.ts';
import { checkReferences } from './references.ts';
import { InventoryFile } from './schema.ts';
import { listLimits } from './schema-limits.ts';
import { checkServers } from './server-rules.ts';
import { readTree, type Tree } from './tree.ts';
import { findWarnings } from './warnings.ts';

/** An inventory file, read and checked, with everything decided. */
export interface Inventory {
  /** Absolute path. */
  readonly file: string;
  /** In the order of the file, ranges expanded; deeply frozen. */
  readonly devices: readonly Device[];
  /** Absolute path of the folder with templates of the operator's own. */
  readonly templatesDir?: string;
  /** Absolute paths of all that it names, there or not: secrets, challenges, known hosts, templates, OpenSSH configurations. */
  readonly files: readonly string[];
  /** What groups, jump hosts and CAs take at most. */
  readonly limits: readonly FleetLimit[];
  /** Where a value stands in the file, for problems found later; for one that is not there, what surrounds it. */
  readonly placeOf: (at: Path) => Pick<InputProblem, 'file' | 'line' | 'column'>;
  /** What can be loaded and is still worth a second look. */
  readonly warnings: readonly InputProblem[];
}

/**
 * Reads an inventory (YAML 1.2), and the OpenSSH configurations it names. Contacts nothing and opens no secret.
 * Throws InputError with every problem of the file, each with line, column and key.
 */
export async function loadInventory(file: string): Promise<Inventory> {
  return parseInventory(file, await readText(file));
}

/** As {@link loadInventory}, for a text that was read already; `file` names it and is what paths in it are relative to. */
export function parseInventory(file: string, text: string): Inventory {
  return soundJson(file, text) ?? inventoryOf(file, readTree(file, text));
}

/** JSON is read in a tenth of the time; where something is wrong with it, the reader that knows all places tells. */
function soundJson(file: string, text: string): Inventory | undefined {
  const root = readPlainJson(text);
  if (root === undefined) return undefined;
  const places = placesOnDemand(() => readTree(file, text).places);
  try {
    return inventoryOf(file, { root, places, problems: new TreeProblems(file, places) });
  } catch (thrown) {
    if (thrown instanceof InputError) return undefined;
    throw thrown;
  }
}

function inventoryOf(file: string, tree: Tree): Inventory {
  const { problems } = tree;
  if (tree.root === undefined) throw new InputError(problems.list());
  const root = isPlainMap(tree.root) ? tree.root : {};
  if (tree.root === null)
    problems.add(withHint('the file is empty', 'trustfleet init writes one to begin with'));
  const checked = tree.root === null ? undefined : validate(InventoryFile, tree.root, problems);
  const entries = expandDevices(root.devices, problems);
  checkReferences(root, problems);
  checkMethods(root, problems);
  checkServers(root, entries, problems);
  checkJumpHosts(root, problems);
  checkDeviceRules(root, entries, problems);
  checkGuards(root, entries, problems);
  const found = problems.list();
  if (found.length > 0 || checked === undefined) throw new InputError(found);

  const origin = new Origin(file, tree.places);
  const { devices, ...built } = buildDevices(checked, entries, origin);
  if (built.problems.length > 0) throw new InputError(built.problems);
  const warnings = new TreeProblems(file, tree.places);
  findWarnings(checked, entries, devices, warnings);
  const templatesDir = checked.templates === undefined ? undefined : origin.resolve(checked.templates);
  return Object.freeze({
    file: path.resolve(file),
    devices,
    placeOf: (at: Path) => ({ file, ...tree.places.value(at) }),
    ...(templatesDir === undefined ? {} : { templatesDir }),
    files: Object.freeze([...origin.files, ...built.files]),
    limits: listLimits(checked.limits ?? {}),
    warnings: Object.freeze([...warnings.list(), ...built.warnings]),
  });
}

const READ_PROBLEMS: Readonly<Record<string, string>> = {
  ENOENT: withHint('there is no such file', 'trustfleet init writes an inventory to begin with'),
  EISDIR: 'is a folder, expected a file',
  EACCES: 'may not be read',
};

async function readText(file: string): Promise<string> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(file);
  } catch (thrown) {
    const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : String(thrown);
    throw fileProblem(file, READ_PROBLEMS[code] ?? `could not be read (${code})`);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw fileProblem(file, withHint('is not UTF-8 text', 'save it as UTF-8'));
  }
}

function fileProblem(file: string, text: string): InputError {
  const [message = '', hint] = text.split('\n', 2);
  return new InputError([{ file, message, ...(hint === undefined ? {} : { hint }) }]);
}
