import { readlink, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { InputError, type InputProblem } from '../domain/errors.ts';
import type { Inventory } from '../inventory/load.ts';
import type { CommandContext, CommandSpec } from './commands.ts';
import { type Io, inFolder } from './io.ts';
import { OPTIONS, type OptionValues } from './options.ts';

/** A file or folder that will be written, and which option says so. */
export interface Written {
  readonly option: string;
  readonly file: string;
}

/** What a command reads and keeps: overwritten by a report, it would be lost. */
export interface Kept {
  readonly file: string;
  /** `the inventory` */
  readonly what: string;
}

const WRITTEN = {
  json: '--json',
  html: '--html',
  junit: '--junit',
  csv: '--csv',
  metrics: '--metrics',
  out: '--out',
  proof: '--proof',
  testCase: '--test-case',
} as const satisfies Partial<Record<keyof OptionValues, string>>;

const READ = {
  plan: '--plan',
  signKey: '--sign-key',
  verifyKey: '--verify-key',
} as const satisfies Partial<Record<keyof OptionValues, string>>;

/** What the options write, standard output left out. */
export function writtenBy(options: OptionValues, io: Io): readonly Written[] {
  return Object.entries(WRITTEN).flatMap(([name, option]) => {
    const file = options[name as keyof typeof WRITTEN];
    return file === undefined || file === '-' ? [] : [{ option, file: inFolder(io, file) }];
  });
}

/**
 * Refuses options that would overwrite what commands read and keep, and two that name one file, whatever paths lead
 * there. Of a command that takes an inventory, what that names is left to {@link requireInventoryKept}. Throws InputError.
 */
export async function requireInputsKept(
  { options, io }: CommandContext,
  { options: taken }: Pick<CommandSpec, 'options'>,
): Promise<void> {
  const written = writtenBy(options, io);
  if (written.length === 0) return;
  const inventory = inFolder(io, placeOf('inventory', options, io));
  const passphrase = /^file:(?<file>.+)$/.exec(options.signPassphrase ?? '')?.groups?.file;
  await requireKept(written, [
    { file: inventory, what: 'the inventory' },
    ...Object.entries(READ).flatMap(([name, option]) => {
      const file = options[name as keyof typeof READ];
      return file === undefined ? [] : [{ file: inFolder(io, file), what: `the file of ${option}` }];
    }),
    ...(passphrase === undefined ? [] : [{ file: inFolder(io, passphrase), what: 'the passphrase' }]),
    { file: inFolder(io, placeOf('state', options, io)), what: 'the state directory' },
  ]);
  await refuseTwice(written);
  if (taken.includes('inventory')) return;
  // Loaded here only: the reader of inventories is half of what the program takes to start.
  const { loadInventory } = await import('../inventory/load.ts');
  // It may be none, or not be sound: that is nothing to this command.
  const loaded = await loadInventory(inventory).catch(() => undefined);
  if (loaded !== undefined) await requireInventoryKept(loaded, written);
}

/** Where the other commands find it: one that does not take the option does not heed its variable. */
function placeOf(name: 'inventory' | 'state', options: OptionValues, io: Io): string {
  const { env, default: usual } = OPTIONS[name];
  return options[name] === usual ? io.env[env] || usual : options[name];
}

/** Refuses to write what an inventory names: secrets, challenges, known hosts, templates. Throws InputError. */
export async function requireInventoryKept(
  { file, files }: Pick<Inventory, 'file' | 'files'>,
  written: readonly Written[],
): Promise<void> {
  await requireKept(written, [
    { file, what: 'the inventory' },
    ...files.map((named) => ({ file: named, what: 'a file that the inventory names' })),
  ]);
}

/** Refuses to write any of these, or into them. Throws InputError. */
export async function requireKept(written: readonly Written[], kept: readonly Kept[]): Promise<void> {
  if (written.length === 0) return;
  const known = await Promise.all(kept.map(async ({ file, what }) => ({ what, ...(await identify(file)) })));
  const problems: InputProblem[] = [];
  // A fleet's files lie in one folder.
  const folders: Folders = new Map();
  for (const { option, file } of written) {
    const target = await identify(file, folders);
    const lost = known.find((each) => isSame(each, target) || target.path.startsWith(each.path + path.sep));
    if (lost === undefined) continue;
    const message = isSame(lost, target) ? `is ${lost.what}` : `lies in ${lost.what}`;
    problems.push({ file, key: option, message, hint: 'name another file to be written' });
  }
  if (problems.length > 0) throw new InputError(problems);
}

async function refuseTwice(written: readonly Written[]): Promise<void> {
  const seen: (Identity & { readonly option: string })[] = [];
  for (const { option, file } of written) {
    const target = await identify(file);
    const other = seen.find((each) => isSame(each, target));
    if (other !== undefined) {
      throw new InputError([{ file, key: option, message: `is the file of ${other.option} too` }]);
    }
    seen.push({ option, ...target });
  }
}

/** What is one file under several names, by links of either kind. */
interface Identity {
  /** Absolute, through all symbolic links. */
  readonly path: string;
  /** Of a file that is there. */
  readonly inode: string | undefined;
}

function isSame(one: Identity, other: Identity): boolean {
  return one.path === other.path || (one.inode !== undefined && one.inode === other.inode);
}

/** Where folders really are, by their absolute names. */
type Folders = Map<string, string>;

async function identify(file: string, folders: Folders = new Map()): Promise<Identity> {
  const where = await whereIs(path.resolve(file), folders);
  const found = where.isThere ? await stat(file, { bigint: true }).catch(() => undefined) : undefined;
  const inode = found?.isFile() === true ? `${found.dev}:${found.ino}` : undefined;
  return { path: where.path, inode };
}

interface Where {
  readonly path: string;
  readonly isThere: boolean;
}

/** As many links in a row as Linux follows. */
const MOST_LINKS = 40;

/** Also of what is not there yet: a link may lead to it, and its folder may be a link. */
async function whereIs(file: string, folders: Folders, links = 0): Promise<Where> {
  const real = await realpath(file).catch(() => undefined);
  if (real !== undefined) return { path: real, isThere: true };
  const link = links < MOST_LINKS ? await readlink(file).catch(() => undefined) : undefined;
  if (link !== undefined) return whereIs(path.resolve(path.dirname(file), link), folders, links + 1);
  const folder = path.dirname(file);
  if (folder === file) return { path: file, isThere: false };
  const around = folders.get(folder) ?? (await whereIs(folder, folders, links)).path;
  // Behind links that go round, what is found depends on where one began.
  if (links === 0) folders.set(folder, around);
  return { path: path.join(around, path.basename(file)), isThere: false };
}
