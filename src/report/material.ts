import type { DeviceResult } from '../domain/result.ts';
import type { Reporter, RunEvent } from '../run/events.ts';
import type { EndedRun, RunResult } from '../run/result.ts';
import type { JsonRun } from './json.ts';
import type { Labels } from './labels.ts';
import { RunHistory } from './run-history.ts';

/** What a report is about besides what the run tells. */
export interface ReportSubject {
  readonly run: JsonRun;
  readonly labels: Labels;
  /** A device's redacted transcripts, one behind the other in the order of its attempts; undefined when none was kept. */
  readonly transcriptOf: (result: DeviceResult) => Promise<string | undefined>;
}

/** Everything that a report file is made of: from a run that just ended, or from one that was kept. */
export interface ReportMaterial<Result extends EndedRun = RunResult> extends ReportSubject {
  readonly result: Result;
  readonly history: RunHistory;
}

/** When the run ended. */
export function finishedAt({ startedAt, durationMs }: EndedRun): Date {
  return new Date(startedAt.getTime() + durationMs);
}

/** Hands the material to `write` when the run is over. What `write` throws is the multiplexer's to tell. */
export function createFileReport(
  subject: ReportSubject,
  write: (material: ReportMaterial<EndedRun>) => Promise<void>,
): Reporter {
  const history = new RunHistory();
  let result: EndedRun | undefined;
  return {
    onEvent(event: RunEvent): void {
      history.hear(event);
      if (event.type === 'run-finished') result = event.result;
    },
    async finish(): Promise<void> {
      if (result !== undefined) await write({ ...subject, result, history });
    },
  };
}
