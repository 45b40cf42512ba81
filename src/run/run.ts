import type { Device } from '../domain/device.ts';
import type { Monotonic } from '../domain/monotonic.ts';
import type { DeviceResult } from '../domain/result.ts';
import type { BatchRule, Share } from './batches.ts';
import type { DeviceJob } from './device-job.ts';
import type { BatchNumber, Reporter } from './events.ts';
import { FleetRun } from './fleet-run.ts';
import type { ReporterFault } from './multiplex.ts';
import type { PoolLimit } from './pools.ts';
import type { EndedRun, RunResult } from './result.ts';
import type { RetryRule } from './retry.ts';
import type { WaitRule } from './wait.ts';

export interface FleetOptions {
  /** `enroll`, `renew` or `verify`: named in events and in the result. */
  readonly command: string;
  readonly devices: readonly Device[];
  readonly job: DeviceJob;
  /** Devices in work at once, from 1. */
  readonly concurrency: number;
  /** New devices a second at most; no limit when absent. */
  readonly startsPerSecond?: number;
  /** What groups, jump hosts and CAs take at most. */
  readonly limits?: readonly PoolLimit[];
  /** Devices that may refuse one login password before the others that share it are left alone; 3 unless given, 0 for all. */
  readonly lockoutGuard?: number;
  /** One batch after the other; all at once when absent. */
  readonly batches?: BatchRule;
  /** Before each batch but the first; resolves with why the run shall stop here, or with nothing. */
  readonly between?: (done: BatchNumber, signal: AbortSignal) => Promise<string | undefined>;
  /** Failures after which nothing is started any more; see FailureBudget for how they are counted. */
  readonly maxFail?: Share;
  /** Devices in a row with one cause after which no other that it concerns is tried; no limit when absent or 0. */
  readonly maxSameCause?: number;
  /** No second try when absent. */
  readonly retry?: RetryRule;
  /** Comes back to devices whose requests wait for the CA; their first look is their last when absent. */
  readonly wait?: WaitRule;
  /** Stops the run: no device starts any more, running ones are told. */
  readonly signal: AbortSignal;
  readonly reporters: readonly Reporter[];
  /** Hears, once each, of reporters that threw. */
  readonly onReporterFault?: (fault: ReporterFault) => void;
  /** Milliseconds a job may go on after its signal; 20 seconds unless said otherwise. */
  readonly graceMs?: number;
  /** For stamps. */
  readonly now: () => Date;
  /** For durations; `performance.now` unless given. */
  readonly monotonic?: Monotonic;
}

/**
 * Somebody among the reporters who keeps the results of devices, so that the run need not hold them. What secrets they were
 * told without stays out of them: who reads them back does not clean them again.
 */
export interface ReadBack {
  /** A device's result after `device-finished` told of it; undefined when it cannot be had any more. */
  readonly resultOf: (device: string) => DeviceResult | undefined;
}

/**
 * Works through a fleet: every device gets exactly one result, in the order given, whatever happens to the others.
 * Never rejects for a device or a reporter. Throws a TypeError when a limit is no positive number.
 */
export function runFleet(options: FleetOptions & ReadBack): Promise<EndedRun>;
export function runFleet(options: FleetOptions): Promise<RunResult>;
export async function runFleet(options: FleetOptions & Partial<ReadBack>): Promise<EndedRun> {
  const ended = await new FleetRun(options).run();
  return options.resultOf === undefined ? { ...ended, devices: [...ended.devices] } : ended;
}
