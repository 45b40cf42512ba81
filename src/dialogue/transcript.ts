import { closeSync, fchmodSync, openSync, writeSync } from 'node:fs';
import { maskConfigSecrets } from '../log/mask-config.ts';
import { type RedactionStream, type Redactor, sharedRedactor } from '../log/redact.ts';
import { shownText, type TypedLine } from './typed-line.ts';

export interface TranscriptHeader {
  readonly device: string;
  readonly host: string;
  readonly startedAt: Date;
  /** Version of trustfleet. */
  readonly version?: string;
}

export interface TranscriptOptions {
  readonly header?: TranscriptHeader;
  /** Gets whole lines with their line end, redacted. What it throws ends the writing, not the session. */
  readonly sink?: (text: string) => void;
  readonly redactor?: Redactor;
  readonly now?: () => Date;
  /** How many lines are kept for errors; 200 unless given. */
  readonly keepLines?: number;
}

const LONGEST_KEPT = 2_000;

/**
 * What was heard, typed and decided in one session, as plain text for people. Secrets never get in: what is known
 * to be secret is typed as `[redacted]`, and heard text is redacted over its joined pieces as it is written.
 *
 * ```text
 * # trustfleet 0.1.0
 * # device: br-0001 (192.0.2.11:22)
 * # started: 2026-03-01T09:30:00.000Z
 * 09:30:01.204 < br-0001#                 heard; a line that was answered ends at the question
 * 09:30:01.205 > show clock               typed, without the line end
 * 09:30:02.410 * accept-ca-certificate: yes, the fingerprint equals the pin      decided
 * ```
 * Times are UTC. The file needs no escape: control characters were taken out by the screen.
 */
export class Transcript {
  readonly #options: TranscriptOptions;
  readonly #redactor: Redactor;
  readonly #stream: RedactionStream;
  readonly #kept: string[] = [];
  /** Heard in this turn of the event loop, and not yet looked at. */
  #news = '';
  /** Heard text of a line that has not ended. */
  #open = '';
  #failure: unknown;
  /** What came while something was heard that may hold a secret nobody knows yet. */
  #held: (() => void)[] | undefined;

  constructor(options: TranscriptOptions = {}) {
    this.#options = options;
    this.#redactor = options.redactor ?? sharedRedactor();
    this.#stream = this.#redactor.stream();
    if (options.header !== undefined) this.#sink(headerLines(options.header));
  }

  /**
   * Writes nothing until `work` is done, and then what came meanwhile: a secret that it made known is redacted, wherever
   * it stands. Where `work` fails nothing that was heard is written, for whatever it held is not known.
   */
  async holdBack<T>(work: () => Promise<T>): Promise<T> {
    this.#takeNews();
    this.#held = [];
    let wasRead = false;
    try {
      const result = await work();
      wasRead = true;
      return result;
    } finally {
      const held = this.#held;
      this.#held = undefined;
      if (wasRead) for (const write of held) write();
      else this.note('what was heard is not written here: it may hold a password');
    }
  }

  /** Text from the device in pieces of any size, `\n` as line end. */
  heard(text: string): void {
    if (this.#held !== undefined) {
      this.#held.push(() => this.heard(text));
      return;
    }
    // A reply comes line by line, and is searched for secrets as a whole.
    if (this.#news === '') queueMicrotask(() => this.#takeNews());
    this.#news += text;
  }

  /** What we type, without the line end. */
  typed(line: TypedLine): void {
    if (this.#held !== undefined) {
      this.#held.push(() => this.typed(line));
      return;
    }
    this.#endOpenLine();
    this.#write('>', [shownText(line)]);
  }

  /** A decision and why: `accept-ca-certificate: yes, the fingerprint equals the pin`. */
  note(text: string): void {
    if (this.#held !== undefined) {
      this.#held.push(() => this.note(text));
      return;
    }
    this.#endOpenLine();
    this.#write('*', text.split('\n'));
  }

  /** The last lines heard, typed and decided, fit for an error's detail. */
  lastLines(count = 20): string {
    this.#takeNews();
    const open = this.#open === '' ? [] : [`< ${maskConfigSecrets(this.#open)}`.trimEnd()];
    return [...this.#kept, ...open].slice(-count).join('\n');
  }

  /** Any text without the secrets this process knows; for messages that quote the device. */
  redact(text: string): string {
    return this.#masked(text);
  }

  /** Writes what was held back. Throws what the sink threw, if it did. */
  close(): void {
    this.#takeNews();
    this.#open += this.#stream.flush();
    this.#endOpenLine();
    if (this.#failure !== undefined) throw this.#failure;
  }

  #takeNews(): void {
    if (this.#news === '') return;
    this.#open += this.#stream.write(this.#news);
    this.#news = '';
    const lines = this.#open.split('\n');
    this.#open = lines.pop() ?? '';
    this.#write('<', lines);
  }

  #endOpenLine(): void {
    this.#takeNews();
    if (this.#open === '') return;
    this.#write('<', [this.#open]);
    this.#open = '';
  }

  #write(mark: '<' | '>' | '*', texts: readonly string[]): void {
    // Heard text has passed the stream already.
    const lines = texts.map((text) =>
      `${mark} ${mark === '<' ? maskConfigSecrets(text) : this.#masked(text)}`.trimEnd(),
    );
    for (const line of lines)
      this.#kept.push(line.length > LONGEST_KEPT ? `${line.slice(0, LONGEST_KEPT)}…` : line);
    this.#kept.splice(0, this.#kept.length - (this.#options.keepLines ?? 200));
    if (this.#options.sink === undefined || lines.length === 0) return;
    const time = (this.#options.now?.() ?? new Date()).toISOString().slice(11, 23);
    this.#sink(lines.map((line) => `${time} ${line}\n`).join(''));
  }

  #masked(text: string): string {
    return maskConfigSecrets(this.#redactor.redact(text));
  }

  #sink(text: string): void {
    if (this.#failure !== undefined) return;
    try {
      this.#options.sink?.(text);
    } catch (failure) {
      this.#failure = failure;
    }
  }
}

/** A transcript in a file of its own that nobody else may read (mode 0600). Throws when it cannot be made. */
export function openTranscript(file: string, header: TranscriptHeader): Transcript & Disposable {
  const fd = openSync(file, 'w', 0o600);
  fchmodSync(fd, 0o600);
  return new FileTranscript(fd, header);
}

class FileTranscript extends Transcript implements Disposable {
  #fd: number | undefined;

  constructor(fd: number, header: TranscriptHeader) {
    super({ header, sink: (text) => void writeSync(fd, text) });
    this.#fd = fd;
  }

  override close(): void {
    if (this.#fd === undefined) return;
    const fd = this.#fd;
    this.#fd = undefined;
    try {
      super.close();
    } finally {
      closeSync(fd);
    }
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

function headerLines({ device, host, startedAt, version }: TranscriptHeader): string {
  return [
    `# trustfleet${version === undefined ? '' : ` ${version}`}`,
    `# device: ${device} (${host})`,
    `# started: ${startedAt.toISOString()}`,
    '',
  ].join('\n');
}
