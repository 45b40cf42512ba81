/** Time as a broker sees it; tests bring their own. */
export interface Timers {
  now(): Date;
  /** Calls `callback` once after so many milliseconds; the returned function calls it off. */
  after(milliseconds: number, callback: () => void): () => void;
}

/** The longest wait that setTimeout keeps; a longer one is cut, and whoever woke early looks again. */
const LONGEST = 2 ** 31 - 1;

export function realTimers(now: () => Date): Timers {
  return {
    now,
    after(milliseconds, callback) {
      const timer = setTimeout(callback, Math.min(Math.max(milliseconds, 0), LONGEST));
      return () => clearTimeout(timer);
    },
  };
}
