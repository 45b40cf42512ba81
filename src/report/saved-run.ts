import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { z } from 'zod';
import { InputError } from '../domain/errors.ts';
import type { DeviceResult } from '../domain/result.ts';
import type { RunEvent } from '../run/events.ts';
import type { RunResult } from '../run/result.ts';
import type { JsonRun } from './json.ts';
import { readLabels } from './label-file.ts';
import type { Labels } from './labels.ts';
import type { ReportMaterial } from './material.ts';
import { RunHistory } from './run-history.ts';
import { SavedEvent, SavedResult } from './saved-run-schema.ts';

export const RESULT_FILE = 'result.json';
const EVENTS_FILE = 'events.jsonl';

/** A run as the state directory keeps it. */
export interface SavedRun {
  readonly run: JsonRun;
  readonly result: RunResult;
  readonly history: RunHistory;
  readonly labels: Labels;
  /** It was killed: what is said of it is what its events tell. */
  readonly broken: boolean;
}

/** The runs of a state directory's `runs` folder, the latest last. None when there is no such folder. */
export async function listRuns(runs: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(runs, { withFileTypes: true });
    return entries
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name)
      .toSorted();
  } catch (error) {
    if (isMissing(error)) return [];
    throw unreadable(runs, error);
  }
}

/**
 * Reads the run that is kept in `folder`. One that was killed has no result: its events say how far it came. Throws
 * InputError with file and place when nothing can be made of what is there.
 */
export async function readRun(folder: string): Promise<SavedRun> {
  const events = await readEvents(path.join(folder, EVENTS_FILE));
  const history = new RunHistory();
  for (const event of events) history.hear(event);
  const kept = await readIfThere(path.join(folder, RESULT_FILE));
  const labels = await readLabels(folder);
  if (kept !== undefined) {
    const parsed = parse(SavedResult, kept, path.join(folder, RESULT_FILE));
    return { ...parsed, history, labels, broken: false };
  }
  const result = resultOf(events);
  if (result === undefined) {
    throw new InputError([
      {
        file: folder,
        message: `holds neither ${RESULT_FILE} nor ${EVENTS_FILE} of a run`,
        hint: 'see --list',
      },
    ]);
  }
  return { run: { id: path.basename(folder), version: 'unknown' }, result, history, labels, broken: true };
}

/** What a killed run had done. Devices in work are `interrupted`, those that were not begun `skipped`. */
function resultOf(events: readonly RunEvent[]): RunResult | undefined {
  const begun = events.find((event) => event.type === 'run-started');
  if (begun?.type !== 'run-started') return undefined;
  const finished = new Map<string, DeviceResult>();
  const started = new Map<string, Date>();
  let stopped: string | undefined;
  for (const event of events) {
    if (event.type === 'device-finished') finished.set(event.result.device, event.result);
    if (event.type === 'device-started') started.set(event.device, event.at);
    if (event.type === 'run-stopped') stopped = event.reason;
  }
  const end = events.at(-1)?.at ?? begun.at;
  const devices = begun.devices.map(
    (device) => finished.get(device) ?? unfinished(device, started.get(device), end),
  );
  return {
    command: begun.command,
    startedAt: begun.at,
    durationMs: between(begun.at, end),
    interrupted: true,
    ...(stopped === undefined ? {} : { stopped }),
    devices,
  };
}

function unfinished(device: string, startedAt: Date | undefined, end: Date): DeviceResult {
  const note =
    startedAt === undefined
      ? 'not started: the run was killed before its turn'
      : 'the run was killed while it was at work on this device; trustfleet enroll --resume reads it and goes on';
  return {
    device,
    host: '',
    outcome: startedAt === undefined ? 'skipped' : 'interrupted',
    startedAt: startedAt ?? end,
    durationMs: startedAt === undefined ? 0 : between(startedAt, end),
    steps: [],
    findings: [],
    certificates: [],
    decisions: [],
    notes: [note],
  };
}

/** By stamps, which is all that a killed run left: the clock may have been put back between them. */
function between(from: Date, to: Date): number {
  return Math.max(0, to.getTime() - from.getTime());
}

/** A last line that was cut by a kill is left out, and so are events this version does not know. */
async function readEvents(file: string): Promise<readonly RunEvent[]> {
  const text = (await readIfThere(file)) ?? '';
  return text.split('\n').flatMap((line) => {
    if (line === '') return [];
    try {
      const { success, data } = SavedEvent.safeParse(JSON.parse(line));
      return success ? [data] : [];
    } catch {
      return [];
    }
  });
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw unreadable(file, error);
  }
}

/** Throws InputError where the text is no JSON or not of the shape, with the place of the first fault. */
export function parse<T>(schema: z.ZodType<T>, text: string, file: string): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new InputError([{ file, message: 'is no JSON: it was cut, or edited' }]);
  }
  const { success, data, error } = schema.safeParse(value);
  if (success) return data;
  const [first] = error.issues;
  const key = first?.path.join('.') ?? '';
  throw new InputError([
    { file, key, message: `is not what trustfleet writes: ${first?.message ?? 'unknown'}` },
  ]);
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

function unreadable(file: string, error: unknown): InputError {
  const why = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  return new InputError([{ file, message: `cannot be read (${why})` }]);
}

/** Where a kept run's transcripts are now: the state directory may have been moved since. */
export function transcriptReader(
  folder: string,
  redact: (text: string) => string,
): ReportMaterial['transcriptOf'] {
  return async ({ transcript, earlierTranscripts = [] }) => {
    const files = [...earlierTranscripts, ...(transcript === undefined ? [] : [transcript])];
    const texts: string[] = [];
    for (const file of files) {
      const text = await readIfThere(path.join(folder, path.basename(file)));
      if (text !== undefined) texts.push(redact(text));
    }
    return texts.length === 0 ? undefined : texts.join('\n');
  };
}
