import { closeSync, fdatasyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import type { Reporter, RunEvent } from '../events.ts';

export const EVENTS_FILE = 'events.jsonl';

/** Writes every event of a run as a line of JSON, at once: what was said survives the end of the process. */
export class EventLog implements Reporter {
  readonly #file: string;
  readonly #descriptor: number;
  #fault: string | undefined;
  /** The last line is not whole. */
  #torn = false;

  /** Makes the file, for its owner only. Throws what the file system throws. */
  constructor(file: string) {
    this.#file = file;
    this.#descriptor = openSync(file, 'a', 0o600);
  }

  /** Why the log is not complete, when it is not. */
  get fault(): string | undefined {
    return this.#fault && `${this.#file} is not complete: ${this.#fault}`;
  }

  onEvent(event: RunEvent): void {
    const line = Buffer.from(`${this.#torn ? '\n' : ''}${JSON.stringify(event)}\n`);
    try {
      this.#torn = true;
      for (let written = 0; written < line.length; ) {
        written += writeSync(this.#descriptor, line, written);
      }
      this.#torn = false;
      if (event.type === 'run-finished') fdatasyncSync(this.#descriptor);
    } catch (thrown) {
      // Later events may find room again; a run that is typing on routers is not ended by its log.
      this.#fault ??= thrown instanceof Error ? thrown.message : String(thrown);
    }
  }

  async finish(): Promise<void> {
    closeSync(this.#descriptor);
  }
}

/**
 * The lines of a log of JSON lines that can be read. One that a kill or a full disk cut is left out: it was never
 * whole. Throws what the file system throws.
 */
export function readJsonLines(file: string): readonly unknown[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line) => {
      try {
        return line === '' ? [] : [JSON.parse(line) as unknown];
      } catch {
        return [];
      }
    });
}
