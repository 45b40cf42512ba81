import path from 'node:path';
import { DeviceError } from '../../domain/errors.ts';
import { isRunLocked } from './run-lock.ts';
import { RUNS_FOLDER, type StateStore } from './store.ts';

/** In the folder of a run: locked as long as the run lives. */
export const LOCK_FILE = 'run.lock';

/** Whether a run of this state directory is at work now, in whatever process. */
export function isAtWork(store: StateStore, run: string): boolean {
  return isRunLocked(path.join(store.folder, RUNS_FOLDER, run, LOCK_FILE), store.driver);
}

/**
 * Takes a device for a run, inside a transaction. What a run left behind that is gone does not count. Throws DeviceError
 * `device-in-use` when another run has it.
 */
export function takeLease(store: StateStore, device: string, run: string, at: Date): void {
  const [held] = store.all(
    'SELECT l.run, l.taken_at, r.host, r.pid FROM leases l LEFT JOIN runs r ON r.id = l.run WHERE l.device = ?',
    device,
  );
  if (held !== undefined && held.run !== run && isAtWork(store, String(held.run))) {
    const { run: other, host, pid, taken_at: since } = held;
    throw new DeviceError('device-in-use', `run ${other} is at work on it since ${since}`, {
      detail: `That run is process ${pid} on ${host}. Nothing was connected.`,
    });
  }
  store.run('INSERT OR REPLACE INTO leases VALUES (?, ?, ?)', device, run, at.toISOString());
}

export function releaseLease(store: StateStore, device: string, run: string): void {
  store.run('DELETE FROM leases WHERE device = ? AND run = ?', device, run);
}
