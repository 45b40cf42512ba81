import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { STEPS, type StepName } from '../domain/step.ts';
import { RESULT_FILE } from '../report/saved-run.ts';
import { RUNS_FOLDER } from '../run/state/store.ts';

/** Runs that change routers; a reading tells nothing of how long that takes. */
const CHANGING = /-(?:enroll|renew)-[0-9a-f]+$/;
/** The latest of them that came to their end and are looked at. */
const MOST_RUNS = 5;

const Result = z.object({
  devices: z.array(
    z.object({ steps: z.array(z.object({ step: z.string(), outcome: z.string(), durationMs: z.number() })) }),
  ),
});

/**
 * How long each step took on the middle one of the devices of the last runs that the state directory keeps, in
 * milliseconds. Steps nobody has done are left out; so are runs whose result cannot be read.
 */
export async function readStepTimes(state: string): Promise<ReadonlyMap<StepName, number>> {
  const folder = path.join(state, RUNS_FOLDER);
  const ids = (await readdir(folder).catch(() => [])).filter((id) => CHANGING.test(id));
  const times = new Map<StepName, number[]>();
  let runs = 0;
  for (const id of ids.toSorted().toReversed()) {
    const result = await readResult(path.join(folder, id, RESULT_FILE));
    if (result === undefined) continue;
    for (const { step: name, outcome, durationMs } of result.devices.flatMap(({ steps }) => steps)) {
      const step = STEPS.find((each) => each === name);
      if (step === undefined || outcome !== 'done') continue;
      const all = times.get(step) ?? [];
      all.push(durationMs);
      times.set(step, all);
    }
    runs += 1;
    if (runs === MOST_RUNS) break;
  }
  return new Map([...times].map(([step, all]) => [step, median(all)]));
}

async function readResult(file: string): Promise<z.infer<typeof Result> | undefined> {
  try {
    return Result.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return undefined;
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
