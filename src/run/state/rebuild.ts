import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { InputError } from '../../domain/errors.ts';
import type { DeviceResult } from '../../domain/result.ts';
import type { RunEvent } from '../events.ts';
import { CHALLENGES_FILE } from './challenge-ledger.ts';
import { EVENTS_FILE, readJsonLines } from './event-log.ts';
import { reviveDates } from './json-dates.ts';
import { LOCK_FILE } from './leases.ts';
import {
  type RunFacts,
  recordIntent,
  recordOutcome,
  recordResult,
  recordRun,
  recordRunEnd,
  recordStart,
} from './records.ts';
import { isRunLocked } from './run-lock.ts';
import { loadSqlite, type SqliteDriver, type SqlValue } from './sqlite.ts';
import { knownRuns, RUN_FILE, RUNS_FOLDER, STATE_FILE, StateStore } from './store.ts';

export interface Rebuilt {
  readonly runs: number;
  /** Runs whose files could not be read. */
  readonly unreadable: readonly string[];
  /** Where the old file is now; undefined when there was none. */
  readonly kept: string | undefined;
}

/**
 * Makes the state file anew from what the runs wrote beside it, and keeps the old one under another name. Throws InputError while a
 * run is at work. Killed in the middle, it can be done again.
 */
export function rebuildState(folder: string, now: Date, driver: SqliteDriver = loadSqlite()): Rebuilt {
  const runs = knownRuns(folder);
  refuseWhileAtWork(folder, runs, driver);
  const part = `${STATE_FILE}.part`;
  for (const end of ['', '-wal', '-shm']) rmSync(path.join(folder, `${part}${end}`), { force: true });
  const read = runs.map((id) => readRun(folder, id));
  const told = read.filter((run) => run !== undefined).toSorted((a, b) => a.seq - b.seq);
  {
    using store = StateStore.make(folder, part, driver);
    store.transaction('durable', () => {
      for (const run of told) replay(store, run);
      const [last] = store.all('SELECT max(id) AS id FROM challenges');
      store.run('UPDATE sequence SET n = max(n, ?)', Number(last?.id ?? 0));
    });
    store.settle();
  }
  const kept = moveAside(folder, now);
  renameSync(path.join(folder, part), path.join(folder, STATE_FILE));
  return { runs: told.length, unreadable: runs.filter((_, index) => read[index] === undefined), kept };
}

function refuseWhileAtWork(folder: string, runs: readonly string[], driver: SqliteDriver): void {
  const alive = runs.find((id) => isRunLocked(path.join(folder, RUNS_FOLDER, id, LOCK_FILE), driver));
  if (alive === undefined) return;
  throw new InputError([
    {
      file: path.join(folder, STATE_FILE),
      message: `is not made anew while run ${alive} is at work`,
      hint: 'wait for its end, or stop it with Ctrl-C',
    },
  ]);
}

interface SavedRun {
  readonly seq: number;
  readonly facts: RunFacts;
  readonly events: readonly RunEvent[];
  readonly challenges: readonly Readonly<Record<string, SqlValue>>[];
}

function readRun(folder: string, id: string): SavedRun | undefined {
  const file = (name: string): string => path.join(folder, RUNS_FOLDER, id, name);
  try {
    const { seq, ...facts } = JSON.parse(readFileSync(file(RUN_FILE), 'utf8'), reviveDates) as RunFacts & {
      seq: number;
    };
    const lines = (name: string): readonly unknown[] =>
      existsSync(file(name)) ? readJsonLines(file(name)) : [];
    const challenges = lines(CHALLENGES_FILE) as SavedRun['challenges'];
    const events = lines(EVENTS_FILE).map(
      (line) => JSON.parse(JSON.stringify(line), reviveDates) as RunEvent,
    );
    return { seq, facts, events, challenges };
  } catch {
    return undefined;
  }
}

function replay(store: StateStore, { facts, events, challenges }: SavedRun): void {
  const { id: run, command } = facts;
  recordRun(store, facts);
  const open = new Map<string, number>();
  for (const event of events) {
    switch (event.type) {
      case 'device-started':
        recordStart(store, run, event.device, event.at);
        break;
      case 'step-started':
        open.set(event.device, recordIntent(store, { ...event, run }, event.at));
        break;
      case 'step-finished': {
        const seq = open.get(event.device);
        if (seq !== undefined && event.outcome !== 'already-true') recordOutcome(store, seq, event);
        break;
      }
      case 'device-finished':
        recordResult(store, { run, command, result: event.result satisfies DeviceResult, at: event.at });
        break;
      case 'run-finished':
        recordRunEnd(store, run, event.result, event.at);
        break;
      default:
    }
  }
  for (const { id, ...line } of challenges) replayChallenge(store, Number(id), line);
}

const COLUMNS = [
  'run',
  'service',
  'authority',
  'device',
  'trustpoint',
  'replaces',
  'state',
  'begun_at',
  'life',
  'expires_at',
  'settled_at',
] as const;

/** The first line of a password has all columns, later ones what has changed. */
function replayChallenge(store: StateStore, id: number, line: Readonly<Record<string, SqlValue>>): void {
  const known = COLUMNS.filter((column) => line[column] !== undefined);
  const values = known.map((column) => line[column] ?? null);
  if (known.length === COLUMNS.length) {
    const marks = COLUMNS.map(() => '?').join(', ');
    store.run(`INSERT INTO challenges (${COLUMNS.join(', ')}, id) VALUES (${marks}, ?)`, ...values, id);
  } else if (known.length > 0) {
    const changes = known.map((column) => `${column} = ?`).join(', ');
    store.run(`UPDATE challenges SET ${changes} WHERE id = ?`, ...values, id);
  }
}

function moveAside(folder: string, now: Date): string | undefined {
  const file = path.join(folder, STATE_FILE);
  if (!existsSync(file)) return undefined;
  const kept = `${file}.damaged-${now.toISOString().replace(/[-:]|\.\d+/g, '')}`;
  for (const end of ['-shm', '-wal', '']) {
    if (existsSync(`${file}${end}`)) renameSync(`${file}${end}`, `${kept}${end}`);
  }
  return kept;
}
