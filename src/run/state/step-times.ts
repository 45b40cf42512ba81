import { STEPS, type StepName } from '../../domain/step.ts';
import type { StateStore } from './store.ts';

/**
 * How long each step took on the middle one of the devices that the state directory tells of, in milliseconds: for each
 * device the last run that worked on it. Steps nobody has done yet are left out.
 */
export function readStepTimes(store: StateStore): ReadonlyMap<StepName, number> {
  const times = new Map<StepName, number[]>();
  const rows = store.all(
    "SELECT step, started_at, finished_at FROM steps WHERE outcome = 'done' AND finished_at IS NOT NULL",
  );
  for (const { step: name, started_at: from, finished_at: to } of rows) {
    const step = STEPS.find((each) => each === name);
    const durationMs = Date.parse(String(to)) - Date.parse(String(from));
    // A clock that jumped back tells nothing.
    if (step !== undefined && durationMs >= 0) times.set(step, [...(times.get(step) ?? []), durationMs]);
  }
  return new Map([...times].map(([step, all]) => [step, median(all)]));
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
