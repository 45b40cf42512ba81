/**
 * Does one step in each turn of the event loop. The first comes at once; those that come in the same turn wait in a row,
 * and between two of them everybody else is heard: a hundred handshakes that begin together hold a working session up
 * for the length of one step, not of a hundred.
 */
export class Turns {
  readonly #nextTurn: (begin: () => void) => void;
  readonly #waiting: (() => void)[] = [];
  #isTaken = false;

  constructor(nextTurn: (begin: () => void) => void = setImmediate) {
    this.#nextTurn = nextTurn;
  }

  /** Does `step`, which must not throw, when its turn has come. */
  take(step: () => void): void {
    if (this.#isTaken) {
      this.#waiting.push(step);
      return;
    }
    this.#isTaken = true;
    this.#nextTurn(() => this.#begin());
    step();
  }

  /** Resolves when its turn has come. */
  wait(): Promise<void> {
    return new Promise((resolve) => this.take(resolve));
  }

  #begin(): void {
    this.#isTaken = false;
    const step = this.#waiting.shift();
    if (step !== undefined) this.take(step);
  }
}
