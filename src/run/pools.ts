import type { Device } from '../domain/device.ts';

/** What a group, a jump host or a CA takes at most. */
export interface PoolLimit {
  /** For messages: `group emea`. */
  readonly name: string;
  readonly concerns: (device: Device) => boolean;
  /** Devices in work at once, from 1. */
  readonly sessions?: number;
  /** Devices started per second. */
  readonly startsPerSecond?: number;
}

/**
 * Lets devices pass that every pool they belong to has room for; the others wait, each at the first pool that is full,
 * and keep nobody behind them who belongs to other pools.
 */
export class Pools {
  readonly #pools: readonly Pool[];
  readonly #pass: (device: Device) => void;

  constructor(limits: readonly PoolLimit[], pass: (device: Device) => void) {
    this.#pass = pass;
    this.#pools = limits.map((limit) => new Pool(limit, (device) => this.offer(device)));
  }

  /** Passes the device now, or as soon as there is room. */
  offer(device: Device): void {
    const own = this.#poolsOf(device);
    const full = own.find((pool) => !pool.hasRoom());
    if (full !== undefined) {
      full.park(device);
      return;
    }
    for (const pool of own) pool.take();
    this.#pass(device);
  }

  /** The device is done, or will not be started after all. */
  release(device: Device): void {
    for (const pool of this.#poolsOf(device)) pool.giveBack();
  }

  /** Forgets all who wait. */
  clear(): void {
    for (const pool of this.#pools) pool.clear();
  }

  #poolsOf(device: Device): readonly Pool[] {
    return this.#pools.filter((pool) => pool.concerns(device));
  }
}

class Pool {
  readonly concerns: (device: Device) => boolean;
  readonly #sessions: number;
  readonly #spacingMs: number;
  readonly #offer: (device: Device) => void;
  #parked: Device[] = [];
  #inUse = 0;
  /** By the clock of {@link performance}. */
  #nextStartAt = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor({ concerns, sessions, startsPerSecond }: PoolLimit, offer: (device: Device) => void) {
    this.concerns = concerns;
    this.#sessions = sessions ?? Number.POSITIVE_INFINITY;
    this.#spacingMs = startsPerSecond === undefined ? 0 : 1000 / startsPerSecond;
    this.#offer = offer;
  }

  hasRoom(): boolean {
    return this.#inUse < this.#sessions && performance.now() >= this.#nextStartAt;
  }

  take(): void {
    this.#inUse += 1;
    this.#nextStartAt = performance.now() + this.#spacingMs;
  }

  park(device: Device): void {
    this.#parked.push(device);
    this.#wakeLater();
  }

  giveBack(): void {
    this.#inUse -= 1;
    this.#admit();
  }

  clear(): void {
    this.#parked = [];
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** Offers one after the other: each may be stopped at another pool, and takes room here only if it is not. */
  #admit(): void {
    while (this.hasRoom()) {
      const device = this.#parked.shift();
      if (device === undefined) return;
      this.#offer(device);
    }
    this.#wakeLater();
  }

  /** Only time frees the next start; a session that ends does the rest. */
  #wakeLater(): void {
    if (this.#timer !== undefined || this.#parked.length === 0 || this.#inUse >= this.#sessions) return;
    const wait = Math.max(1, Math.ceil(this.#nextStartAt - performance.now()));
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#admit();
    }, wait);
  }
}
