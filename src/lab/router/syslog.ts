import type { RouterClock } from './clock.ts';

/** How log lines are stamped: `service timestamps log ...`. */
export interface StampStyle {
  readonly kind: 'none' | 'uptime' | 'datetime';
  readonly msec: boolean;
  readonly localtime: boolean;
  readonly showZone: boolean;
  readonly year: boolean;
}

/** How a release stamps its lines unless it is configured otherwise. */
export const LOG_STAMPS: Readonly<Record<'uptime' | 'datetime', StampStyle>> = {
  uptime: { kind: 'uptime', msec: false, localtime: false, showZone: false, year: false },
  datetime: { kind: 'datetime', msec: true, localtime: false, showZone: false, year: false },
};

/** Somebody who sees log lines as they happen: a terminal with `terminal monitor`. */
export type LogListener = (line: string) => void;

const BUFFERED_LINES = 200;

/** The router's log: a buffer, and listeners that hear every line at once. */
export class Syslog {
  readonly #clock: RouterClock;
  readonly #uptimeMs: () => number;
  readonly #lines: string[] = [];
  readonly #listeners = new Set<LogListener>();
  #count = 0;
  style: StampStyle = LOG_STAMPS.datetime;
  sequenceNumbers = false;

  constructor(clock: RouterClock, uptimeMs: () => number) {
    this.#clock = clock;
    this.#uptimeMs = uptimeMs;
  }

  get lines(): readonly string[] {
    return this.#lines;
  }

  get count(): number {
    return this.#count;
  }

  clear(): void {
    this.#lines.length = 0;
  }

  /** `log('PKI-6-CERTRET', 'Certificate received from Certificate Authority')` */
  log(message: string, text: string): void {
    this.#emit(`%${message}: ${text}`);
  }

  /** A line without facility, such as the request fingerprints of the PKI client. */
  note(text: string): void {
    this.#emit(text);
  }

  /** A line without even a time. */
  bare(text: string): void {
    this.#keep(text);
  }

  listen(listener: LogListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #emit(text: string): void {
    this.#count += 1;
    const sequence = this.sequenceNumbers ? `${String(this.#count).padStart(6, '0')}: ` : '';
    this.#keep(`${sequence}${this.#stamp()}${text}`);
  }

  #keep(line: string): void {
    this.#lines.push(line);
    if (this.#lines.length > BUFFERED_LINES) this.#lines.shift();
    for (const listener of this.#listeners) listener(line);
  }

  #stamp(): string {
    if (this.style.kind === 'none') return '';
    if (this.style.kind === 'uptime') return `${formatUptime(this.#uptimeMs())}: `;
    return `${this.#clock.mark}${this.#clock.formatLogTime(this.#clock.now(), this.style)}: `;
  }
}

/** `00:02:51`, after a day `1d02h`, after a week `7w0d`. */
function formatUptime(milliseconds: number): string {
  const hours = Math.floor(milliseconds / 3_600_000);
  const days = Math.floor(hours / 24);
  const two = (value: number): string => String(value).padStart(2, '0');
  if (days >= 7) return `${Math.floor(days / 7)}w${days % 7}d`;
  if (days >= 1) return `${days}d${two(hours % 24)}h`;
  return `${two(hours)}:${two(Math.floor(milliseconds / 60_000) % 60)}:${two(Math.floor(milliseconds / 1000) % 60)}`;
}
