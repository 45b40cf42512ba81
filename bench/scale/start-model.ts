/** Which device begins when: the run's own rules, as src/run has them. */
import type { Agenda } from './agenda.ts';

export interface Rules {
  readonly devices: number;
  /** Devices in work at once. */
  readonly concurrency: number;
  readonly startsPerSecond?: number;
  /** Sizes in order, each begun when the one before is done; the last one is repeated. One batch of all unless given. */
  readonly batches?: readonly number[];
  /** So many log in at once until the first password was taken; the lockout guard. */
  readonly unprovenAtOnce?: number;
}

/** Starts are spread over a second in so many slots at most, as in src/run/start-line.ts. */
const SLOTS_PER_SECOND = 20;

/** Calls `work` with each device's number as soon as the rules allow it. */
export class StartModel {
  readonly #agenda: Agenda;
  readonly #rules: Rules;
  readonly #work: (device: number) => void;
  readonly #intervalMs: number;
  readonly #startsAnInterval: number;
  #isProven: boolean;
  #next = 0;
  #batchEnd = 0;
  #batch = 0;
  #atWork = 0;
  #mostAtWork = 0;
  #interval = -1;
  #startsOfInterval = 0;
  #isTimed = false;
  #firstAt = 0;

  /** Throws a TypeError when a limit is below 1, for then nothing would ever begin. */
  constructor(agenda: Agenda, rules: Rules, work: (device: number) => void) {
    const { concurrency, startsPerSecond = Number.POSITIVE_INFINITY, batches = [1] } = rules;
    if (!(concurrency >= 1 && startsPerSecond > 0 && batches.every((size) => size >= 1)))
      throw new TypeError('a limit that lets nothing begin');
    this.#agenda = agenda;
    this.#rules = rules;
    this.#work = work;
    this.#isProven = rules.unprovenAtOnce === undefined;
    const { starts, everyMs } = pace(startsPerSecond);
    this.#startsAnInterval = starts;
    this.#intervalMs = everyMs;
  }

  get mostAtWork(): number {
    return this.#mostAtWork;
  }

  begin(): void {
    this.#firstAt = this.#agenda.now;
    this.#openBatch();
  }

  /** A device has taken the password. */
  accepted(): void {
    if (this.#isProven) return;
    this.#isProven = true;
    this.#startAll();
  }

  /** A device is done. */
  done(): void {
    this.#atWork -= 1;
    if (this.#atWork === 0 && this.#next === this.#batchEnd) this.#openBatch();
    else this.#startAll();
  }

  #openBatch(): void {
    const { devices, batches = [devices] } = this.#rules;
    this.#batchEnd = Math.min(devices, this.#next + (batches[this.#batch] ?? batches.at(-1) ?? devices));
    this.#batch += 1;
    this.#startAll();
  }

  #startAll(): void {
    const { concurrency, unprovenAtOnce = concurrency } = this.#rules;
    const room = this.#isProven ? concurrency : Math.min(concurrency, unprovenAtOnce);
    while (this.#next < this.#batchEnd && this.#atWork < room && this.#hasStart()) {
      const device = this.#next;
      this.#next += 1;
      this.#atWork += 1;
      this.#mostAtWork = Math.max(this.#mostAtWork, this.#atWork);
      this.#startsOfInterval += 1;
      this.#work(device);
    }
  }

  #hasStart(): boolean {
    // A time that stands for the beginning of an interval must not fall a rounding error before it.
    const interval = Math.floor((this.#agenda.now - this.#firstAt) / this.#intervalMs + 1e-6);
    if (interval > this.#interval) {
      this.#interval = interval;
      this.#startsOfInterval = 0;
    }
    if (this.#startsOfInterval < this.#startsAnInterval) return true;
    if (!this.#isTimed) {
      this.#isTimed = true;
      const at = this.#firstAt + (this.#interval + 1) * this.#intervalMs;
      this.#agenda.after(at - this.#agenda.now, () => {
        this.#isTimed = false;
        this.#startAll();
      });
    }
    return false;
  }
}

/** So many starts at once, and again after so many milliseconds. */
export function pace(startsPerSecond: number): { readonly starts: number; readonly everyMs: number } {
  if (!Number.isFinite(startsPerSecond)) return { starts: Number.POSITIVE_INFINITY, everyMs: 1 };
  const starts = Math.max(1, Math.floor(startsPerSecond / SLOTS_PER_SECOND));
  return { starts, everyMs: (starts * 1000) / startsPerSecond };
}
