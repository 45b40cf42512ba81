import type { Reporter, RunEvent } from '../run/events.ts';
import { countOutcomes, type RunResult } from '../run/result.ts';

/** Raised when a field changes its meaning or goes; new fields may come without. */
export const RESULT_SCHEMA = 1;

export interface JsonRun {
  readonly id: string;
  /** Of trustfleet. */
  readonly version: string;
}

/** The result of a run for programs: everything that is known, dates in ISO 8601 (UTC), durations in milliseconds. */
export function toJson({ devices, ...run }: RunResult, { id, version }: JsonRun): string {
  const document = {
    schema: RESULT_SCHEMA,
    trustfleet: version,
    run: { id, ...run, finishedAt: new Date(run.startedAt.getTime() + run.durationMs) },
    counts: countOutcomes(devices),
    devices,
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** Hands the result as JSON to `write` when the run is over. */
export function createJsonReport(run: JsonRun, write: (json: string) => Promise<void>): Reporter {
  let json: string | undefined;
  return {
    onEvent(event: RunEvent): void {
      if (event.type === 'run-finished') json = toJson(event.result, run);
    },
    async finish(): Promise<void> {
      if (json !== undefined) await write(json);
    },
  };
}
