import { setMaxListeners } from 'node:events';
import type { Device } from '../domain/device.ts';
import { DeviceError } from '../domain/errors.ts';
import { type Monotonic, since } from '../domain/monotonic.ts';
import type { DeviceResult } from '../domain/result.ts';
import { attempt, lostResult, skippedResult } from './attempt.ts';
import { cutBatches } from './batches.ts';
import { FailureBudget } from './budget.ts';
import { Cooling } from './cooling.ts';
import type { StepEvent } from './device-job.ts';
import type { BatchNumber, Reporter, RunEvent } from './events.ts';
import { interruption } from './leash.ts';
import { type Consequence, LOCKOUT_GUARD, LockoutGuard } from './lockout-guard.ts';
import { mergeAttempts } from './merge-attempts.ts';
import { multiplex } from './multiplex.ts';
import { type DeviceDigest, type DeviceResults, digestOf, type EndedRun, readOneByOne } from './result.ts';
import { retryDelay } from './retry.ts';
import type { FleetOptions, ReadBack } from './run.ts';
import { CauseStreaks } from './same-cause.ts';
import { StartLine } from './start-line.ts';
import { waitDelay } from './wait.ts';

/** How long a job may take to end its session after it was told to stop, in milliseconds. */
const GRACE_MS = 20_000;
/** Somebody or something said no between two batches, though nothing may have failed. */
const SAID_NO = 'run the same command again when the next batch may begin: what is done is not done again';
const NOT_TRIED = 'not tried, to keep the account from being locked (--lockout-guard)';

interface Batch {
  readonly number: BatchNumber;
  readonly devices: readonly Device[];
  /** Not settled yet. */
  readonly open: Set<Device>;
  /** Called when none is open any more. */
  finish: () => void;
}

/**
 * One run over a fleet. A device waits, then stands in the start line, is in work, maybe cools off before another
 * attempt, and is settled exactly once.
 */
export class FleetRun {
  readonly #options: FleetOptions & Partial<ReadBack>;
  readonly #monotonic: Monotonic;
  readonly #reporter: Reporter;
  readonly #startLine: StartLine;
  readonly #guard: LockoutGuard;
  readonly #budget: FailureBudget;
  readonly #streaks: CauseStreaks;
  readonly #cooling = new Cooling();
  readonly #halt = new AbortController();
  readonly #batchOf = new Map<Device, Batch>();
  /** Of the devices that are settled. */
  readonly #digests = new Map<Device, DeviceDigest>();
  /** Where nobody else keeps them. */
  readonly #results = new Map<Device, DeviceResult>();
  /** When the first attempt at a device in work began. */
  readonly #begunAt = new Map<Device, number>();
  /** How earlier attempts at it ended. */
  readonly #earlier = new Map<Device, readonly DeviceResult[]>();
  /** Devices whose requests wait: when they were first found so, and how often. */
  readonly #pendingSince = new Map<Device, { readonly at: number; readonly looks: number }>();
  /** Neither begun nor settled. */
  readonly #waiting: Set<Device>;
  /** Why, and for whom, nothing is started any more. One dead CA is no reason to stop looking at the others. */
  readonly #stops: { readonly reason: string; readonly concerns: (device: Device) => boolean }[] = [];

