import type { Reporter, RunEvent } from '../run/events.ts';
import { type EndedRun, withDigests } from '../run/result.ts';

/**
 * A reporter that hears every event with the secrets taken out of all its texts. Layouts cut and wrap, and half
 * a secret is one too: so it is taken out before, not only when the text is written.
 */
export function redactEvents(reporter: Reporter, redact: (text: string) => string): Reporter {
  const done = new WeakMap<object, unknown>();

  function clean<T>(value: T): T;
  function clean(value: unknown): unknown {
    if (typeof value === 'string') return redact(value);
    if (typeof value !== 'object' || value === null || value instanceof Date) return value;
    const before = done.get(value);
    if (before !== undefined) return before;
    const after = Array.isArray(value)
      ? value.map((each: unknown) => clean(each))
      : Object.fromEntries(Object.entries(value).map(([key, each]) => [key, clean<unknown>(each)]));
    done.set(value, after);
    return after;
  }

  /** Results that are read back were cleaned before they were written; to do so again for each report takes its time. */
  function cleanEnd({ devices, ...run }: EndedRun): EndedRun {
    const { digests } = devices;
    return {
      ...clean(run),
      devices: digests === undefined ? clean(devices) : withDigests(devices, clean(digests)),
    };
  }

  return {
    onEvent: (event: RunEvent) =>
      reporter.onEvent(
        event.type === 'run-finished' ? { ...event, result: cleanEnd(event.result) } : clean(event),
      ),
    finish: async () => reporter.finish?.(),
  };
}
