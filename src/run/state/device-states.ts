import { endOf, MAY_BE_UNSPENT } from './challenge-ledger.ts';
import { CHANGING_STEPS } from './changing-steps.ts';
import { isAtWork } from './leases.ts';
import type { SqlRow } from './sqlite.ts';
import type { StateStore } from './store.ts';

/** How a device stands, as far as the state directory knows. `never-run` is for those it does not know. */
export type DeviceState =
  | 'verified'
  /** A renewal found nothing due; nobody verified it from here. */
  | 'not-due'
  /** A plan found work, and nothing was done since. */
  | 'planned'
  | 'pending'
  | 'failed'
  /** Stopped by the operator, or the run was killed before anything was changed. */
  | 'interrupted'
  /** The run was killed in a step that changes the router, or between two. */
  | 'half-done'
  | 'skipped'
  | 'in-work'
  /** Of a run that is at work: its turn has not come. */
  | 'waiting'
  | 'never-run';

export interface DeviceStatus {
  readonly device: string;
  readonly state: DeviceState;
  /** ISO 8601. */
  readonly since?: string;
  readonly run?: string;
  readonly command?: string;
  /** Of the process that is at work on it. */
  readonly process?: { readonly host: string; readonly pid: number };
  readonly step?: string;
  readonly code?: string;
  readonly message?: string;
  readonly hint?: string;
  /** The end of its first certificate to end, as it was last seen. ISO 8601. */
  readonly validUntil?: string;
  /** Trustpoints that a roll of keys has replaced, as they were last seen, with blanks between them. */
  readonly retirable?: string;
  /** How it stood before it was skipped. */
  readonly before?: { readonly state: DeviceState; readonly since: string };
  /** One-time passwords that may be unspent. */
  readonly unspent: readonly UnspentChallenge[];
}

export interface UnspentChallenge {
  readonly authority: string;
  readonly trustpoint: string;
  readonly run: string;
  /** ISO 8601; absent when nobody knows. */
  readonly until?: string;
}

/** Every device that the state directory knows, by name. */
export function readDeviceStates(store: StateStore, now: Date): ReadonlyMap<string, DeviceStatus> {
  const living = new Map<string, boolean>();
  const isAlive = (run: string): boolean => {
    const known = living.get(run) ?? isAtWork(store, run);
    living.set(run, known);
    return known;
  };
  const unspent = unspentByDevice(store, now);
  const leases = new Map(
    store
      .all(
        'SELECT l.device, l.run, l.taken_at, r.host, r.pid, r.command FROM leases l JOIN runs r ON r.id = l.run',
      )
      .map((row) => [String(row.device), row] as const),
  );
  // Of a group SQLite gives the other columns of the row that has the maximum.
  const rows = store.all(
    `SELECT d.*, max(d.seq), r.command, r.host, r.pid, r.finished_at AS run_finished_at, r.started_at AS run_started_at
       FROM run_devices d JOIN runs r ON r.id = d.run GROUP BY d.device ORDER BY d.device`,
  );
  return new Map(
    rows.map((row) => {
      const device = String(row.device);
      const lease = leases.get(device);
      const facts =
        lease !== undefined && isAlive(String(lease.run))
          ? inWork(store, lease, text(lease.taken_at))
          : describe(store, row, isAlive);
      return [device, { device, ...facts, unspent: unspent.get(device) ?? [] }];
    }),
  );
}

/** All one-time passwords that may be unspent now, by device. */
export function unspentByDevice(
  store: StateStore,
  now: Date,
): ReadonlyMap<string, readonly UnspentChallenge[]> {
  const found = new Map<string, UnspentChallenge[]>();
  for (const row of store.all(`SELECT * FROM challenges WHERE state IN ${MAY_BE_UNSPENT} ORDER BY id`)) {
    const end = endOf(row, now.getTime());
    if (end !== undefined && end <= now.getTime()) continue;
    const device = String(row.device);
    const { authority, trustpoint, run } = row;
    const until = end === undefined ? {} : { until: new Date(end).toISOString() };
    const one = { authority: String(authority), trustpoint: String(trustpoint), run: String(run), ...until };
    found.set(device, [...(found.get(device) ?? []), one]);
  }
  return found;
}

