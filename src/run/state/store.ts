import { closeSync, existsSync, openSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { InputError } from '../../domain/errors.ts';
import { makeFolder } from './make-folder.ts';
import { MIGRATIONS } from './schema.ts';
import { loadSqlite, type Sqlite, type SqliteDriver, type SqlRow, type SqlValue } from './sqlite.ts';
import { isBusy, isDamage, isFileFault, reasonOf, removed, unwritable } from './sqlite-errors.ts';

export const STATE_FILE = 'state.db';
export const RUNS_FOLDER = 'runs';
/** A file of this name is in the folder of every run that the state file knows. */
export const RUN_FILE = 'run.json';

/** How long a transaction waits for one of another process, in milliseconds. */
const PATIENCE_MS = 10_000;
const REBUILD =
  'its runs are kept beside it: trustfleet status --rebuild makes the state file anew from them and keeps the old one under another name';

/** The state file of one state directory, shared by all processes that use the directory. */
export class StateStore implements Disposable {
  readonly folder: string;
  readonly file: string;
  readonly driver: SqliteDriver;
  readonly #db: Sqlite;
  /** Which file it is, whatever the name means later. */
  readonly #identity: string | undefined;

  private constructor(folder: string, file: string, driver: SqliteDriver, db: Sqlite) {
    this.folder = folder;
    this.file = file;
    this.driver = driver;
    this.#db = db;
    this.#identity = identityOf(file);
  }

  /** What was opened is no longer what the name means: SQLite itself would go on writing to a file that nobody finds. */
  get isGone(): boolean {
    return identityOf(this.file) !== this.#identity;
  }

  /**
   * Opens the state file of a folder and makes both when they are not there, for their owner only. Throws InputError when the file
   * cannot be used: damaged, of a newer trustfleet, not writable. It is never replaced here.
   */
  static open(folder: string, driver: SqliteDriver = loadSqlite()): StateStore {
    const file = path.join(folder, STATE_FILE);
    makeFile(folder, file);
    let db: Sqlite | undefined;
    try {
      db = connect(driver, file);
      requireWhole(db, folder);
      migrate(db);
      return new StateStore(folder, file, driver, db);
    } catch (thrown) {
      db?.close();
      if (thrown instanceof InputError) throw thrown;
      throw isDamage(thrown) ? damaged(folder, reasonOf(thrown)) : unusable(file, reasonOf(thrown));
    }
  }

  /** A new state file of another name, which nobody else knows yet. */
  static make(folder: string, name: string, driver: SqliteDriver): StateStore {
    const file = path.join(folder, name);
    closeSync(openSync(file, 'wx', 0o600));
    const db = connect(driver, file);
    migrate(db);
    return new StateStore(folder, file, driver, db);
  }

  all(sql: string, ...values: readonly SqlValue[]): readonly SqlRow[] {
    return this.#db.all(sql, ...values);
  }

  run(sql: string, ...values: readonly SqlValue[]): void {
    this.#db.run(sql, ...values);
  }

  /** The next number of the order in which things were written, in all processes. To be called in a transaction. */
  next(): number {
    this.#db.run('UPDATE sequence SET n = n + 1');
    return Number(this.#db.all('SELECT n FROM sequence')[0]?.n);
  }

  /**
   * All of `work` or nothing. `durable`: on the disk when this returns, so that it survives a power failure. `quick`
   * survives the end of the process only, and becomes durable with the next one that is. Throws DeviceError `state-unwritable`.
   */
  transaction<T>(kind: 'durable' | 'quick', work: () => T): T {
    if (this.isGone) throw removed(this.file);
    try {
      this.#db.exec(`PRAGMA synchronous = ${kind === 'durable' ? 'FULL' : 'NORMAL'}; BEGIN IMMEDIATE`);
    } catch (thrown) {
      throw unwritable(this.file, thrown);
    }
    try {
      const result = work();
      this.#db.exec('COMMIT');
      return result;
    } catch (thrown) {
      this.#rollBack();
      if (thrown instanceof Error && !isSqlite(thrown) && !isFileFault(thrown)) throw thrown;
      throw this.isGone ? removed(this.file) : unwritable(this.file, thrown);
    }
  }

  /** Everything into the one file, so that it can be moved. To be called before it is closed. */
  settle(): void {
    this.#db.exec('PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL');
  }

  close(): void {
    this.#db.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** After a full disk SQLite has rolled back by itself. */
  #rollBack(): void {
    try {
      this.#db.exec('ROLLBACK');
    } catch {
      // There was nothing left to roll back.
    }
  }
}

/** The folders of runs that a state file once knew. */
export function knownRuns(folder: string): readonly string[] {
  const runs = path.join(folder, RUNS_FOLDER);
  if (!existsSync(runs)) return [];
  return readdirSync(runs)
    .filter((id) => existsSync(path.join(runs, id, RUN_FILE)))
    .toSorted();
}

function connect(driver: SqliteDriver, file: string): Sqlite {
  const db = driver(file);
  db.exec(`PRAGMA busy_timeout = ${PATIENCE_MS}; PRAGMA fullfsync = ON`);
  return db;
}

function makeFile(folder: string, file: string): void {
  try {
    makeFolder(folder, 0o700);
    if (existsSync(file)) return;
    const runs = knownRuns(folder).length;
    if (runs > 0) throw damaged(folder, `it is missing, and ${runs} runs are there that it must have known`);
    // SQLite gives the files beside it the mode of this one.
    closeSync(openSync(file, 'a', 0o600));
  } catch (thrown) {
    if (thrown instanceof InputError) throw thrown;
    throw unusable(file, reasonOf(thrown));
  }
}

function requireWhole(db: Sqlite, folder: string): void {
  const version = versionOf(db);
  if (version > MIGRATIONS.length) {
    throw new InputError([
      {
        file: path.join(folder, STATE_FILE),
        message: `was written by a newer trustfleet (schema ${version}, this one knows ${MIGRATIONS.length})`,
        hint: 'use that trustfleet, or another directory with --state',
      },
    ]);
  }
  const [check] = db.all('PRAGMA quick_check(1)');
  if (check?.quick_check !== 'ok') throw damaged(folder, String(check?.quick_check).replace(/\s+/g, ' '));
  if (version === 0 && knownRuns(folder).length > 0) throw damaged(folder, 'it is empty');
}

function versionOf(db: Sqlite): number {
  return Number(db.all('PRAGMA user_version')[0]?.user_version);
}

function migrate(db: Sqlite): void {
  useLog(db);
  if (versionOf(db) === MIGRATIONS.length) return;
  db.exec('BEGIN IMMEDIATE');
  try {
    // Another process may have been quicker.
    for (const statements of MIGRATIONS.slice(versionOf(db))) db.exec(statements);
    db.exec(`PRAGMA user_version = ${MIGRATIONS.length}; COMMIT`);
  } catch (thrown) {
    db.exec('ROLLBACK');
    throw thrown;
  }
}

/** Readers do not wait for writers then. Two processes that do this at once are told to come back without waiting. */
function useLog(db: Sqlite): void {
  const until = Date.now() + PATIENCE_MS;
  for (;;) {
    try {
      db.exec('PRAGMA journal_mode = WAL');
      return;
    } catch (thrown) {
      if (!isBusy(thrown) || Date.now() > until) throw thrown;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
    }
  }
}

/** Device and inode; undefined when nothing can be found there. */
function identityOf(file: string): string | undefined {
  try {
    const { dev, ino } = statSync(file);
    return `${dev}:${ino}`;
  } catch {
    return undefined;
  }
}

function isSqlite(thrown: Error): boolean {
  return 'errcode' in thrown || 'rawCode' in thrown;
}

function damaged(folder: string, what: string): InputError {
  return new InputError([
    { file: path.join(folder, STATE_FILE), message: `the state file is damaged: ${what}`, hint: REBUILD },
  ]);
}

function unusable(file: string, why: string): InputError {
  return new InputError([{ file, message: `the state file cannot be used: ${why}`, hint: 'see --state' }]);
}
