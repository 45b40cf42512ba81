import type { DeviceResult } from '../domain/result.ts';
import type { StepName, StepOutcome } from '../domain/step.ts';
import type { RunResult } from './result.ts';

/** Everything a progress view, report or journal ever hears. */
export type RunEvent =
  | {
      readonly type: 'run-started';
      readonly command: string;
      readonly devices: readonly string[];
      readonly at: Date;
    }
  | { readonly type: 'device-started'; readonly device: string; readonly at: Date }
  | {
      readonly type: 'step-started';
      readonly device: string;
      readonly step: StepName;
      readonly trustpoint?: string;
      readonly at: Date;
    }
  | {
      readonly type: 'step-finished';
      readonly device: string;
      readonly step: StepName;
      readonly trustpoint?: string;
      readonly outcome: StepOutcome;
      readonly durationMs: number;
      readonly note?: string;
      readonly at: Date;
    }
  | {
      readonly type: 'challenge-slots';
      readonly authority: string;
      readonly used: number;
      readonly capacity: number;
      readonly waiting: number;
      readonly at: Date;
    }
  | { readonly type: 'device-finished'; readonly result: DeviceResult; readonly at: Date }
  | { readonly type: 'run-finished'; readonly result: RunResult; readonly at: Date };

/** Hears a run. What it throws is caught and reported once; it never disturbs the run. */
export interface Reporter {
  onEvent(event: RunEvent): void;
  /** Called once after `run-finished`; may write files. */
  finish?(): Promise<void>;
}
