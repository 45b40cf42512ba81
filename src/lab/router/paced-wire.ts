import type { FaultSet } from './faults.ts';
import type { Wire } from './terminal.ts';

const SLOW_CHUNK = 16;

/** The wire itself, or one that is as far, as slow or as scattered as the router's faults ask for. */
export function pacedWire(wire: Wire, faults: FaultSet): Wire {
  const far = faults.oneWayMs > 0 ? new DelayedWire(wire, faults.oneWayMs) : wire;
  const chunk = faults.has('byte-by-byte') ? 1 : SLOW_CHUNK;
  const pause = faults.msPerChunk;
  if (chunk > 1 && pause === 0) return far;
  return new PacedWire(far, chunk, pause);
}

/** Everything arrives late, in order. */
class DelayedWire implements Wire {
  readonly #wire: Wire;
  readonly #delayMs: number;

  constructor(wire: Wire, delayMs: number) {
    this.#wire = wire;
    this.#delayMs = delayMs;
  }

  // Timers of the same length fire in the order in which they were set.
  write(bytes: string): void {
    setTimeout(() => this.#wire.write(bytes), this.#delayMs);
  }

  end(): void {
    setTimeout(() => this.#wire.end(), this.#delayMs);
  }

  cut(): void {
    this.#wire.cut();
  }
}

class PacedWire implements Wire {
  readonly #wire: Wire;
  readonly #chunk: number;
  readonly #pauseMs: number;
  #queue = '';
  #running = false;
  #ending = false;

  constructor(wire: Wire, chunk: number, pauseMs: number) {
    this.#wire = wire;
    this.#chunk = chunk;
    this.#pauseMs = pauseMs;
  }

  write(bytes: string): void {
    this.#queue += bytes;
    this.#start();
  }

  end(): void {
    this.#ending = true;
    this.#start();
  }

  cut(): void {
    this.#wire.cut();
  }

  #start(): void {
    if (this.#running) return;
    this.#running = true;
    this.#next();
  }

  #next(): void {
    if (this.#queue === '') {
      this.#running = false;
      if (this.#ending) this.#wire.end();
      return;
    }
    this.#wire.write(this.#queue.slice(0, this.#chunk));
    this.#queue = this.#queue.slice(this.#chunk);
    if (this.#pauseMs > 0) setTimeout(() => this.#next(), this.#pauseMs);
    else setImmediate(() => this.#next());
  }
}
