import type { Reporter, RunEvent } from '../run/events.ts';
import { countOutcomes, digestsOf, type EndedRun } from '../run/result.ts';
import type { FileText } from './private-file.ts';

/** Raised when a field changes its meaning or goes; new fields may come without. */
export const RESULT_SCHEMA = 1;

export interface JsonRun {
  readonly id: string;
  /** Of trustfleet. */
  readonly version: string;
}

/** The result of a run for programs: everything that is known, dates in ISO 8601 (UTC), durations in milliseconds. */
export function toJson(run: EndedRun, about: JsonRun): string {
  return [...jsonPieces(run, about)].join('');
}

/** The text of `toJson`, a device at a time: of a large fleet it is long. */
export function* jsonPieces({ devices, ...run }: EndedRun, { id, version }: JsonRun): Generator<string> {
  const head = {
    schema: RESULT_SCHEMA,
    trustfleet: version,
    run: { id, ...run, finishedAt: new Date(run.startedAt.getTime() + run.durationMs) },
    counts: countOutcomes(digestsOf(devices)),
    devices: [],
  };
  const [before = '', after = ''] = JSON.stringify(head, null, 2).split(/(?<=^ {2}"devices": \[)(?=\]$)/m);
  yield before;
  let isFirst = true;
  for (const device of devices) {
    // No text of JSON has a line break of its own.
    const lines = JSON.stringify(device, null, 2).replaceAll('\n', '\n    ');
    yield `${isFirst ? '' : ','}\n    ${lines}`;
    isFirst = false;
  }
  yield `${isFirst ? '' : '\n  '}${after}\n`;
}

/** Hands the result as JSON to `write` when the run is over. */
export function createJsonReport(run: JsonRun, write: (json: FileText) => Promise<void>): Reporter {
  let result: EndedRun | undefined;
  return {
    onEvent(event: RunEvent): void {
      if (event.type === 'run-finished') result = event.result;
    },
    async finish(): Promise<void> {
      if (result !== undefined) await write(jsonPieces(result, run));
    },
  };
}