type Facts = Omit<DeviceStatus, 'device' | 'unspent'>;

function describe(store: StateStore, row: SqlRow, isAlive: (run: string) => boolean): Facts {
  const run = String(row.run);
  if (row.outcome !== null) return ended(store, row);
  if (isAlive(run)) {
    return row.started_at === null
      ? { state: 'waiting', ...sinceOf(row.run_started_at), ...runOf(row), process: processOf(row) }
      : inWork(store, row, text(row.started_at));
  }
  if (row.started_at === null) {
    return {
      state: 'skipped',
      ...sinceOf(row.run_started_at),
      ...runOf(row),
      // As if it had been stopped: the device itself was not looked at.
      code: 'interrupted',
      message: 'the run was killed before its turn',
      ...beforeOf(store, row),
    };
  }
  return killed(store, row);
}

function ended(store: StateStore, row: SqlRow): Facts {
  const state = String(row.state) as DeviceState;
  return {
    state,
    ...sinceOf(row.since),
    ...runOf(row),
    ...some('code', row.code),
    ...some('step', row.step),
    ...some('message', row.message),
    ...some('hint', row.hint),
    ...some('validUntil', row.valid_until),
    ...some('retirable', row.retirable),
    ...(state === 'skipped' ? beforeOf(store, row) : {}),
  };
}

function killed(store: StateStore, row: SqlRow): Facts {
  const steps = stepsOf(store, row);
  const last = steps.at(-1);
  const isOpen = last !== undefined && last.outcome === null;
  const changed = steps.some(({ step }) => CHANGING_STEPS.has(String(step)));
  const name = last && [last.step, last.trustpoint].filter(Boolean).join(' ');
  const place = name === undefined ? 'before its first step' : `${isOpen ? 'in' : 'after'} step ${name}`;
  return {
    state: changed ? 'half-done' : 'interrupted',
    ...sinceOf(last?.started_at ?? row.started_at),
    ...runOf(row),
    ...some('step', last?.step),
    message: `the run was killed ${place}${changed ? '' : '; nothing was changed'}`,
    ...beforeOf(store, row),
  };
}

function inWork(store: StateStore, row: SqlRow, since: string): Facts {
  const step = stepsOf(store, row).findLast(({ outcome }) => outcome === null)?.step;
  return { state: 'in-work', since, ...runOf(row), process: processOf(row), ...some('step', step) };
}

function stepsOf(store: StateStore, { device, run }: SqlRow): readonly SqlRow[] {
  return store.all(
    'SELECT step, trustpoint, started_at, outcome FROM steps WHERE device = ? AND run = ? ORDER BY seq',
    String(device),
    String(run),
  );
}

function beforeOf(store: StateStore, { device, run }: SqlRow): Pick<DeviceStatus, 'before'> {
  const [row] = store.all(
    `SELECT state, since FROM run_devices WHERE device = ? AND run <> ? AND state IS NOT NULL AND state <> 'skipped'
       ORDER BY seq DESC LIMIT 1`,
    String(device),
    String(run),
  );
  if (row === undefined) return {};
  return { before: { state: String(row.state) as DeviceState, since: text(row.since) } };
}

function runOf({ run, command }: SqlRow): Pick<DeviceStatus, 'run' | 'command'> {
  return { run: text(run), command: text(command) };
}

function processOf({ host, pid }: SqlRow): NonNullable<DeviceStatus['process']> {
  return { host: text(host), pid: Number(pid) };
}

function sinceOf(value: SqlRow[string] | undefined): Pick<DeviceStatus, 'since'> {
  return typeof value === 'string' ? { since: value } : {};
}

function some<Name extends string>(
  name: Name,
  value: SqlRow[string] | undefined,
): Partial<Record<Name, string>> {
  return typeof value === 'string' ? ({ [name]: value } as Record<Name, string>) : {};
}

function text(value: SqlRow[string] | undefined): string {
  return value === null || value === undefined ? '' : String(value);
}
