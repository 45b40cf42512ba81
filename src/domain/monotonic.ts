/**
 * Milliseconds since some moment, of a clock that nobody can set: what `performance.now` gives. Durations and deadlines are
 * measured by it, since the machine's date may be put back in the middle of them; dates are for stamps.
 */
export type Monotonic = () => number;

/** In whole milliseconds, as results tell durations. */
export function since(begunAt: number, monotonic: Monotonic): number {
  return Math.max(0, Math.round(monotonic() - begunAt));
}
