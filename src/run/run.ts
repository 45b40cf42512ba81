import { setMaxListeners } from 'node:events';
import PQueue from 'p-queue';
import type { Device } from '../domain/device.ts';
import type { DeviceResult } from '../domain/result.ts';
import { attempt, skippedResult } from './attempt.ts';
import type { DeviceJob, StepEvent } from './device-job.ts';
import type { Reporter, RunEvent } from './events.ts';
import { interruption } from './leash.ts';
import { type Consequence, LOCKOUT_GUARD, LockoutGuard } from './lockout-guard.ts';
import { multiplex, type ReporterFault } from './multiplex.ts';
import type { RunResult } from './result.ts';

/** How long a job may take to end its session after it was told to stop, in milliseconds. */
const GRACE_MS = 20_000;
const NOT_TRIED = 'not tried, to keep the account from being locked (--lockout-guard)';
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
  /** Devices that may refuse one login password before the others that share it are left alone; 3 unless given, 0 for all. */
  readonly lockoutGuard?: number;
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
  /** Those of them that stand in the queue; the others wait for a password to prove right. */
  const queued = new Set<Device>();
  const guard = new LockoutGuard(options.lockoutGuard ?? LOCKOUT_GUARD);
  const halt = new AbortController();
  setMaxListeners(0, halt.signal); // every device in work listens
  const startedAt = now();

  function enqueue(ready: Iterable<Device>): void {
    for (const device of ready) {
      queued.add(device);
      void queue.add(() => work(device));
    }
  }

  async function work(device: Device): Promise<void> {
    queued.delete(device);
    if (!waiting.delete(device)) return;
    emit({ type: 'device-started', device: device.name, at: now() });
    const onStep = (event: StepEvent): void => {
      emit({ ...event, device: device.name, at: now() });
      if (isLoggedIn(event)) enqueue(guard.accepted(device));
    };
    const { job, graceMs = GRACE_MS } = options;
    const result = await attempt(device, { job, signal: halt.signal, graceMs, now, onStep });
    settle(device, result);
    follow(guard.ended(device, result));
  }

  function follow({ start, leave, because }: Consequence): void {
    const left = because === undefined ? [] : leave.filter((device) => waiting.delete(device));
    for (const device of left) {
      if (because !== undefined) settle(device, skippedResult(device, because, now(), NOT_TRIED));
    }
    // What is left alone must not use up the starts of the others.
    if (left.length > 0) {
      queue.clear();
      const rest = [...queued].filter((device) => waiting.has(device));
      queued.clear();
      enqueue(rest);
    }
    enqueue(start);
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
    enqueue(guard.take(devices));
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

/** The step ends with a session: the password was right. */
function isLoggedIn(event: StepEvent): boolean {
  return event.type === 'step-finished' && event.step === 'connect' && event.outcome === 'done';
}

/** Evenly spread starts: 20 a second are one every 50 ms, not a burst of 20 each second. */
function startLimit(perSecond: number | undefined): { intervalCap?: number; interval?: number } {
  if (perSecond === undefined) return {};
  if (!(perSecond > 0)) throw new TypeError(`startsPerSecond must be above 0, got ${perSecond}`);
  const intervalCap = Math.max(1, Math.floor(perSecond / SLOTS_PER_SECOND));
  return { intervalCap, interval: (intervalCap * 1000) / perSecond };
}
