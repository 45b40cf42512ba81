import PQueue from 'p-queue';
import type { Device } from '../domain/device.ts';
import { type PoolLimit, Pools } from './pools.ts';

/** Starts are spread over a second in so many slots at most. */
const SLOTS_PER_SECOND = 20;

export interface StartLimits {
  /** Devices in work at once, from 1. */
  readonly concurrency: number;
  /** New devices a second at most. */
  readonly startsPerSecond?: number;
  readonly limits?: readonly PoolLimit[];
}

/** Starts devices in the order in which they come, as fast as the limits of the run and of their pools allow. */
export class StartLine {
  readonly #queue: PQueue;
  readonly #pools: Pools;
  readonly #work: (device: Device) => Promise<void>;
  /** Those that every pool let pass and that wait for the run's own limits. */
  readonly #queued = new Set<Device>();
  #left = new Set<Device>();
  #isClosed = false;

  /** Throws a TypeError when a limit is no positive number. */
  constructor(limits: StartLimits, work: (device: Device) => Promise<void>) {
    const { concurrency, startsPerSecond } = limits;
    this.#queue = new PQueue({ concurrency, ...startLimit(startsPerSecond) });
    this.#pools = new Pools(limits.limits ?? [], (device) => this.#enqueue(device));
    this.#work = work;
  }

  add(devices: Iterable<Device>): void {
    for (const device of devices) if (!this.#isClosed) this.#pools.offer(device);
  }

  /** The device's work is over: its pools have room again. */
  done(device: Device): void {
    this.#pools.release(device);
  }

  /** These are not to be started; what is behind them moves up at once. */
  remove(devices: Iterable<Device>): void {
    this.#left = new Set([...this.#left, ...devices]);
    this.#queue.clear();
    const queued = [...this.#queued];
    this.#queued.clear();
    for (const device of queued) {
      if (this.#left.has(device)) this.#pools.release(device);
      else this.#enqueue(device);
    }
  }

  /** Nothing starts any more. */
  close(): void {
    this.#isClosed = true;
    this.#queue.clear();
    this.#pools.clear();
  }

  #enqueue(device: Device): void {
    if (this.#left.has(device)) {
      this.#pools.release(device);
      return;
    }
    this.#queued.add(device);
    void this.#queue.add(() => {
      this.#queued.delete(device);
      return this.#work(device);
    });
  }
}

/** Evenly spread starts: 20 a second are one every 50 ms, not a burst of 20 each second. */
function startLimit(perSecond: number | undefined): { intervalCap?: number; interval?: number } {
  if (perSecond === undefined) return {};
  if (!(perSecond > 0)) throw new TypeError(`startsPerSecond must be above 0, got ${perSecond}`);
  const intervalCap = Math.max(1, Math.floor(perSecond / SLOTS_PER_SECOND));
  return { intervalCap, interval: (intervalCap * 1000) / perSecond };
}
