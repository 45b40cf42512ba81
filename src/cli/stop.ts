import { DeviceError } from '../domain/errors.ts';
import type { Io } from './io.ts';

export interface Stop {
  readonly signal: AbortSignal;
  /** Gives the signals back to the process. */
  readonly release: () => void;
}

/** The first Ctrl-C (or SIGTERM, SIGHUP) stops cleanly, the second ends the process at once with 130. */
export function stopOnSignals(io: Io, say: (text: string) => void): Stop {
  const controller = new AbortController();
  const release = io.onSignal((name) => {
    if (controller.signal.aborted) {
      io.exit(130);
      return;
    }
    say(
      'Stopping: no further device is started, those in work leave their dialogue.\nCtrl-C again: leave at once.',
    );
    controller.abort(
      new DeviceError('interrupted', name === 'SIGINT' ? 'stopped by Ctrl-C' : `stopped by ${name}`),
    );
  });
  return { signal: controller.signal, release };
}
