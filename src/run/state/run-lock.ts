import { closeSync, existsSync, openSync } from 'node:fs';
import type { SqliteDriver } from './sqlite.ts';
import { isBusy } from './sqlite-errors.ts';

/** Held as long as a run lives. */
export interface RunLock {
  release(): void;
}

/**
 * Holds a file locked until released or until the process is gone, however it went: the operating system gives the lock
 * back, so nobody has to guess from a process id. The lock is that of an open SQLite transaction. No other part of the process may
 * open the file: closing it would give the lock back (POSIX, fcntl). The folder must exist.
 */
export function holdRunLock(file: string, driver: SqliteDriver): RunLock {
  closeSync(openSync(file, 'a', 0o600));
  const db = driver(file);
  db.exec('PRAGMA busy_timeout = 1000; BEGIN EXCLUSIVE');
  return {
    release() {
      db.exec('ROLLBACK');
      db.close();
    },
  };
}

/** Whether somebody holds it, this process included. */
export function isRunLocked(file: string, driver: SqliteDriver): boolean {
  if (!existsSync(file)) return false;
  const db = driver(file);
  try {
    // To read takes a shared lock: two processes that look at once do not take each other for the holder.
    db.exec('PRAGMA busy_timeout = 0');
    db.all('SELECT count(*) FROM sqlite_master');
    return false;
  } catch (thrown) {
    if (isBusy(thrown)) return true;
    throw thrown;
  } finally {
    db.close();
  }
}
