import { InputError } from '../../domain/errors.ts';
import { type DeviceState, readDeviceStates } from './device-states.ts';
import { isAtWork } from './leases.ts';
import type { SqlRow } from './sqlite.ts';
import type { StateStore } from './store.ts';

export const LAST = ['failed', 'pending', 'skipped'] as const;
export type Last = (typeof LAST)[number];

const STATES: Readonly<Record<Last, readonly DeviceState[]>> = {
  failed: ['failed', 'interrupted', 'half-done'],
  pending: ['pending'],
  skipped: ['skipped'],
};

/** Devices by what the last run that had them said of them. One that is at work now is none of them. */
export function devicesByLast(store: StateStore, last: Last, now: Date): ReadonlySet<string> {
  const states = [...readDeviceStates(store, now).values()];
  return new Set(states.filter(({ state }) => STATES[last].includes(state)).map(({ device }) => device));
}

/** A run that did not come to its end, and what it left to do. */
export interface Unfinished {
  readonly run: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly how: 'killed' | 'interrupted' | 'stopped';
  /** In the order of that run. */
  readonly devices: readonly string[];
  /** How it worked through its fleet; empty where nobody wrote it down. */
  readonly settings: Readonly<Record<string, string>>;
  /** Devices that it, or a run that it continued, had begun with. */
  readonly begun: ReadonlySet<string>;
}

/**
 * The last enroll run that was killed, interrupted or stopped, with those of its devices that no enroll run has finished well since.
 * Throws InputError when there is none, or when it is still at work.
 */
export function unfinishedRun(store: StateStore): Unfinished {
  const runs = store.all("SELECT * FROM runs WHERE command = 'enroll' ORDER BY seq DESC");
  for (const row of runs) {
    const isEnded = row.finished_at !== null && row.interrupted !== 1 && row.stopped === null;
    if (isEnded) continue;
    const run = String(row.id);
    const devices = leftBy(store, run);
    if (devices.length === 0) continue;
    if (row.finished_at === null && isAtWork(store, run)) {
      throw problem(
        `run ${run} is at work: process ${row.pid} on ${row.host}, since ${row.started_at}`,
        'wait for its end, or stop it there with Ctrl-C',
      );
    }
    const how = row.finished_at === null ? 'killed' : row.interrupted === 1 ? 'interrupted' : 'stopped';
    const settings = settingsIn(row.settings);
    return { run, startedAt: String(row.started_at), how, devices, settings, begun: begunBy(store, run) };
  }
  const last = runs[0];
  throw last === undefined
    ? problem(
        'this state directory knows no enroll run',
        'leave --resume out; is --state the right directory?',
      )
    : problem(
        `nothing is left to resume: enroll run ${last.id} came to its end`,
        'enroll --last failed selects the devices that failed; trustfleet status shows all',
      );
}

/** Those devices of a run that have not done well and have not been in an enroll run since; those that failed come last. */
function leftBy(store: StateStore, run: string): readonly string[] {
  return store
    .all(
      `SELECT d.device FROM run_devices d WHERE d.run = ?
         AND coalesce(d.outcome, '') NOT IN ('verified', 'unchanged', 'pending')
         AND NOT EXISTS (
           SELECT 1 FROM run_devices later JOIN runs r ON r.id = later.run
             WHERE later.device = d.device AND r.command = 'enroll' AND coalesce(later.code, '') <> 'device-in-use' AND r.seq > (SELECT seq FROM runs WHERE id = d.run))
         ORDER BY coalesce(d.outcome, '') = 'failed', d.rowid`,
      run,
    )
    .map(({ device }) => String(device));
}

function settingsIn(text: SqlRow[string] | undefined): Readonly<Record<string, string>> {
  if (typeof text !== 'string') return {};
  const read = JSON.parse(text) as Record<string, unknown>;
  return Object.fromEntries(
    Object.entries(read).flatMap(([name, value]) =>
      typeof value === 'string' ? [[name, value] as const] : [],
    ),
  );
}

function begunBy(store: StateStore, run: string): ReadonlySet<string> {
  const rows = store.all(
    `WITH RECURSIVE story(id) AS (
       SELECT ? UNION SELECT r.resumes FROM runs r JOIN story ON r.id = story.id WHERE r.resumes IS NOT NULL)
     SELECT device FROM run_devices WHERE run IN (SELECT id FROM story) AND started_at IS NOT NULL`,
    run,
  );
  return new Set(rows.map(({ device }) => String(device)));
}

function problem(message: string, hint: string): InputError {
  return new InputError([{ file: 'command line', key: '--resume', message, hint }]);
}