  constructor(options: FleetOptions & Partial<ReadBack>) {
    this.#options = options;
    this.#monotonic = options.monotonic ?? (() => performance.now());
    this.#waiting = new Set(options.devices);
    this.#reporter = multiplex(options.reporters, (fault) => options.onReporterFault?.(fault));
    this.#startLine = new StartLine(options, (device) => this.#work(device));
    this.#guard = new LockoutGuard(options.lockoutGuard ?? LOCKOUT_GUARD);
    this.#budget = new FailureBudget(options.maxFail);
    this.#streaks = new CauseStreaks(options.maxSameCause ?? 0);
    setMaxListeners(0, this.#halt.signal); // every device in work listens
  }

  async run(): Promise<EndedRun> {
    const { command, signal, now, devices } = this.#options;
    const startedAt = now();
    const begunAt = this.#monotonic();
    this.#emit({ type: 'run-started', command, devices: devices.map(({ name }) => name), at: startedAt });
    const batches = this.#cut();
    const onAbort = (): void => this.#interrupt();
    if (!signal.aborted) {
      signal.addEventListener('abort', onAbort, { once: true });
      await this.#workThrough(batches);
      signal.removeEventListener('abort', onAbort);
    }
    if (signal.aborted) this.#interrupt();

    const result: EndedRun = {
      command,
      startedAt,
      durationMs: since(begunAt, this.#monotonic),
      interrupted: signal.aborted,
      ...this.#whyStopped(),
      devices: this.#allResults(),
    };
    this.#emit({ type: 'run-finished', result, at: now() });
    await this.#reporter.finish?.();
    return result;
  }

  #cut(): readonly Batch[] {
    const { devices, batches: rule } = this.#options;
    const parts = rule === undefined ? [devices] : cutBatches(devices, rule);
    return parts.map((part, index) => {
      const number = { index: index + 1, of: parts.length };
      const batch = { number, devices: part, open: new Set(part), finish: () => {} };
      for (const device of part) this.#batchOf.set(device, batch);
      return batch;
    });
  }

  async #workThrough(batches: readonly Batch[]): Promise<void> {
    for (const batch of batches) {
      if (this.#options.signal.aborted || this.#waiting.size === 0) return;
      await this.#workOn(batch);
    }
  }

  async #workOn(batch: Batch): Promise<void> {
    const { number, devices, open } = batch;
    const { now, signal, between } = this.#options;
    if (open.size === 0) return;
    const begunAt = this.#monotonic();
    const isOneOfMany = number.of > 1;
    const names = devices.map(({ name }) => name);
    if (isOneOfMany) this.#emit({ type: 'batch-started', batch: number, devices: names, at: now() });
    const done = new Promise<void>((resolve) => {
      batch.finish = resolve;
    });
    for (const consequence of this.#guard.take(devices.filter((device) => open.has(device)))) {
      this.#follow(consequence);
    }
    await done;
    if (!isOneOfMany) return;
    const why = this.#waiting.size === 0 ? this.#whyStopped() : {};
    const durationMs = since(begunAt, this.#monotonic);
    this.#emit({ type: 'batch-finished', batch: number, durationMs, ...why, at: now() });
    if (this.#waiting.size === 0 || signal.aborted) return;
    // However long somebody thinks about the next batch, this one is over.
    const no = await between?.(number, signal);
    if (no !== undefined && !signal.aborted) this.#stop(no, () => true, SAID_NO);
  }

  async #work(device: Device): Promise<void> {
    const { job, graceMs = GRACE_MS, now } = this.#options;
    const monotonic = this.#monotonic;
    this.#cooling.forget(device);
    if (this.#waiting.delete(device)) {
      this.#begunAt.set(device, monotonic());
      this.#emit({ type: 'device-started', device: device.name, at: now() });
    }
    const onStep = (event: StepEvent): void => {
      this.#emit({ ...event, device: device.name, at: now() });
      if (isLoggedIn(event)) this.#startLine.add(this.#guard.accepted(device));
    };
    const signal = this.#halt.signal;
    const count = (this.#earlier.get(device) ?? []).length + 1;
    const result = await attempt(device, { job, signal, graceMs, now, monotonic, onStep, attempt: count });
    this.#startLine.done(device);
    this.#ended(device, result, count);
  }

  #ended(device: Device, result: DeviceResult, count: number): void {
    const verdict = this.#streaks.ended(device, result);
    const { retry } = this.#options;
    const isAllowed = retry !== undefined && verdict === undefined && this.#mayStart(device);
    const wait = this.#waitFor(device, result);
    const again = isAllowed ? retryDelay(result, count, retry) : undefined;
    if (wait !== undefined) this.#comeBack(device, result, wait);
    else if (again === undefined) this.#settle(device, this.#whole(device, result));
    else this.#coolOff(device, result, again);
    this.#follow(this.#guard.ended(device, result));
    if (verdict !== undefined) this.#stop(verdict.reason, verdict.concerns);
  }

  #mayStart(device: Device): boolean {
    return !this.#options.signal.aborted && !this.#stops.some(({ concerns }) => concerns(device));
  }

