import type { DeviceResult } from '../../domain/result.ts';
import type { EndedRun } from '../result.ts';
import type { StateStore } from './store.ts';

/** What is told of a run when it begins. `run.json` in its folder holds the same. */
export interface RunFacts {
  readonly id: string;
  readonly command: string;
  readonly devices: readonly string[];
  readonly startedAt: Date;
  readonly host: string;
  readonly pid: number;
  /** The run that this one continues. */
  readonly resumes?: string;
  /** How it works through its fleet, for the run that continues it: options by name, as they are written. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** How many runs are kept whole in the state file; of older ones only what is still the last word on a device. */
const RUNS_KEPT = 100;

/** All of these are to be called inside a transaction. */
export function recordRun(store: StateStore, facts: RunFacts): number {
  const { id, command, devices, startedAt, host, pid, resumes = null, settings } = facts;
  const seq = store.next();
  const at = startedAt.toISOString();
  const run =
    'INSERT INTO runs (id, seq, command, host, pid, started_at, resumes, settings) VALUES (?, ?, ?, ?, ?, ?, ?, ?)';
  const written = settings === undefined ? null : JSON.stringify(settings);
  store.run(run, id, seq, command, host, pid, at, resumes, written);
  for (const device of devices) {
    store.run('INSERT INTO run_devices (run, device, seq) VALUES (?, ?, ?)', id, device, seq);
  }
  store.run(
    `DELETE FROM run_devices WHERE run IN (SELECT id FROM runs ORDER BY seq DESC LIMIT -1 OFFSET ${RUNS_KEPT})
       AND seq < (SELECT max(later.seq) FROM run_devices later WHERE later.device = run_devices.device)`,
  );
  return seq;
}

export function recordRunEnd(
  store: StateStore,
  id: string,
  { interrupted, stopped }: Pick<EndedRun, 'interrupted' | 'stopped'>,
  at: Date,
): void {
  const end = 'UPDATE runs SET finished_at = ?, interrupted = ?, stopped = ? WHERE id = ?';
  store.run(end, at.toISOString(), interrupted ? 1 : 0, stopped ?? null, id);
}

export function recordStart(store: StateStore, run: string, device: string, at: Date): void {
  const start =
    'UPDATE run_devices SET started_at = coalesce(started_at, ?), seq = ? WHERE run = ? AND device = ?';
  store.run(start, at.toISOString(), store.next(), run, device);
  // Earlier stories are told by the logs of their runs.
  store.run('DELETE FROM steps WHERE device = ? AND run <> ?', device, run);
}

/** Returns the number of the step. */
export function recordIntent(
  store: StateStore,
  where: {
    readonly run: string;
    readonly device: string;
    readonly step: string;
    readonly trustpoint?: string;
  },
  at: Date,
): number {
  const { run, device, step, trustpoint = null } = where;
  const seq = store.next();
  const intent =
    'INSERT INTO steps (seq, run, device, step, trustpoint, started_at) VALUES (?, ?, ?, ?, ?, ?)';
  store.run(intent, seq, run, device, step, trustpoint, at.toISOString());
  return seq;
}

export function recordOutcome(
  store: StateStore,
  seq: number,
  {
    outcome,
    note = null,
    at,
  }: { readonly outcome: string; readonly note?: string | null; readonly at: Date },
): void {
  const end = 'UPDATE steps SET finished_at = ?, outcome = ?, note = ? WHERE seq = ?';
  store.run(end, at.toISOString(), outcome, note, seq);
}

/** The last word of a run on a device. `since` stays what it was as long as nothing else is said of it. */
export function recordResult(
  store: StateStore,
  { run, command, result, at }: { run: string; command: string; result: DeviceResult; at: Date },
): void {
  const { device, outcome, error, certificates, retirable = [] } = result;
  const before = store.all(
    `SELECT state, since, code, step, message, hint FROM run_devices
       WHERE device = ? AND run <> ? AND state IS NOT NULL AND state <> 'skipped' ORDER BY seq DESC LIMIT 1`,
    device,
    run,
  )[0];
  const { state, stands } = stateAfter(command, result, before?.state ?? undefined);
  // What still stands keeps its cause.
  const {
    code = null,
    step = null,
    message = null,
    hint = null,
  } = stands ? { ...before } : { ...error, message: error?.message ?? saidOf(result) };
  const isSame = before?.state === state && (state === 'verified' || before.code === code);
  const ends = certificates.map(({ notAfter }) => notAfter.toISOString()).toSorted();
  store.run(
    `UPDATE run_devices SET seq = ?, finished_at = ?, outcome = ?, state = ?, since = ?, code = ?, step = ?, message = ?,
       hint = ?, valid_until = ?, retirable = ? WHERE run = ? AND device = ?`,
    // That another run has it says nothing of the device: the other run's word counts.
    error?.code === 'device-in-use' ? 0 : store.next(),
    at.toISOString(),
    outcome,
    state,
    isSame ? (before.since ?? null) : at.toISOString(),
    code,
    step,
    message,
    hint,
    ends[0] ?? null,
    retirable.length === 0 ? null : retirable.join(' '),
    run,
    device,
  );
}

/** In place of an error: why nothing was done, or which requests the CA's operator has to look for. */
function saidOf({ outcome, notes, requests = [] }: DeviceResult): string | undefined {
  if (outcome === 'skipped') return notes[0];
  if (outcome !== 'pending' || requests.length === 0) return undefined;
  const said = requests.map(({ trustpoint, fingerprints }) => [trustpoint, ...fingerprints].join(' '));
  return `request ${said.join('; ')}`;
}

/**
 * A renewal that had nothing to do looked at dates alone: it mends no failure, and has verified nothing. Neither has a
 * plan, whatever it found. `stands`: the word of an earlier run is still the last one.
 */
function stateAfter(
  command: string,
  { outcome }: DeviceResult,
  before: string | number | undefined,
): { readonly state: string; readonly stands: boolean } {
  const earlier = { state: String(before), stands: true };
  if (outcome === 'planned') return OPEN.has(before) ? earlier : { state: outcome, stands: false };
  if (outcome !== 'unchanged') return { state: outcome, stands: false };
  if (command !== 'renew' && command !== 'plan') return { state: 'verified', stands: false };
  // A later plan that finds nothing to do has the better word on an earlier one.
  const isOver = before === undefined || (command === 'plan' && before === 'planned');
  return isOver ? { state: 'not-due', stands: false } : earlier;
}

/** What somebody has to look at still stands after a plan. */
const OPEN: ReadonlySet<unknown> = new Set(['failed', 'interrupted', 'pending']);
