import { StringDecoder } from 'node:string_decoder';

/** The far end of a terminal line: an SSH channel. */
export interface Wire {
  write(bytes: string): void;
  end(): void;
  /** The connection breaks: whatever is under way is lost. */
  cut(): void;
}

/** The session is over: the peer hung up, or the router closed the line. */
export class Disconnected extends Error {}

/** Ctrl-C while a command asked something. */
export class Interrupted extends Error {}

/** What is drawn over ` --More-- ` when it is answered. */
const WIPE_MORE = `${'\b'.repeat(9)}        ${'\b'.repeat(9)}`;
const MORE = ' --More-- ';

/**
 * One terminal line. Output: line ends become CR LF and long lines are broken hard at the width, in the middle of
 * a word if need be. Input: single characters, taken only when somebody reads, so that what is typed ahead
 * answers the next question. Text is Latin-1, one character a byte, so that any encoding passes unharmed.
 */
export class Terminal {
  readonly #wire: Wire;
  readonly #decoder = new StringDecoder('latin1');
  #typed = '';
  #waiting: { resolve: (key: string) => void; reject: (reason: Error) => void } | undefined;
  #closed = false;
  #column = 0;
  #linesOnPage = 0;
  /** Columns; 0 is without limit. */
  width = 80;
  /** So many characters that nobody has read yet are kept; what comes beyond them is lost. */
  inputLimit = Number.POSITIVE_INFINITY;
  /** Lines of a page; 0 turns the pager off. */
  length = 24;

  constructor(wire: Wire) {
    this.#wire = wire;
  }

  get column(): number {
    return this.#column;
  }

  get closed(): boolean {
    return this.#closed;
  }

  feed(bytes: Buffer): void {
    const room = Math.max(0, this.inputLimit - this.#typed.length);
    this.#typed += this.#decoder.write(bytes).slice(0, room);
    this.#serve();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#waiting?.reject(new Disconnected('session closed'));
    this.#waiting = undefined;
    this.#wire.end();
  }

  /** As if somebody had pulled the cable. */
  cut(): void {
    this.#wire.cut();
    this.close();
  }

  /** The next typed character. Rejects with {@link Disconnected}. */
  key(): Promise<string> {
    if (this.#closed) return Promise.reject(new Disconnected('session closed'));
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#serve();
    });
  }

  /** Prints text as it stands; `\n` is a line end. */
  print(text: string): void {
    let out = '';
    for (const char of text) {
      if (char === '\n') {
        out += '\r\n';
        this.#column = 0;
        continue;
      }
      if (this.width > 0 && this.#column >= this.width) {
        out += '\r\n';
        this.#column = 0;
      }
      out += char;
      this.#column += 1;
    }
    this.#send(out);
  }

  /** Echo: written as it is, the cursor then stands in `column`. */
  raw(text: string, column: number): void {
    this.#column = column;
    this.#send(text);
  }

  /** Prints lines page by page. Any key but blank and Enter at ` --More-- ` ends the output. */
  async page(lines: readonly string[]): Promise<void> {
    this.#linesOnPage = 0;
    for (const line of lines) {
      const rows = this.width > 0 ? Math.max(1, Math.ceil(line.length / this.width)) : 1;
      if (this.length > 1 && this.#linesOnPage + rows > this.length - 1 && !(await this.#more())) return;
      this.print(`${line}\n`);
      this.#linesOnPage += rows;
    }
  }

  async #more(): Promise<boolean> {
    this.print(MORE);
    const key = await this.key();
    this.raw(WIPE_MORE, 0);
    if (key === '\r' || key === '\n') {
      this.#linesOnPage -= 1;
      return true;
    }
    this.#linesOnPage = 0;
    return key === ' ';
  }

  #send(text: string): void {
    if (!this.#closed && text !== '') this.#wire.write(text);
  }

  #serve(): void {
    if (this.#waiting === undefined || this.#typed === '') return;
    const { resolve } = this.#waiting;
    this.#waiting = undefined;
    const key = this.#typed.charAt(0);
    this.#typed = this.#typed.slice(1);
    resolve(key);
  }
}