  /** Milliseconds until a device whose request waits is looked at again; undefined when it is not. */
  #waitFor(device: Device, result: DeviceResult): number | undefined {
    const { wait } = this.#options;
    if (wait === undefined || !this.#mayStart(device)) return undefined;
    const begun = this.#pendingSince.get(device);
    if (begun === undefined && result.outcome !== 'pending') return undefined;
    const { at, looks } = begun ?? { at: this.#monotonic(), looks: 0 };
    this.#pendingSince.set(device, { at, looks: looks + 1 });
    return waitDelay(result, { looks: looks + 1, waitedMs: since(at, this.#monotonic) }, wait);
  }

  /** It has no session until then, and no place among those at work. */
  #comeBack(device: Device, result: DeviceResult, afterMs: number): void {
    const { whole, attempt } = this.#setAside(device, result);
    const { requests = [] } = whole;
    const at = this.#options.now();
    this.#cool(device, whole, afterMs);
    this.#emit({ type: 'device-waits', device: device.name, attempt, afterMs, requests, at });
  }

  #setAside(
    device: Device,
    result: DeviceResult,
  ): { readonly whole: DeviceResult; readonly attempt: number } {
    const whole = this.#whole(device, result);
    const ended = [...(this.#earlier.get(device) ?? []), result];
    this.#earlier.set(device, ended);
    return { whole, attempt: ended.length + 1 };
  }

  #coolOff(device: Device, result: DeviceResult, afterMs: number): void {
    const { now, retry } = this.#options;
    const { whole, attempt: next } = this.#setAside(device, result);
    if (whole.error !== undefined) {
      this.#emit({
        type: 'device-retried',
        device: device.name,
        attempt: next,
        of: (retry?.times ?? 0) + 1,
        afterMs,
        cause: whole.error,
        at: now(),
      });
    }
    this.#cool(device, whole, afterMs);
  }

  #cool(device: Device, whole: DeviceResult, afterMs: number): void {
    this.#cooling.add(device, whole, afterMs, () => {
      for (const consequence of this.#guard.take([device])) this.#follow(consequence);
    });
  }

  /** The device's result, should this attempt be its last. */
  #whole(device: Device, result: DeviceResult): DeviceResult {
    const elapsedMs = since(this.#begunAt.get(device) ?? this.#monotonic(), this.#monotonic);
    return mergeAttempts(this.#earlier.get(device) ?? [], result, elapsedMs);
  }

  /** What the lockout guard wants. */
  #follow({ start, leave, because }: Consequence): void {
    if (because !== undefined) {
      const { now } = this.#options;
      this.#leave(new Set(leave), (device) => skippedResult(device, because, now(), NOT_TRIED));
    }
    this.#startLine.add(start);
  }

  /** Takes those out that are not in work: what was tried before keeps its result, the others are skipped. */
  #leave(devices: ReadonlySet<Device>, skipped: (device: Device) => DeviceResult): void {
    const left = [...devices].filter((device) => this.#waiting.has(device));
    const cold = this.#cooling.take((device) => devices.has(device));
    for (const device of left) this.#settle(device, skipped(device));
    for (const { device, result } of cold) this.#settle(device, result);
    // What is left alone must not use up the starts of the others.
    this.#startLine.remove([...left, ...cold.map(({ device }) => device)]);
  }

  #settle(device: Device, result: DeviceResult): void {
    const batch = this.#batchOf.get(device);
    if (batch === undefined || !batch.open.delete(device)) return;
    this.#waiting.delete(device);
    const { number } = batch;
    const placed = number.of === 1 ? result : { ...result, batch: number.index };
    this.#keep(device, placed);
    this.#emit({ type: 'device-finished', result: placed, at: this.#options.now() });
    const spent = this.#budget.ended(placed, number, batch.devices.length);
    if (spent !== undefined) this.#stop(spent, () => true);
    if (batch.open.size === 0) batch.finish();
  }

  /** Of a large fleet's results the run holds no more than it must. */
  #keep(device: Device, result: DeviceResult): void {
    this.#digests.set(device, digestOf(result));
    this.#begunAt.delete(device);
    this.#earlier.delete(device);
    this.#pendingSince.delete(device);
    if (this.#options.resultOf === undefined) this.#results.set(device, result);
  }

  #allResults(): DeviceResults {
    const { devices, resultOf, now } = this.#options;
    if (resultOf === undefined) return devices.flatMap((device) => this.#results.get(device) ?? []);
    const digests = devices.flatMap((device) => this.#digests.get(device) ?? []);
    return readOneByOne(digests, (digest) => resultOf(digest.device) ?? lostResult(digest, now()));
  }

  /** Starts no device any more that the reason concerns; those in work go on. */
  #stop(reason: string, concerns: (device: Device) => boolean, hint?: string): void {
    const { now, signal } = this.#options;
    if (signal.aborted) return;
    const left = [...this.#waiting, ...this.#cooling.devices()].filter(concerns);
    if (left.length === 0) return;
    this.#stops.push({ reason, concerns });
    this.#emit({ type: 'run-stopped', reason, at: now() });
    const cause = new DeviceError(
      'budget-exceeded',
      `not started: ${reason}`,
      hint === undefined ? {} : { hint },
    );
    this.#leave(new Set(left), (device) => skippedResult(device, cause, now(), 'not started'));
  }

  #whyStopped(): { readonly stopped?: string } {
    return this.#stops.length === 0 ? {} : { stopped: this.#stops.map(({ reason }) => reason).join('; ') };
  }

  /** Runs inside the abort event, so nothing can start between the signal and here. */
  #interrupt(): void {
    const { signal, now } = this.#options;
    this.#startLine.close();
    this.#halt.abort(interruption(signal));
    for (const { device, result } of this.#cooling.take(() => true)) this.#settle(device, result);
    for (const device of this.#waiting)
      this.#settle(device, skippedResult(device, interruption(signal), now()));
  }

  #emit(event: RunEvent): void {
    this.#reporter.onEvent(event);
  }
}

/** The step ends with a session: the password was right. */
function isLoggedIn(event: StepEvent): boolean {
  return event.type === 'step-finished' && event.step === 'connect' && event.outcome === 'done';
}
