import { DeviceError } from '../../domain/errors.ts';

/** SQLite's primary result codes, as sqlite3.h numbers them. */
const REASONS: Readonly<Record<number, string>> = {
  5: 'another process has kept it locked',
  6: 'another process has kept it locked',
  8: 'it may only be read',
  10: 'the disk refused to read or write it',
  11: 'it is damaged',
  13: 'the disk is full',
  14: 'it cannot be opened',
  26: 'it is no state file',
};
const DAMAGED: ReadonlySet<number> = new Set([11, 26]);

/** What SQLite complained of, for people: `the disk is full (database or disk is full)`. */
export function reasonOf(thrown: unknown): string {
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  const known = REASONS[codeOf(thrown) ?? -1];
  return known === undefined ? text : `${known} (${text})`;
}

/** The content of the file is at fault, not the way to it. */
export function isDamage(thrown: unknown): boolean {
  return DAMAGED.has(codeOf(thrown) ?? -1);
}

/** Somebody else has the file locked. */
export function isBusy(thrown: unknown): boolean {
  return [5, 6].includes(codeOf(thrown) ?? -1);
}

/** Somebody took the state directory away from a run that is at work: what is written now, nobody will ever read. */
export function removed(file: string): DeviceError {
  return new DeviceError(
    'state-unwritable',
    'the state directory was removed, or put out of reach, while the run was at work',
    {
      detail: `File: ${file}. What is not written down first is not done.`,
      hint: 'no further step was begun; find out what removed it, put it back from a backup if there is one, then run again: it reads the routers and continues',
    },
  );
}

/** What the file system said, as against a fault of the program. */
export function isFileFault(thrown: unknown): boolean {
  return thrown instanceof Error && 'syscall' in thrown && 'code' in thrown;
}

/** A device cannot go on without its journal: what is done and not written down would be forgotten. */
export function unwritable(file: string, thrown: unknown): DeviceError {
  return new DeviceError('state-unwritable', `the journal could not be written: ${reasonOf(thrown)}`, {
    detail: `File: ${file}. What is not written down first is not done.`,
    cause: thrown,
  });
}

/** `errcode` of node:sqlite and `rawCode` of libsql, without what extends it. */
function codeOf(thrown: unknown): number | undefined {
  const { errcode, rawCode } = Object(thrown) as { errcode?: unknown; rawCode?: unknown };
  const code = typeof errcode === 'number' ? errcode : rawCode;
  return typeof code === 'number' ? code & 0xff : undefined;
}
