import { StringDecoder } from 'node:string_decoder';

/** A cell that was wiped: a blank to look at, and nothing at the end of a line. */
const WIPED = '\u0000';

/** No line grows beyond this; a device that sends no line end does not fill our memory. */
const LONGEST_LINE = 65_536;

const TEXT = /\P{Cc}+/uy;

/** Up to a line end, where nothing moves the cursor or erases: most of what is printed. */
const PLAIN_LINE = /(\P{Cc}*)\r*\n/uy;

/**
 * One line of a terminal. Devices edit what they printed: they move left and write over it when a long
 * command scrolls sideways or when a pager text is wiped. What counts is what a person would see.
 * Backspace moves left, text overwrites, CR goes to column 0, LF commits the line, BEL is dropped,
 * escape sequences move or erase (ECMA-48: CUB, CUF, CHA, EL) or are dropped.
 */
export class Screen {
  readonly #decoder = new StringDecoder('utf8');
  #width = 0;
  #mayGoOn: (line: string) => boolean = () => true;
  #line = '';
  #column = 0;
  /** Characters of an escape sequence that has not ended yet. */
  #escape = '';
  /** The beginning of a long line that the terminal broke at its width. */
  #begun = '';

  /** From now on a line of exactly that many columns goes on in the next one, if `mayGoOn` agrees; 0 for never. */
  breakAt(columns: number, mayGoOn: (line: string) => boolean = () => true): void {
    this.#width = columns;
    this.#mayGoOn = mayGoOn;
  }

  /** Takes what arrived, split anywhere; returns the lines it completed. */
  feed(bytes: Uint8Array): string[] {
    const text = this.#decoder.write(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    const lines: string[] = [];
    for (let at = 0; at < text.length; ) {
      const [taken, line] = this.#takePlainLine(text, at) ?? this.#takePiece(text, at);
      if (line !== undefined) lines.push(line);
      at += taken;
    }
    return lines;
  }

  /** The line that is not complete yet. */
  get partial(): string {
    return this.#begun + rendered(this.#line);
  }

  #takePlainLine(text: string, at: number): Taken | undefined {
    if (this.#escape !== '' || this.#column !== this.#line.length) return undefined;
    PLAIN_LINE.lastIndex = at;
    const [whole = '', printed = ''] = PLAIN_LINE.exec(text) ?? [];
    if (whole === '' || this.#column + printed.length >= LONGEST_LINE) return undefined;
    this.#line += printed;
    return [whole.length, this.#commit()];
  }

  #takePiece(text: string, at: number): Taken {
    TEXT.lastIndex = at;
    const room = Math.max(1, LONGEST_LINE - this.#column);
    const run = this.#escape === '' ? TEXT.exec(text)?.[0].slice(0, room) : undefined;
    return run === undefined ? [1, this.#take(text.charAt(at))] : [run.length, this.#put(run)];
  }

  #take(character: string): string | undefined {
    if (this.#escape !== '') this.#continueEscape(character);
    else if (character === '\x1b') this.#escape = character;
    else if (character === '\n') return this.#commit();
    else if (character === '\r') this.#column = 0;
    else if (character === '\b') this.#column = Math.max(0, this.#column - 1);
    else if (character === '\t') return this.#put(' '.repeat(8 - (this.#column % 8)));
    return undefined;
  }

  #put(text: string): string | undefined {
    const before = this.#line.slice(0, this.#column).padEnd(this.#column);
    const over = Math.max(0, Math.min(text.length, this.#line.length - this.#column));
    const written = text.slice(0, over).replaceAll(' ', WIPED) + text.slice(over);
    this.#line = before + written + this.#line.slice(this.#column + text.length);
    this.#column += text.length;
    return this.#line.length >= LONGEST_LINE ? this.#commit() : undefined;
  }

  #commit(): string | undefined {
    const line = this.partial;
    const full = this.#width > 0 && this.#line.length === this.#width && line.length < LONGEST_LINE;
    const broken = full && this.#mayGoOn(line);
    this.#line = '';
    this.#column = 0;
    this.#begun = broken ? line : '';
    return broken ? undefined : line;
  }

  #continueEscape(character: string): void {
    this.#escape += character;
    const sequence = this.#escape;
    if (sequence.startsWith('\x1b]')) {
      // An operating system command, such as a window title, lasts until BEL or ESC \.
      if (character === '\x07' || sequence.endsWith('\x1b\\') || sequence.length > 4096) this.#escape = '';
      return;
    }
    if (sequence.startsWith('\x1b[')) {
      if (sequence.length === 2 || (!/[@-~]/.test(character) && sequence.length < 64)) return;
      this.#escape = '';
      this.#control(character, sequence.slice(2, -1));
      return;
    }
    // Two characters, or three when the second only announces a character set.
    if (sequence.length === 2 && /[ -/]/.test(character)) return;
    this.#escape = '';
  }

  #control(final: string, parameters: string): void {
    const count = Math.min(Number(/^\d+/.exec(parameters)?.[0] ?? '1') || 1, LONGEST_LINE);
    if (final === 'D') this.#column = Math.max(0, this.#column - count);
    else if (final === 'C') this.#column = Math.min(LONGEST_LINE - 1, this.#column + count);
    else if (final === 'G') this.#column = count - 1;
    else if (final === 'K' || final === 'J') this.#erase(parameters);
  }

  #erase(parameters: string): void {
    if (parameters === '' || parameters === '0') this.#line = this.#line.slice(0, this.#column);
    else if (parameters === '1')
      this.#line = this.#line.replace(/./gsu, (cell, at: number) => (at <= this.#column ? WIPED : cell));
    else this.#line = '';
  }
}

/** How many characters, and the line that is complete with them. */
type Taken = readonly [length: number, line: string | undefined];

function rendered(line: string): string {
  if (!line.includes(WIPED)) return line;
  let end = line.length;
  while (end > 0 && line[end - 1] === WIPED) end -= 1;
  return line.slice(0, end).replaceAll(WIPED, ' ');
}
