/** Waits after a "no slot is free", in milliseconds: doubled from the first to the longest. */
const FIRST_WAIT = 2_000;
const LONGEST_WAIT = 60_000;
/** How soon to ask again after one of our own passwords was used up, in milliseconds. */
const AFTER_SPENT = 1_000;

/**
 * When to ask a service again that said that no slot is free. Others may hold the slots, or an earlier run: they come
 * free one by one, at the latest after a validity. All times are in milliseconds since the epoch.
 */
export class FullService {
  readonly #patienceMs: number;
  #state: { since: number; seen: number; wait: number; retryAt: number } | undefined;

  /** @param patienceMs how long a service may say so without a break before waiting makes no sense */
  constructor(patienceMs: number) {
    this.#patienceMs = patienceMs;
  }

  /** When to ask again; undefined when the service did not say that it is full, or has given a password since. */
  get retryAt(): number | undefined {
    return this.#state?.retryAt;
  }

  /**
   * The service said it now. False when patience has ended: then those who wait should go, and those who come later
   * ask once each and do not wait as long again.
   */
  note(now: number): boolean {
    const unbroken = this.#state !== undefined && now - this.#state.seen <= 2 * LONGEST_WAIT;
    const before = unbroken ? this.#state : undefined;
    const since = before?.since ?? now;
    const wait = before === undefined ? FIRST_WAIT : Math.min(before.wait * 2, LONGEST_WAIT);
    const patient = now - since < this.#patienceMs;
    this.#state = { since, seen: now, wait, retryAt: patient ? now + wait : now };
    return patient;
  }

  /** One of our own passwords was used up: no better time to ask. */
  askSoon(now: number): void {
    if (this.#state !== undefined) this.#state.retryAt = Math.min(this.#state.retryAt, now + AFTER_SPENT);
  }

  /** The service gave a password. */
  clear(): void {
    this.#state = undefined;
  }
}
