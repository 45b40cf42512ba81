import type { StepResult } from '../domain/result.ts';
import type { StepName } from '../domain/step.ts';
import type { StepEvent } from './device-job.ts';

/** What a job said of its steps: the story of a job that did not live to tell it. */
export interface StepRecorder {
  readonly startedAt: Date;
  record(event: StepEvent): void;
  /** The step that has begun and not ended. */
  running(): StepName | undefined;
  elapsedMs(): number;
  /** All steps; the one that runs ends with `outcome`. */
  finish(outcome: 'failed' | 'interrupted'): readonly StepResult[];
}

export function recordSteps(now: () => Date): StepRecorder {
  const startedAt = now();
  const steps: StepResult[] = [];
  let running:
    | { readonly step: StepName; readonly trustpoint?: string; readonly startedAt: Date }
    | undefined;

  return {
    startedAt,
    record(event): void {
      if (event.type === 'step-started') {
        const { step, trustpoint } = event;
        running = { step, startedAt: now(), ...(trustpoint === undefined ? {} : { trustpoint }) };
        return;
      }
      const { type: _, ...facts } = event;
      steps.push({
        ...facts,
        startedAt: running?.startedAt ?? new Date(now().getTime() - event.durationMs),
      });
      running = undefined;
    },
    running: () => running?.step,
    elapsedMs: () => now().getTime() - startedAt.getTime(),
    finish(outcome): readonly StepResult[] {
      if (running !== undefined) {
        const durationMs = now().getTime() - running.startedAt.getTime();
        steps.push({ ...running, outcome, durationMs });
        running = undefined;
      }
      return steps;
    },
  };
}
