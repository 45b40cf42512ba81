/** So far back the pace looks, in milliseconds: it must follow a run that slows down, and not jump with every device. */
const WINDOW_MS = 120_000;
/** Before so many devices have finished, their pace says little. */
const ENOUGH = 10;

/** How fast devices are done. */
export class Pace {
  readonly #ends: number[] = [];
  #startedAt = 0;
  #finished = 0;

  start(at: Date): void {
    this.#startedAt = at.getTime();
  }

  finish(at: Date): void {
    this.#finished += 1;
    this.#ends.push(at.getTime());
    while (this.#ends[0] !== undefined && !isOfLate(this.#ends[0], at)) this.#ends.shift();
  }

  /** Devices a minute, of late; undefined while too few have finished to say. */
  perMinute(now: Date): number | undefined {
    if (this.#finished < ENOUGH) return undefined;
    const elapsed = now.getTime() - this.#startedAt;
    if (elapsed <= WINDOW_MS) return elapsed <= 0 ? undefined : (this.#finished * 60_000) / elapsed;
    const recent = this.#ends.filter((end) => isOfLate(end, now)).length;
    // A run that stands still ends some time, but nobody knows when.
    return recent === 0 ? undefined : (recent * 60_000) / WINDOW_MS;
  }
}

/** What lies ahead was before a clock was put back. */
function isOfLate(end: number, now: Date): boolean {
  return end >= now.getTime() - WINDOW_MS && end <= now.getTime();
}
