import { formatDuration } from '../domain/duration.ts';
import { DeviceError } from '../domain/errors.ts';

/** The longest delay a timer takes; a longer one would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** What ends a job from outside: the operator or the deadline, whichever came first. */
export interface Leash {
  readonly signal: AbortSignal;
  readonly graceMs: number;
  /** Resolves when the grace after the signal is over. */
  readonly abandoned: Promise<'abandoned'>;
  cause(): DeviceError | undefined;
  release(): void;
}

/** Fires when `signal` does or after `deadlineMs`, whichever comes first; all times in milliseconds. */
export function createLeash(signal: AbortSignal, deadlineMs: number, graceMs: number): Leash {
  const controller = new AbortController();
  let cause: DeviceError | undefined;
  let grace: NodeJS.Timeout | undefined;
  let abandon: (value: 'abandoned') => void = () => {};
  const abandoned = new Promise<'abandoned'>((resolve) => {
    abandon = resolve;
  });

  function pull(reason: DeviceError): void {
    if (cause !== undefined) return;
    cause = reason;
    grace = setTimeout(() => abandon('abandoned'), Math.min(graceMs, LONGEST_TIMER_MS));
    controller.abort(reason);
  }

  const onInterrupt = (): void => pull(interruption(signal));
  const deadline = setTimeout(
    () => pull(new DeviceError('timeout', `not finished within ${formatDuration(deadlineMs)}`)),
    Math.min(deadlineMs, LONGEST_TIMER_MS),
  );
  if (signal.aborted) onInterrupt();
  else signal.addEventListener('abort', onInterrupt, { once: true });

  return {
    signal: controller.signal,
    graceMs,
    abandoned,
    cause: () => cause,
    release(): void {
      clearTimeout(deadline);
      clearTimeout(grace);
      signal.removeEventListener('abort', onInterrupt);
    },
  };
}

/** Why the run was stopped, as a DeviceError whatever the signal's reason is. */
export function interruption(signal: AbortSignal): DeviceError {
  return signal.reason instanceof DeviceError
    ? signal.reason
    : new DeviceError('interrupted', 'the run was stopped', { cause: signal.reason });
}
