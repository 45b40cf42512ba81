import { type Monotonic, since } from '../domain/monotonic.ts';
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

type RunningStep = Pick<StepResult, 'step' | 'trustpoint' | 'startedAt'>;

export function recordSteps(now: () => Date, monotonic: Monotonic): StepRecorder {
  const startedAt = now();
  const begunAt = monotonic();
  const steps: StepResult[] = [];
  let running: { readonly about: RunningStep; readonly begunAt: number } | undefined;

  return {
    startedAt,
    record(event): void {
      if (event.type === 'step-started') {
        const { step, trustpoint } = event;
        const where = trustpoint === undefined ? { step } : { step, trustpoint };
        running = { about: { ...where, startedAt: now() }, begunAt: monotonic() };
        return;
      }
      const { type: _, ...facts } = event;
      steps.push({
        ...facts,
        startedAt: running?.about.startedAt ?? new Date(now().getTime() - event.durationMs),
      });
      running = undefined;
    },
    running: () => running?.about.step,
    elapsedMs: () => since(begunAt, monotonic),
    finish(outcome): readonly StepResult[] {
      if (running !== undefined) {
        steps.push({ ...running.about, outcome, durationMs: since(running.begunAt, monotonic) });
        running = undefined;
      }
      return steps;
    },
  };
}
