import { createRequire } from 'node:module';
import { InputError } from '../../domain/errors.ts';

export type SqlValue = string | number | null;
export type SqlRow = Readonly<Record<string, SqlValue>>;

/** A SQLite file: the few calls that `node:sqlite` and libsql have in common. Everything is synchronous. */
export interface Sqlite {
  /** Statements without values, separated by semicolons. */
  exec(sql: string): void;
  run(sql: string, ...values: readonly SqlValue[]): void;
  all(sql: string, ...values: readonly SqlValue[]): readonly SqlRow[];
  close(): void;
}

/** Opens a file with SQLite; makes an empty one when there is none. Throws whatever SQLite throws. */
export type SqliteDriver = (file: string) => Sqlite;

/** Both drivers as far as they are used. */
interface Connection {
  exec(sql: string): void;
  prepare(sql: string): Statement;
  close(): void;
}

interface Statement {
  run(...values: readonly unknown[]): unknown;
  all(...values: readonly unknown[]): unknown;
}

type ConnectionClass = new (file: string) => Connection;

/**
 * The driver of this runtime: its own SQLite (Node 22.13 and newer), else the optional package libsql.
 * Throws InputError when there is neither.
 */
export function loadSqlite(): SqliteDriver {
  const own = builtinSqlite();
  if (own !== undefined) return (file) => open(new own(file), (values) => values);
  const libsql = installedLibsql();
  // It takes several values as one array; given alone, null is taken for a map of names.
  if (libsql !== undefined) return (file) => open(new libsql(file), (values) => [values]);
  throw new InputError([
    {
      file: `Node ${process.versions.node}`,
      message: 'has no SQLite of its own, and the package libsql is not installed',
      hint: 'use Node 22.13 or newer, or install trustfleet without --omit=optional, or npm install libsql@0.5.29 beside it: the state directory needs it',
    },
  ]);
}

function open(connection: Connection, bind: (values: readonly SqlValue[]) => readonly unknown[]): Sqlite {
  const prepared = new Map<string, Statement>();
  const statement = (sql: string): Statement => {
    const known = prepared.get(sql) ?? connection.prepare(sql);
    prepared.set(sql, known);
    return known;
  };
  return {
    exec: (sql) => connection.exec(sql),
    run: (sql, ...values) => void statement(sql).run(...bind(values)),
    // Always read to the end: libsql keeps a statement open, and its lock with it, that was left before.
    all: (sql, ...values) => statement(sql).all(...bind(values)) as readonly SqlRow[],
    close: () => {
      prepared.clear();
      connection.close();
    },
  };
}

/** Node 22 calls its SQLite experimental, on every start and to everybody: that one warning is not for our users. */
function builtinSqlite(): ConnectionClass | undefined {
  const emitWarning: unknown = Reflect.get(process, 'emitWarning');
  process.emitWarning = () => {};
  try {
    const found: unknown = process.getBuiltinModule?.('node:sqlite');
    return memberOf(found, 'DatabaseSync');
  } finally {
    Reflect.set(process, 'emitWarning', emitWarning);
  }
}

/** Undefined where it is not installed, or has no binary for this machine. */
function installedLibsql(): ConnectionClass | undefined {
  try {
    const found: unknown = createRequire(import.meta.url)('libsql');
    return typeof found === 'function' ? (found as ConnectionClass) : undefined;
  } catch {
    return undefined;
  }
}

function memberOf(module: unknown, name: string): ConnectionClass | undefined {
  const found: unknown = module === undefined ? undefined : Reflect.get(Object(module), name);
  return typeof found === 'function' ? (found as ConnectionClass) : undefined;
}
