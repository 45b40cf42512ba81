import { countOutcomes, digestsOf, type EndedRun } from '../run/result.ts';

/** What the exit code says. docs/errors.md and every command's help list the same. */
export const EXIT_CODES = {
  0: 'all is well, or there was nothing to do',
  1: 'some device or check failed, or trustfleet itself did',
  2: 'a plan found work to do, and no device failed',
  3: 'the input is wrong: nothing was connected',
  4: 'some device waits for the CA’s approval, and none failed',
  5: 'stopped by the failure budget, or between two batches',
  130: 'stopped by Ctrl-C or a signal',
} as const;

export type ExitCode = keyof typeof EXIT_CODES;

export function exitCodeOf({ interrupted, stopped, devices }: EndedRun): ExitCode {
  if (interrupted) return 130;
  if (stopped !== undefined) return 5;
  const counts = countOutcomes(digestsOf(devices));
  if (counts.failed + counts.interrupted > 0) return 1;
  if (counts.pending > 0) return 4;
  return counts.planned > 0 ? 2 : 0;
}
