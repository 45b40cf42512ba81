export interface WatchOptions {
  /** Longest silence without news, in milliseconds. A log line is no news. */
  readonly timeoutMs?: number;
  /** Bound on the whole wait, in milliseconds; ten times the longest silence unless given. */
  readonly overallMs?: number;
  readonly signal?: AbortSignal;
}

/** Why a vigil failed by itself. */
export type VigilEnd = 'silence' | 'overall' | 'interrupted';

/**
 * One wait for one thing: asks at each piece of news whether it is there, waits for quiet where that is needed,
 * and gives up after silence, after too long, or when told to. No polling.
 */
export class Vigil {
  /** Settles once: kept, or rejected with a VigilEnd or what `look` or `fail` gave. */
  readonly kept: Promise<void>;
  readonly #look: () => number | undefined;
  readonly #options: WatchOptions;
  readonly #timers: { quiet?: NodeJS.Timeout; silence?: NodeJS.Timeout; overall?: NodeJS.Timeout } = {};
  #settle: { keep(): void; reject(reason: unknown): void } | undefined;
  readonly #onAbort = (): void => this.fail('interrupted' satisfies VigilEnd);

  /** `look` returns for how many milliseconds there must be quiet for what it sees, undefined when it sees nothing. */
  constructor(options: WatchOptions, look: () => number | undefined) {
    this.#look = look;
    this.#options = options;
    this.kept = new Promise((resolve, reject) => {
      this.#settle = { keep: resolve, reject };
    });
    // The owner awaits `kept` a little later; a failure until then is not unhandled.
    this.kept.catch(() => undefined);
    options.signal?.addEventListener('abort', this.#onAbort, { once: true });
    if (options.signal?.aborted === true) this.#onAbort();
    const { timeoutMs, overallMs = timeoutMs === undefined ? undefined : timeoutMs * 10 } = options;
    if (overallMs !== undefined && this.#settle !== undefined) {
      this.#timers.overall = setTimeout(() => this.fail('overall' satisfies VigilEnd), overallMs);
    }
    this.news(true);
  }

  /** Something was heard; `isProgress` when it was more than a log line. */
  news(isProgress: boolean): void {
    if (this.#settle === undefined) return;
    const { timeoutMs } = this.#options;
    if (isProgress && timeoutMs !== undefined) {
      this.#timers.silence =
        this.#timers.silence?.refresh() ??
        setTimeout(() => this.fail('silence' satisfies VigilEnd), timeoutMs);
    }
    clearTimeout(this.#timers.quiet);
    try {
      const quietMs = this.#look();
      if (quietMs === undefined) return;
      if (quietMs === 0) this.#keep();
      else this.#timers.quiet = setTimeout(() => this.#keep(), quietMs);
    } catch (thrown) {
      this.fail(thrown);
    }
  }

  fail(reason: unknown): void {
    const settle = this.#settle;
    this.end();
    settle?.reject(reason);
  }

  /** Stops waiting without an outcome. */
  end(): void {
    this.#settle = undefined;
    this.#options.signal?.removeEventListener('abort', this.#onAbort);
    const { quiet, silence, overall } = this.#timers;
    clearTimeout(quiet);
    clearTimeout(silence);
    clearTimeout(overall);
  }

  #keep(): void {
    const settle = this.#settle;
    this.end();
    settle?.keep();
  }
}
