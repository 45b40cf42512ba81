import { vi } from 'vitest';
import type { ScriptedTransport } from '../dialogue/scripted-transport.ts';

/**
 * Does `work` with a scripted device in a time of its own: whenever the device is silent and nothing goes on by itself,
 * the next timer falls due at once. What waits for silence waits for the device's and never for a busy machine's, and
 * minutes of silence take no time. Nothing else may use timers meanwhile.
 */
export async function inVirtualTime<T>(
  transport: Pick<ScriptedTransport, 'isSilent'>,
  work: () => Promise<T>,
): Promise<T> {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  try {
    let isDone = false;
    const done = (): void => {
      isDone = true;
    };
    const result = work();
    result.then(done, done);
    while (!isDone) {
      await turn();
      // Once more, so that what the last read set off has gone as far as it goes.
      if (transport.isSilent) await turn();
      if (transport.isSilent && !isDone) vi.advanceTimersToNextTimer();
    }
    return await result;
  } finally {
    vi.useRealTimers();
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
