/** A cell that was wiped: a blank to look at, and nothing at the end of a line. */
const WIPED = '\u0000';

/** No line grows beyond this; a device that sends no line end does not fill our memory. */
const LONGEST_LINE = 65_536;

/**
 * One line of a terminal. Devices edit what they printed: they move left and write over it when a long
 * command scrolls sideways or when a pager text is wiped. What counts is what a person would see.
 * Backspace moves left, text overwrites, CR goes to column 0, LF commits the line, BEL is dropped,
 * escape sequences move or erase (ECMA-48: CUB, CUF, CHA, EL) or are dropped.
 */
export class Screen {
  readonly #decoder = new TextDecoder('utf-8');
  readonly #width: number;
  #cells: string[] = [];
  #column = 0;
  /** Characters of an escape sequence that has not ended yet. */
  #escape = '';
  /** The beginning of a long line that the terminal broke at its width. */
  #begun = '';

  /** With `width`, a line of exactly that many columns goes on in the next one. */
  constructor(options: { readonly width?: number } = {}) {
    this.#width = options.width ?? 0;
  }

  /** Takes what arrived, split anywhere; returns the lines it completed. */
  feed(bytes: Uint8Array): string[] {
    const lines: string[] = [];
    for (const character of this.#decoder.decode(bytes, { stream: true })) {
      const line = this.#take(character);
      if (line !== undefined) lines.push(line);
    }
    return lines;
  }

  /** The line that is not complete yet. */
  get partial(): string {
    return this.#begun + rendered(this.#cells);
  }

  #take(character: string): string | undefined {
    if (this.#escape !== '') this.#continueEscape(character);
    else if (character === '\x1b') this.#escape = character;
    else if (character === '\n') return this.#commit();
    else if (character === '\r') this.#column = 0;
    else if (character === '\b') this.#column = Math.max(0, this.#column - 1);
    else if (character === '\t') this.#tab();
    else if (character >= ' ' && character !== '\x7f') return this.#put(character);
    return undefined;
  }

  #put(character: string): string | undefined {
    const overwrites = this.#column < this.#cells.length;
    while (this.#cells.length < this.#column) this.#cells.push(' ');
    this.#cells[this.#column] = overwrites && character === ' ' ? WIPED : character;
    this.#column += 1;
    return this.#cells.length >= LONGEST_LINE ? this.#commit() : undefined;
  }

  #tab(): void {
    const stop = (Math.floor(this.#column / 8) + 1) * 8;
    while (this.#column < stop) this.#put(' ');
  }

  #commit(): string | undefined {
    const line = this.partial;
    const broken = this.#width > 0 && this.#cells.length === this.#width && line.length < LONGEST_LINE;
    this.#cells = [];
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
    if (parameters === '' || parameters === '0')
      this.#cells.length = Math.min(this.#cells.length, this.#column);
    else if (parameters === '1') this.#cells.fill(WIPED, 0, this.#column + 1);
    else this.#cells = [];
  }
}

function rendered(cells: readonly string[]): string {
  let end = cells.length;
  while (end > 0 && cells[end - 1] === WIPED) end -= 1;
  return cells.slice(0, end).join('').replaceAll(WIPED, ' ');
}
