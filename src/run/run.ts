import { setMaxListeners } from 'node:events';
import PQueue from 'p-queue';
import type { Device } from '../domain/device.ts';
import type { DeviceResult } from '../domain/result.ts';
import { attempt, skippedResult } from './attempt.ts';
import type { DeviceJob, StepEvent } from './device-job.ts';
import type { Reporter, RunEvent } from './events.ts';
import { interruption } from './leash.ts';
import { multiplex, type ReporterFault } from './multiplex.ts';
import type { RunResult } from './result.ts';

/** How long a job may take to end its session after it was told to stop, in milliseconds. */
const GRACE_MS = 20_000;
/** Starts are spread over a second in so many slots at most. */
const SLOTS_PER_SECOND = 20;

export interface FleetOptions {
  /** `enroll`, `renew` or `verify`: named in events and in the result. */
  readonly command: string;
  readonly devices: readonly Device[];
  readonly job: DeviceJob;
  /** Devices in work at once, from 1. */
  readonly concurrency: number;
  /** New devices a second at most; no limit when absent. */
  readonly startsPerSecond?: number;
  /** Stops the run: no device starts any more, running ones are told. */
  readonly signal: AbortSignal;
  readonly reporters: readonly Reporter[];
  /** Hears, once each, of reporters that threw. */
  readonly onReporterFault?: (fault: ReporterFault) => void;
  /** Milliseconds a job may go on after its signal; 20 seconds unless said otherwise. */
  readonly graceMs?: number;
  readonly now: () => Date;
}

/**
 * Works through a fleet: every device gets exactly one result, in the order given, whatever happens to the others.
 * Never rejects for a device or a reporter. Throws a TypeError when a limit is no positive number.
 */
export async function runFleet(options: FleetOptions): Promise<RunResult> {
  const { command, devices, signal, now } = options;
  const queue = new PQueue({ concurrency: options.concurrency, ...startLimit(options.startsPerSecond) });
  const reporter = multiplex(options.reporters, (fault) => options.onReporterFault?.(fault));
  const emit = (event: RunEvent): void => reporter.onEvent(event);
  const results = new Map<Device, DeviceResult>();
  const waiting = new Set(devices);
  const halt = new AbortController();
  setMaxListeners(0, halt.signal); // every device in work listens
  const startedAt = now();

  async function work(device: Device): Promise<void> {
    waiting.delete(device);
    emit({ type: 'device-started', device: device.name, at: now() });
    const onStep = (event: StepEvent): void => emit({ ...event, device: device.name, at: now() });
    const { job, graceMs = GRACE_MS } = options;
    settle(device, await attempt(device, { job, signal: halt.signal, graceMs, now, onStep }));
  }

  function settle(device: Device, result: DeviceResult): void {
    results.set(device, result);
    emit({ type: 'device-finished', result, at: now() });
  }

  /** Runs inside the abort event, so nothing can start between the signal and here. */
  function stop(): void {
    queue.clear();
    halt.abort(interruption(signal));
    for (const device of waiting) settle(device, skippedResult(device, interruption(signal), now()));
    waiting.clear();
  }

  emit({ type: 'run-started', command, devices: devices.map(({ name }) => name), at: startedAt });
  if (!signal.aborted) {
    signal.addEventListener('abort', stop, { once: true });
    for (const device of devices) {
      if (signal.aborted) break;
      void queue.add(() => work(device));
    }
    await queue.onIdle();
    signal.removeEventListener('abort', stop);
  }
  if (signal.aborted) stop();

  const finishedAt = now();
  const result: RunResult = {
    command,
    startedAt,
    durationMs: finishedAt.getTime() - startedAt.getTime(),
    interrupted: signal.aborted,
    devices: devices.flatMap((device) => results.get(device) ?? []),
  };
  emit({ type: 'run-finished', result, at: finishedAt });
  await reporter.finish?.();
  return result;
}

/** Evenly spread starts: 20 a second are one every 50 ms, not a burst of 20 each second. */
function startLimit(perSecond: number | undefined): { intervalCap?: number; interval?: number } {
  if (perSecond === undefined) return {};
  if (!(perSecond > 0)) throw new TypeError(`startsPerSecond must be above 0, got ${perSecond}`);
  const intervalCap = Math.max(1, Math.floor(perSecond / SLOTS_PER_SECOND));
  return { intervalCap, interval: (intervalCap * 1000) / perSecond };
}
