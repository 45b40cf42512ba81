import type { Device } from '../domain/device.ts';
import { type DeviceError, type ErrorCode, toDeviceError } from '../domain/errors.ts';
import type { Finding } from '../domain/finding.ts';
import { type Monotonic, since } from '../domain/monotonic.ts';
import type {
  CertificateSummary,
  DeviceResult,
  ErrorReport,
  RenewalDecision,
  StepResult,
} from '../domain/result.ts';
import { CHANGING_STEPS, type DeviceOutcome, type StepName, type StepOutcome } from '../domain/step.ts';

/** What a run hears of a device while it is worked on. */
export type StepEvent =
  | { readonly type: 'step-started'; readonly step: StepName; readonly trustpoint?: string }
  | {
      readonly type: 'step-finished';
      readonly step: StepName;
      readonly trustpoint?: string;
      readonly outcome: StepOutcome;
      readonly durationMs: number;
      readonly note?: string;
    };

/** Steps that type several lines: those before the one that failed were taken. */
const LINE_BY_LINE: ReadonlySet<StepName> = new Set(['set-clock', 'configure', 'switch', 'retire']);
/** Nobody saw how the router took what was typed last. */
const UNSEEN_END: ReadonlySet<ErrorCode> = new Set(['connection-lost', 'timeout', 'interrupted', 'internal']);

export interface RecordOptions {
  /** For stamps. */
  readonly now: () => Date;
  /** For durations; `performance.now` unless given. */
  readonly monotonic?: Monotonic;
  readonly onStep: (event: StepEvent) => void;
}

/** The story of one device as it is lived: steps with their times, findings, and the first cause of failure. */
export class DeviceRecord {
  readonly notes: string[] = [];
  findings: readonly Finding[] = [];
  certificates: readonly CertificateSummary[] = [];
  decisions: readonly RenewalDecision[] = [];
  release: string | undefined;
  clockOffsetMs: number | undefined;
  transcript: string | undefined;
  /** Trustpoints that a roll of keys has replaced. */
  retirable: readonly string[] = [];
  /** What is told of those that still wait for it in the end. */
  retirableNotes: ReadonlyMap<string, string> = new Map();
  /** Of the trustpoints whose requests wait for the CA. */
  readonly requests = new Map<string, readonly string[]>();
  /** The router wrote its startup configuration and left some of it out. */
  isSavedInPart = false;
  /** How a router was left that was led back after a failure; undefined when it was not. */
  wasLeft: string | undefined;
  private readonly steps: StepResult[] = [];
  private error: ErrorReport | undefined;
  private readonly device: Device;
  private readonly now: () => Date;
  private readonly monotonic: Monotonic;
  private readonly onStep: (event: StepEvent) => void;
  private readonly startedAt: Date;
  private readonly begunAt: number;
  /** Something was typed in the step that began last, beside show commands. */
  private hasTyped = false;

  constructor(device: Device, { now, monotonic, onStep }: RecordOptions) {
    this.device = device;
    this.now = now;
    this.monotonic = monotonic ?? (() => performance.now());
    this.onStep = onStep;
    this.startedAt = now();
    this.begunAt = this.monotonic();
  }

  /** Runs one step and records how it ended. `act` may return a note: one line on what was done. */
  async step<T>(
    step: StepName,
    trustpoint: string | undefined,
    act: (note: (text: string) => void) => Promise<T>,
  ): Promise<T> {
    const where = trustpoint === undefined ? { step } : { step, trustpoint };
    const startedAt = this.now();
    const begunAt = this.monotonic();
    this.hasTyped = false;
    let text: string | undefined;
    const finish = (outcome: StepOutcome): void => {
      const durationMs = since(begunAt, this.monotonic);
      const note = text === undefined ? {} : { note: text };
      this.steps.push({ ...where, outcome, startedAt, durationMs, ...note });
      this.onStep({ type: 'step-finished', ...where, outcome, durationMs, ...note });
    };
    this.onStep({ type: 'step-started', ...where });
    try {
      const result = await act((line) => {
        text = line;
      });
      finish('done');
      return result;
    } catch (thrown) {
      const error = toDeviceError(thrown);
      text ??= error.message;
      finish(error.code === 'interrupted' ? 'interrupted' : 'failed');
      this.fail(error, step);
      throw error;
    }
  }

  /** To be called before anything but a show command is typed. */
  typing(): void {
    this.hasTyped = true;
  }

  /** A step that was so already. */
  alreadyTrue(step: StepName, trustpoint: string | undefined, note: string): void {
    const where = trustpoint === undefined ? { step } : { step, trustpoint };
    this.steps.push({ ...where, outcome: 'already-true', startedAt: this.now(), durationMs: 0, note });
    this.onStep({ type: 'step-finished', ...where, outcome: 'already-true', durationMs: 0, note });
  }

  /** Keeps the first cause; what comes after it is added to its detail. */
  fail(error: DeviceError, step?: StepName): void {
    if (this.error === undefined) {
      const { code, message, detail, hint } = error;
      this.error = { code, message, detail, hint, ...(step === undefined ? {} : { step }) };
    } else if (this.error.message !== error.message) {
      this.error = { ...this.error, detail: `${this.error.detail}\nthen: ${error.message}`.trim() };
    }
  }

  /** What this run changed on the router so far, for the operator of a half-done device. */
  changesMade(): readonly string[] {
    return this.steps
      .filter(({ step, outcome }) => CHANGING_STEPS.has(step) && outcome === 'done')
      .map(({ step, trustpoint, note }) => [step, trustpoint, note && `(${note})`].filter(Boolean).join(' '));
  }

  /** The step that failed after it may have changed something; undefined when it surely has not. */
  halfDone(): string | undefined {
    const last = this.steps.at(-1);
    if (last === undefined || this.error === undefined || last.step !== this.error.step) return undefined;
    if (!this.hasTyped) return undefined;
    const isPossible = LINE_BY_LINE.has(last.step) || UNSEEN_END.has(this.error.code);
    if (!CHANGING_STEPS.has(last.step) || !isPossible) return undefined;
    return [last.step, last.trustpoint].filter(Boolean).join(' ');
  }

  result(outcome: Exclude<DeviceOutcome, 'failed' | 'interrupted'>): DeviceResult {
    const ended =
      this.error?.code === 'interrupted' ? 'interrupted' : this.error === undefined ? outcome : 'failed';
    return {
      device: this.device.name,
      host: this.device.host,
      outcome: ended,
      startedAt: this.startedAt,
      durationMs: since(this.begunAt, this.monotonic),
      steps: this.steps,
      findings: this.findings,
      certificates: this.certificates,
      decisions: this.decisions,
      notes: [...this.notes, ...this.retirable.flatMap((name) => this.retirableNotes.get(name) ?? [])],
      ...(this.error === undefined ? {} : { error: this.error }),
      ...(this.requests.size === 0
        ? {}
        : {
            requests: [...this.requests].map(([trustpoint, fingerprints]) => ({ trustpoint, fingerprints })),
          }),
      ...(this.release === undefined ? {} : { release: this.release }),
      ...(this.clockOffsetMs === undefined ? {} : { clockOffsetMs: this.clockOffsetMs }),
      ...(this.retirable.length === 0 ? {} : { retirable: this.retirable }),
      ...(this.transcript === undefined ? {} : { transcript: this.transcript }),
    };
  }
}
