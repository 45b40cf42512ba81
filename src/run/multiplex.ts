import type { Reporter, RunEvent } from './events.ts';

/** A reporter that threw. It hears nothing more. */
export interface ReporterFault {
  /** The reporter's place in the list, from 0. */
  readonly index: number;
  readonly error: unknown;
}

/**
 * Many reporters as one. Each hears every event in order, the others' faults notwithstanding; one that throws is
 * told to `onFault` once and hears nothing more. After `run-finished` no event passes, so a session that
 * ends late cannot write below the result.
 */
export function multiplex(reporters: readonly Reporter[], onFault: (fault: ReporterFault) => void): Reporter {
  const broken = new Set<number>();
  let finished = false;

  function fail(index: number, error: unknown): void {
    if (broken.has(index)) return;
    broken.add(index);
    onFault({ index, error });
  }

  return {
    onEvent(event: RunEvent): void {
      if (finished) return;
      finished = event.type === 'run-finished';
      reporters.forEach((reporter, index) => {
        if (broken.has(index)) return;
        try {
          reporter.onEvent(event);
        } catch (error) {
          fail(index, error);
        }
      });
    },

    async finish(): Promise<void> {
      for (const [index, reporter] of reporters.entries()) {
        if (broken.has(index)) continue;
        try {
          await reporter.finish?.();
        } catch (error) {
          fail(index, error);
        }
      }
    },
  };
}
