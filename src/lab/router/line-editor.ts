import { Interrupted, type Terminal } from './terminal.ts';

export interface ReadOptions {
  /** Printed first; the echo is placed behind it. */
  readonly prompt: string;
  /** A password: nothing is echoed, nothing is edited but erased. */
  readonly hidden?: boolean;
  /** Earlier lines, the newest last. */
  readonly history?: readonly string[];
  /** What `?` prints for the line so far; without it `?` is a character like others. */
  readonly help?: (line: string) => string;
  /** Completes the last word on Tab. */
  readonly complete?: (line: string) => string;
  /** Ctrl-Z ends the line and the mode; otherwise it is ignored. */
  readonly ctrlZ?: boolean;
}

export interface TypedLine {
  readonly text: string;
  readonly by: 'enter' | 'ctrl-z';
}

/** Columns the editor keeps free at the right edge. */
const MARGIN = 3;
/** How far the line moves left at each scroll; the first time one more, for the `$`. */
const SCROLL = 10;

/**
 * Reads one line as the IOS line editor does. Where prompt and text reach the width less three columns, the text
 * scrolls sideways behind a `$`. Ctrl-V takes the next character literally.
 * Rejects with Interrupted on Ctrl-C and with Disconnected when the session ends.
 */
export async function readLine(terminal: Terminal, options: ReadOptions): Promise<TypedLine> {
  terminal.print(options.prompt);
  const editor = new LineEditor(terminal, options);
  for (;;) {
    const key = await terminal.key();
    const done = await editor.take(key);
    if (done !== undefined) return done;
  }
}

class LineEditor {
  readonly #terminal: Terminal;
  readonly #options: ReadOptions;
  readonly #promptColumn: number;
  #text = '';
  #cursor = 0;
  /** Index of the first character shown; behind a `$` when above 0. */
  #start = 0;
  #historyIndex: number;

  constructor(terminal: Terminal, options: ReadOptions) {
    this.#terminal = terminal;
    this.#options = options;
    this.#promptColumn = terminal.column;
    this.#historyIndex = options.history?.length ?? 0;
  }

