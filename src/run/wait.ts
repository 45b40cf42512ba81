import type { DeviceResult } from '../domain/result.ts';
import { mayPass } from './retry.ts';

/** How long a run comes back to devices whose requests the CA has not decided. */
export interface WaitRule {
  /** From the first answer that was none, in milliseconds. */
  readonly forMs: number;
  /** From 0 to 1, as Math.random gives it. */
  readonly random?: () => number;
}

/** Before the first look, in milliseconds; each further one waits twice as long. */
const FIRST_MS = 30_000;
const LONGEST_MS = 10 * 60_000;

/**
 * How long to leave a device alone before it is looked at again, in milliseconds; undefined when it is not. Its session is
 * over meanwhile. `looks` is how often it was found waiting, from 1, and `waitedMs` for how long. The last look is when
 * the time is over. A fault that may pass by itself does not end the wait. The wait is spread by a quarter of itself
 * either way, so that a fleet does not come back all at once.
 */
export function waitDelay(
  result: DeviceResult,
  { looks, waitedMs }: { readonly looks: number; readonly waitedMs: number },
  { forMs, random = Math.random }: WaitRule,
): number | undefined {
  const leftMs = forMs - waitedMs;
  if (leftMs <= 0 || !(result.outcome === 'pending' || mayPass(result))) return undefined;
  const wait = Math.min(LONGEST_MS, FIRST_MS * 2 ** (looks - 1)) * (0.75 + random() / 2);
  return Math.round(Math.min(leftMs, wait));
}
