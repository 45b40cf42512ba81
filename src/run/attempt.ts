import type { Device } from '../domain/device.ts';
import { formatDuration } from '../domain/duration.ts';
import { DeviceError, toDeviceError } from '../domain/errors.ts';
import type { Monotonic } from '../domain/monotonic.ts';
import type { DeviceResult } from '../domain/result.ts';
import type { DeviceJob, StepEvent } from './device-job.ts';
import { createLeash, type Leash } from './leash.ts';
import type { DeviceDigest } from './result.ts';
import { recordSteps, type StepRecorder } from './step-recorder.ts';

export interface AttemptOptions {
  readonly job: DeviceJob;
  /** The whole run's signal. */
  readonly signal: AbortSignal;
  /** How long a job may go on after its signal fired before it is left alone, in milliseconds. */
  readonly graceMs: number;
  readonly now: () => Date;
  readonly monotonic: Monotonic;
  readonly onStep: (event: StepEvent) => void;
  /** From 1. */
  readonly attempt: number;
}

/**
 * One device's job under its deadline (`timeouts.device`). Always resolves, always with a result of this device:
 * a job that throws becomes `failed` with its cause, one that ignores its signal past the grace is left behind.
 */
export async function attempt(device: Device, options: AttemptOptions): Promise<DeviceResult> {
  const steps = recordSteps(options.now, options.monotonic);
  const leash = createLeash(options.signal, device.timeouts.device, options.graceMs);
  let heard = true;
  try {
    const hooks = {
      signal: leash.signal,
      attempt: options.attempt,
      onStep(event: StepEvent): void {
        if (!heard) return;
        steps.record(event);
        options.onStep(event);
      },
    };
    const result = await Promise.race([runJob(device, options.job, hooks), leash.abandoned]);
    return result === 'abandoned' ? left(device, steps, leash) : named(result, leash);
  } catch (thrown) {
    return rejected(device, steps, leash, thrown);
  } finally {
    heard = false;
    leash.release();
  }
}

/** A job may throw before its first await, too. */
async function runJob(
  device: Device,
  job: DeviceJob,
  hooks: Parameters<DeviceJob>[1],
): Promise<DeviceResult> {
  return await job(device, hooks);
}

function left(device: Device, steps: StepRecorder, leash: Leash): DeviceResult {
  const cause = leash.cause() ?? new DeviceError('internal', 'left without a cause');
  return ended(device, steps, cause, {
    detail: `The job did not stop within ${formatDuration(leash.graceMs)} of being told to; its session was left.`,
  });
}

/** What a job throws because it was told to stop is a consequence: the reason it was told is the cause. */
function rejected(device: Device, steps: StepRecorder, leash: Leash, thrown: unknown): DeviceResult {
  const error = toDeviceError(thrown);
  const cause = leash.cause();
  const speaksForItself = error.code !== 'internal' && error.code !== 'interrupted';
  return cause === undefined || speaksForItself
    ? ended(device, steps, error, {})
    : ended(device, steps, cause, { detail: error.detail === '' ? error.message : error.detail });
}

function ended(
  device: Device,
  steps: StepRecorder,
  error: DeviceError,
  { detail }: { detail?: string },
): DeviceResult {
  const outcome = error.code === 'interrupted' ? 'interrupted' : 'failed';
  const step = steps.running();
  return {
    ...emptyResult(device, steps.startedAt),
    outcome,
    durationMs: steps.elapsedMs(),
    steps: steps.finish(outcome),
    error: {
      code: error.code,
      message: error.message,
      detail: [error.detail, detail === error.message ? '' : detail].filter(Boolean).join('\n'),
      hint: error.hint,
      ...(step === undefined ? {} : { step }),
    },
  };
}

/** A job that its deadline ended says `interrupted`; the operator interrupted nothing, so it is a `timeout`. */
function named(result: DeviceResult, leash: Leash): DeviceResult {
  const cause = leash.cause();
  if (result.outcome !== 'interrupted' || cause?.code !== 'timeout') return result;
  const step = result.error?.step;
  return {
    ...result,
    outcome: 'failed',
    error: {
      code: 'timeout',
      message: cause.message,
      detail: result.error?.detail ?? '',
      hint: cause.hint,
      ...(step === undefined ? {} : { step }),
    },
  };
}

/** A device nothing was done with, because of `cause`; `note` says so in a line of its own. */
export function skippedResult(
  device: Device,
  cause: DeviceError,
  at: Date,
  note = 'not started: the run was stopped before its turn',
): DeviceResult {
  return {
    ...emptyResult(device, at),
    outcome: 'skipped',
    notes: [note],
    error: { code: cause.code, message: cause.message, detail: cause.detail, hint: cause.hint },
  };
}

/** What can still be told of a device whose result was kept where it cannot be read any more. */
export function lostResult({ device, code, ...rest }: DeviceDigest, at: Date): DeviceResult {
  const note = 'what was found on it is lost: the state directory could not be read at the end of the run';
  const { message, detail, hint } = new DeviceError(code ?? 'internal', note);
  return {
    ...emptyResult({ name: device, host: '' }, at),
    ...rest,
    notes: [note],
    ...(code === undefined ? {} : { error: { code, message, detail, hint } }),
  };
}

function emptyResult(device: Pick<Device, 'name' | 'host'>, startedAt: Date): Omit<DeviceResult, 'outcome'> {
  return {
    device: device.name,
    host: device.host,
    startedAt,
    durationMs: 0,
    steps: [],
    findings: [],
    certificates: [],
    decisions: [],
    notes: [],
  };
}
