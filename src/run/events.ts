import type { DeviceResult, ErrorReport, WaitingRequest } from '../domain/result.ts';
import type { StepName, StepOutcome } from '../domain/step.ts';
import type { EndedRun } from './result.ts';

/** A batch's place in its run, from 1. */
export interface BatchNumber {
  readonly index: number;
  readonly of: number;
}

/** Everything a progress view, report or journal ever hears. */
export type RunEvent =
  | {
      readonly type: 'run-started';
      readonly command: string;
      readonly devices: readonly string[];
      readonly at: Date;
    }
  /** The devices of a batch may start now. Told for runs in several batches only. */
  | {
      readonly type: 'batch-started';
      readonly batch: BatchNumber;
      readonly devices: readonly string[];
      readonly at: Date;
    }
  /** Its last device is done; whether the next batch may start is asked after this. */
  | {
      readonly type: 'batch-finished';
      readonly batch: BatchNumber;
      /** Absent from logs that older versions wrote. */
      readonly durationMs?: number;
      /**
       * Why the next batch does not start, where that is known already; absent when this was the last. What somebody says
       * between two batches is told as `run-stopped`.
       */
      readonly stopped?: string;
      readonly at: Date;
    }
  | { readonly type: 'device-started'; readonly device: string; readonly at: Date }
  /** It failed with a cause that may pass by itself, and is tried again. */
  | {
      readonly type: 'device-retried';
      readonly device: string;
      /** The attempt to come: 2 is the first retry. */
      readonly attempt: number;
      readonly of: number;
      readonly afterMs: number;
      readonly cause: ErrorReport;
      readonly at: Date;
    }
  /** Its request waits for the CA; it is left alone, without a session, and looked at again. */
  | {
      readonly type: 'device-waits';
      readonly device: string;
      /** The attempt to come. */
      readonly attempt: number;
      readonly afterMs: number;
      /** Empty where that look itself failed. */
      readonly requests: readonly WaitingRequest[];
      readonly at: Date;
    }
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
      /** When all are taken: when the first is free again at the latest, where that is known. */
      readonly fullUntil?: Date;
      readonly at: Date;
    }
  | { readonly type: 'device-finished'; readonly result: DeviceResult; readonly at: Date }
  /** Nothing is started any more: the failure budget is used up, or the command between batches said no. */
  | { readonly type: 'run-stopped'; readonly reason: string; readonly at: Date }
  | { readonly type: 'run-finished'; readonly result: EndedRun; readonly at: Date };

/** Hears a run. What it throws is caught and reported once; it never disturbs the run. */
export interface Reporter {
  onEvent(event: RunEvent): void;
  /** Called once after `run-finished`; may write files. */
  finish?(): Promise<void>;
}
