import { formatDuration } from '../domain/duration.ts';
import { DeviceError } from '../domain/errors.ts';
import type { ChallengeLedger, ChallengeRequest, OutstandingChallenge } from './ledger.ts';
import type { Timers } from './timers.ts';

/** The longest a device is kept waiting for the end of an earlier password, in milliseconds: lines time out. */
export const LONGEST_WAIT_MS = 5 * 60_000;

/** How long to wait for the end of an outstanding password. Throws DeviceError `challenge-outstanding` when that is too long. */
export function waitFor(
  { run, since, expiresAt }: OutstandingChallenge,
  authority: string,
  now: Date,
): number {
  const wait = expiresAt === undefined ? Number.POSITIVE_INFINITY : expiresAt.getTime() - now.getTime();
  if (wait <= LONGEST_WAIT_MS) return Math.max(0, wait);
  const until = expiresAt === undefined ? 'nobody knows until when' : `until ${expiresAt.toISOString()}`;
  throw new DeviceError(
    'challenge-outstanding',
    `the challenge password of ${authority} for this device may be unspent, ${until}`,
    {
      detail: [
        `Run ${run} asked for it at ${since.toISOString()}, and the router shows neither a request nor a certificate made with it.`,
        'A second one is not asked for while the first may be unspent.',
        ...(wait === Number.POSITIVE_INFINITY ? [] : [`It expires in ${formatDuration(wait)}.`]),
      ].join('\n'),
    },
  );
}

/**
 * Resolves when no earlier password of this request may be unspent. Throws DeviceError `challenge-outstanding` when that would
 * take too long, or the signal's reason.
 */
export async function awaitEarlier(
  ledger: ChallengeLedger,
  request: ChallengeRequest,
  { authority, timers, signal }: { authority: string; timers: Timers; signal: AbortSignal },
): Promise<void> {
  for (;;) {
    if (signal.aborted) throw interruption(signal);
    const outstanding = ledger.outstanding(request);
    if (outstanding === undefined) return;
    await pause(timers, waitFor(outstanding, authority, timers.now()) + 1, signal);
  }
}

/** The reason the signal carries when it is one of ours, such as the device's own deadline; else `interrupted`. */
export function interruption({ reason }: AbortSignal): DeviceError {
  if (reason instanceof DeviceError) return reason;
  return new DeviceError('interrupted', 'the wait for a challenge password was stopped', { cause: reason });
}

function pause(timers: Timers, milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      signal.removeEventListener('abort', done);
      cancel();
      resolve();
    };
    const cancel = timers.after(milliseconds, done);
    signal.addEventListener('abort', done, { once: true });
  });
}
