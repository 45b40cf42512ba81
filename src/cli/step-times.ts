import { open, readdir } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { STEPS, type StepName } from '../domain/step.ts';
import { readHead } from '../report/run-list.ts';
import { RESULT_FILE } from '../report/saved-run.ts';
import { WAITING } from '../run/forecast.ts';
import { EVENTS_FILE } from '../run/state/event-log.ts';
import { RUNS_FOLDER } from '../run/state/store.ts';

/** Runs that change routers; a reading tells nothing of how long that takes. */
const CHANGING = /-(?:enroll|renew)-[0-9a-f]+$/;
/** Of each step the latest runs that did it count. */
const MOST_RUNS = 5;
/** Runs that did something and are read through, however rare a step is. */
const MOST_READ = 40;
/** All that the forecast wants to know. */
const WANTED = Object.keys(WAITING) as readonly StepName[];

const StepFinished = z.object({
  type: z.literal('step-finished'),
  step: z.enum(STEPS),
  outcome: z.literal('done'),
  durationMs: z.number(),
});

/**
 * How long each step took on the middle one of the devices, in milliseconds, in the last runs of those that the state
 * directory keeps that did it: nights in which nothing was due tell nothing. Steps nobody has done are left out; so are
 * runs that were killed or cannot be read.
 */
export async function readStepTimes(state: string): Promise<ReadonlyMap<StepName, number>> {
  const folder = path.join(state, RUNS_FOLDER);
  const ids = (await readdir(folder).catch(() => [])).filter((id) => CHANGING.test(id));
  const times = new Map<StepName, { readonly values: number[]; runs: number }>();
  let read = 0;
  for (const id of ids.toSorted().toReversed()) {
    if (read === MOST_READ || WANTED.every((step) => times.get(step)?.runs === MOST_RUNS)) break;
    if (!(await didSomething(path.join(folder, id, RESULT_FILE)))) continue;
    read += 1;
    for (const [step, values] of await timesOf(path.join(folder, id, EVENTS_FILE))) {
      const known = times.get(step) ?? { values: [], runs: 0 };
      if (known.runs === MOST_RUNS) continue;
      known.values.push(...values);
      known.runs += 1;
      times.set(step, known);
    }
  }
  return new Map([...times].map(([step, { values }]) => [step, median(values)]));
}

/** By its head, which is read in no time however large the fleet was. */
async function didSomething(file: string): Promise<boolean> {
  const head = await readHead(file);
  if (head === undefined) return false;
  const { unchanged: _, skipped: __, ...others } = head.counts;
  return Object.values(others).some((count) => count > 0);
}

/** Of the steps that were done, line by line: the log of a large fleet is long. */
async function timesOf(file: string): Promise<ReadonlyMap<StepName, readonly number[]>> {
  const times = new Map<StepName, number[]>();
  try {
    await using handle = await open(file);
    for await (const line of handle.readLines()) {
      const { success, data } = StepFinished.safeParse(parsed(line));
      if (!success) continue;
      const all = times.get(data.step) ?? [];
      all.push(data.durationMs);
      times.set(data.step, all);
    }
    return times;
  } catch {
    return new Map();
  }
}

/** Lines about anything else are long and many. */
function parsed(line: string): unknown {
  if (!line.startsWith('{"type":"step-finished"')) return undefined;
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
