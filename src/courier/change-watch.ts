import { type FSWatcher, watch } from 'node:fs';

/**
 * Tells when a folder may have changed: at once where the system notices, and after `pollMs` in any case, for network
 * shares tell nothing. A change between two waits is not missed.
 */
export class ChangeWatch implements Disposable {
  readonly #pollMs: number;
  readonly #watcher: FSWatcher | undefined;
  #hasChanged = false;
  #wake: (() => void) | undefined;

  constructor(folder: string, pollMs: number) {
    this.#pollMs = pollMs;
    this.#watcher = open(folder, () => this.#onChange());
  }

  /** Throws what the signal was aborted with. */
  async next(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (!this.#hasChanged) {
      await new Promise<void>((resolve) => {
        const end = (): void => {
          clearTimeout(timer);
          signal.removeEventListener('abort', end);
          this.#wake = undefined;
          resolve();
        };
        const timer = setTimeout(end, this.#pollMs);
        signal.addEventListener('abort', end, { once: true });
        this.#wake = end;
      });
    }
    this.#hasChanged = false;
    signal.throwIfAborted();
  }

  [Symbol.dispose](): void {
    this.#watcher?.close();
  }

  #onChange(): void {
    this.#hasChanged = true;
    this.#wake?.();
  }
}

/** A folder that cannot be watched is polled. */
function open(folder: string, onChange: () => void): FSWatcher | undefined {
  try {
    const watcher = watch(folder, onChange);
    watcher.on('error', () => watcher.close());
    return watcher;
  } catch {
    return undefined;
  }
}
