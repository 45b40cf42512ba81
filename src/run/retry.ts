import type { ErrorCode } from '../domain/errors.ts';
import type { DeviceResult } from '../domain/result.ts';

/** How often, and how soon, a device that failed is tried again. */
export interface RetryRule {
  /** Tries after the first; 0: none. */
  readonly times: number;
  /** Milliseconds before the first of them; each further one waits twice as long. */
  readonly afterMs: number;
  /** From 0 to 1, as Math.random gives it. */
  readonly random?: () => number;
}

/** No wait is longer, in milliseconds. */
const LONGEST_MS = 5 * 60_000;

/**
 * Faults that may be gone in a moment, and whose second try costs nothing: a busy line, full vty lines, a CA that
 * restarts. Never a refused login, a fingerprint, a rejected request (its challenge is burnt) or anything that
 * somebody has to decide.
 */
const MAY_PASS: ReadonlySet<ErrorCode> = new Set([
  'unreachable',
  'connection-lost',
  'timeout',
  'ca-unreachable',
  'challenge-unavailable',
  'request-unanswered',
  'clock-not-trusted',
]);

/**
 * How long to wait before a device is tried again, in milliseconds; undefined when it is not. `attempt` is the one
 * that ended with `result`, from 1. The wait is spread by half of itself either way, so that devices that failed
 * together do not come back together.
 */
export function retryDelay(result: DeviceResult, attempt: number, rule: RetryRule): number | undefined {
  const { times, afterMs, random = Math.random } = rule;
  if (attempt > times || !mayPass(result)) return undefined;
  const wait = Math.min(LONGEST_MS, afterMs * 2 ** (attempt - 1));
  return Math.round(wait * (0.5 + random()));
}

/** Whether a device failed of something that may be gone in a moment. */
export function mayPass({ outcome, error }: DeviceResult): boolean {
  return outcome === 'failed' && error !== undefined && MAY_PASS.has(error.code);
}