  async take(key: string): Promise<TypedLine | undefined> {
    switch (key) {
      case '\r':
      case '\n':
        this.#endLine('');
        return { text: this.#text, by: 'enter' };
      case '\x03':
        this.#endLine('^C');
        throw new Interrupted('Ctrl-C');
      case '\x1a':
        if (this.#options.ctrlZ !== true) return undefined;
        this.#endLine('^Z');
        return { text: this.#text, by: 'ctrl-z' };
      case '\x16':
        this.#insert(await this.#terminal.key());
        return undefined;
      case '?':
        if (this.#options.help === undefined) this.#insert(key);
        else this.#showHelp(this.#options.help);
        return undefined;
      case '\x1b':
        await this.#escape();
        return undefined;
      default:
        this.#edit(key);
        return undefined;
    }
  }

  #edit(key: string): void {
    const { length } = this.#text;
    switch (key) {
      case '\b':
      case '\x7f':
        this.#replace(this.#text.slice(0, this.#cursor - 1), Math.max(0, this.#cursor - 1));
        return;
      case '\x15':
        this.#replace('', 0);
        return;
      case '\x17':
        this.#eraseWord();
        return;
      case '\x0b':
        this.#change(this.#text.slice(0, this.#cursor), this.#cursor);
        return;
      case '\x01':
        this.#change(this.#text, 0);
        return;
      case '\x05':
        this.#change(this.#text, length);
        return;
      case '\x02':
        this.#change(this.#text, Math.max(0, this.#cursor - 1));
        return;
      case '\x06':
        this.#change(this.#text, Math.min(length, this.#cursor + 1));
        return;
      case '\x10':
        this.#recall(-1);
        return;
      case '\x0e':
        this.#recall(1);
        return;
      case '\x12':
      case '\x0c':
        this.#redisplay();
        return;
      case '\t':
        this.#complete();
        return;
      default:
        if (key >= ' ') this.#insert(key);
    }
  }

  /** `head` and what stands behind the cursor, the cursor between them. */
  #replace(head: string, cursor: number): void {
    if (this.#cursor === 0) return;
    this.#change(head + this.#text.slice(this.#cursor), cursor);
  }

  #eraseWord(): void {
    const head = this.#text.slice(0, this.#cursor).replace(/\S*\s*$/, '');
    this.#replace(head, head.length);
  }

  #insert(key: string): void {
    const text = this.#text.slice(0, this.#cursor) + key + this.#text.slice(this.#cursor);
    if (this.#cursor < this.#text.length) this.#change(text, this.#cursor + 1);
    else this.#append(key);
  }

  /** The common case, echoed byte for byte as captured: a character at the end of the line. */
  #append(key: string): void {
    this.#text += key;
    this.#cursor = this.#text.length;
    if (this.#options.hidden === true) return;
    const { column } = this.#terminal;
    if (column < this.#limit) {
      this.#terminal.raw(key, column + 1);
      return;
    }
    const span = this.#limit - this.#promptColumn;
    const first = this.#start === 0;
    this.#start += first ? SCROLL + 1 : SCROLL;
    const shown = this.#text.slice(this.#start);
    const back = first ? `${'\b'.repeat(span)}$` : '\b'.repeat(span - 1);
    const wipe = `${' '.repeat(SCROLL - 1)}${'\b'.repeat(SCROLL - 1)}`;
    this.#terminal.raw(`${back}${shown}${wipe}`, this.#promptColumn + 1 + shown.length);
  }

  /** Any other change: the visible part is drawn anew from the prompt on. */
  #change(text: string, cursor: number): void {
    const oldEnd = this.#promptColumn + this.#visible().length;
    const back = '\b'.repeat(Math.max(0, this.#terminal.column - this.#promptColumn));
    this.#text = text;
    this.#cursor = cursor;
    if (this.#options.hidden === true) return;
    this.#scrollToCursor();
    const visible = this.#visible();
    const wipe = Math.max(0, oldEnd - this.#promptColumn - visible.length);
    const at = this.#promptColumn + cursor - this.#start + (this.#start > 0 ? 1 : 0);
    const left = this.#promptColumn + visible.length - at;
    this.#terminal.raw(
      `${back}${visible}${' '.repeat(wipe)}${'\b'.repeat(wipe)}${'\b'.repeat(Math.max(0, left))}`,
      at,
    );
  }

  #scrollToCursor(): void {
    const span = this.#limit - this.#promptColumn;
    if (this.#text.length <= span) this.#start = 0;
    else if (this.#cursor < this.#start) this.#start = Math.max(0, this.#cursor - SCROLL);
    else if (this.#cursor - this.#start >= span) this.#start = this.#cursor - span + SCROLL;
  }

  #visible(): string {
    if (this.#options.hidden === true) return '';
    const span = this.#limit - this.#promptColumn;
    if (this.#start === 0) return this.#text.slice(0, span);
    return `$${this.#text.slice(this.#start, this.#start + span - 1)}`;
  }

  /** The column where the line scrolls. A prompt that leaves no room for that turns scrolling off. */
  get #limit(): number {
    const limit = this.#terminal.width - MARGIN;
    const usable = this.#terminal.width > 0 && limit - this.#promptColumn > 2 * SCROLL;
    return usable ? limit : Number.MAX_SAFE_INTEGER;
  }

  #recall(step: number): void {
    const history = this.#options.history ?? [];
    const index = this.#historyIndex + step;
    if (index < 0 || index > history.length) return;
    this.#historyIndex = index;
    const line = history[index] ?? '';
    this.#change(line, line.length);
  }

  #complete(): void {
    if (this.#options.complete === undefined) return;
    this.#text = this.#options.complete(this.#text);
    this.#redisplay();
  }

  #showHelp(help: (line: string) => string): void {
    this.#terminal.raw('?', 0);
    this.#terminal.print(`\n${help(this.#text)}`);
    this.#prompt();
  }

  #redisplay(): void {
    this.#terminal.print('\n');
    this.#prompt();
  }

  #prompt(): void {
    this.#terminal.print(this.#options.prompt);
    const text = this.#text;
    this.#text = '';
    this.#start = 0;
    this.#change(text, text.length);
  }

  #endLine(mark: string): void {
    this.#terminal.raw(`${mark}\r\n`, 0);
  }

  async #escape(): Promise<void> {
    const second = await this.#terminal.key();
    if (second !== '[' && second !== 'O') return;
    const arrow = await this.#terminal.key();
    const key = { A: '\x10', B: '\x0e', C: '\x06', D: '\x02' }[arrow];
    if (key !== undefined) this.#edit(key);
  }
}
