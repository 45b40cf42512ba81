import { closeSync, fdatasyncSync, fstatSync, openSync, readFileSync, readSync, writeSync } from 'node:fs';
import type { DeviceResult } from '../../domain/result.ts';
import type { Reporter, RunEvent } from '../events.ts';
import { countOutcomes, digestsOf } from '../result.ts';
import { reviveDates } from './json-dates.ts';

export const EVENTS_FILE = 'events.jsonl';

/** Where a line stands in the file, in bytes. */
interface Place {
  readonly from: number;
  readonly length: number;
}

/**
 * Writes every event of a run as a line of JSON, at once: what was said survives the end of the process. The results of
 * devices can be read back from there, so that nobody has to hold two thousand of them until the end.
 */
export class EventLog implements Reporter, Disposable {
  readonly #file: string;
  readonly #descriptor: number;
  /** Of the devices' results; of one that could not be written the result itself. */
  readonly #results = new Map<string, Place | DeviceResult>();
  #size: number;
  #fault: string | undefined;
  /** The last line is not whole. */
  #torn = false;
  #isClosed = false;

  /** Makes the file, for its owner only. Throws what the file system throws. */
  constructor(file: string) {
    this.#file = file;
    this.#descriptor = openSync(file, 'a+', 0o600);
    this.#size = fstatSync(this.#descriptor).size;
  }

  /** Why the log is not complete, when it is not. */
  get fault(): string | undefined {
    return this.#fault && `${this.#file} is not complete: ${this.#fault}`;
  }

  onEvent(event: RunEvent): void {
    const place = this.#write(event);
    if (event.type !== 'device-finished') return;
    this.#results.set(event.result.device, place ?? event.result);
  }

  /** The result of a device that has finished, as it was heard; undefined when it cannot be read any more. */
  resultOf(device: string): DeviceResult | undefined {
    const kept = this.#results.get(device);
    if (kept === undefined || 'device' in kept) return kept;
    try {
      const event = JSON.parse(this.#read(kept), reviveDates) as RunEvent;
      if (event.type === 'device-finished' && event.result.device === device) return event.result;
      throw new Error(`the result of ${device} is not where it was written`);
    } catch (thrown) {
      this.#note(thrown);
      return undefined;
    }
  }

  /** Nothing is written or read after this. */
  [Symbol.dispose](): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    closeSync(this.#descriptor);
  }

  /** Where the event's line is; undefined when it could not be written whole. */
  #write(event: RunEvent): Place | undefined {
    const start = this.#torn ? '\n' : '';
    const line = Buffer.from(`${start}${JSON.stringify(told(event))}\n`);
    const from = this.#size;
    try {
      this.#torn = true;
      for (let written = 0; written < line.length; ) {
        const more = writeSync(this.#descriptor, line, written);
        written += more;
        this.#size += more;
      }
      this.#torn = false;
      if (event.type === 'run-finished') fdatasyncSync(this.#descriptor);
      return { from: from + start.length, length: line.length - start.length };
    } catch (thrown) {
      // Later events may find room again; a run that is typing on routers is not ended by its log.
      this.#note(thrown);
      return undefined;
    }
  }

  #read({ from, length }: Place): string {
    const line = Buffer.alloc(length);
    for (let read = 0; read < length; ) {
      const more = readSync(this.#descriptor, line, read, length - read, from + read);
      if (more === 0) throw new Error('it was cut');
      read += more;
    }
    return line.toString('utf8');
  }

  #note(thrown: unknown): void {
    this.#fault ??= thrown instanceof Error ? thrown.message : String(thrown);
  }
}

/** The end has counts in place of the devices, which were told one by one. */
function told(event: RunEvent): object {
  if (event.type !== 'run-finished') return event;
  const { devices, ...run } = event.result;
  return { ...event, result: { ...run, counts: countOutcomes(digestsOf(devices)) } };
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
