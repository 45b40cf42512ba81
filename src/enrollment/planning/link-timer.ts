import { foreseeObserve } from '../observe.ts';
import type { Link } from './device-plan.ts';

/** How long a router took to let us in, and to answer while it was read. */
export class LinkTimer {
  readonly #now: () => Date;
  readonly #begunAt: number;
  #openAt: number;

  constructor(now: () => Date) {
    this.#now = now;
    this.#begunAt = now().getTime();
    this.#openAt = this.#begunAt;
  }

  /** The session is open. */
  isOpen(): void {
    this.#openAt = this.#now().getTime();
  }

  /** The router was read. A clock that jumped back meanwhile makes it 0. */
  isRead(): Link {
    const readingMs = Math.max(0, this.#now().getTime() - this.#openAt);
    return {
      loginMs: Math.max(0, this.#openAt - this.#begunAt),
      commandMs: Math.round(readingMs / foreseeObserve().length),
    };
  }
}
