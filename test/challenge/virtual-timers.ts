import type { Timers } from '../../src/challenge/timers.ts';

/** A clock that stands still until it is told to go on. */
export class VirtualTimers implements Timers {
  #now = Date.parse('2026-03-01T12:00:00Z');
  readonly #due = new Set<{ at: number; callback: () => void }>();

  now(): Date {
    return new Date(this.#now);
  }

  after(milliseconds: number, callback: () => void): () => void {
    const timer = { at: this.#now + milliseconds, callback };
    this.#due.add(timer);
    return () => this.#due.delete(timer);
  }

  get waiting(): number {
    return this.#due.size;
  }

  /** Lets so much time pass, and everything that falls due in it happen in order. */
  pass(milliseconds: number): void {
    const end = this.#now + milliseconds;
    for (let next = this.#next(); next !== undefined && next.at <= end; next = this.#next()) this.#fire(next);
    this.#now = end;
  }

  /** Goes to the next thing that falls due; false when nothing does. */
  skip(): boolean {
    const next = this.#next();
    if (next !== undefined) this.#fire(next);
    return next !== undefined;
  }

  #next(): { at: number; callback: () => void } | undefined {
    return [...this.#due].sort((a, b) => a.at - b.at)[0];
  }

  #fire(timer: { at: number; callback: () => void }): void {
    this.#due.delete(timer);
    this.#now = Math.max(this.#now, timer.at);
    timer.callback();
  }
}

/** Lets every promise that can go on go on. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}
