import type { Transport } from './transport.ts';

/**
 * How much may be on its way unread, in characters: what a line's input buffer surely takes. No reference tells its
 * size; a line of 254 characters it takes from a keyboard.
 */
const WINDOW = 254;

/** Its echo is what was typed, character by character. */
const FIT = /^[ !->@-~]+$/;

/** Nobody can tell any more how much is to come: after so much silence behind a prompt there is nothing, in milliseconds. */
const CALM_MS = 500;
/** The same where no prompt stands: a command may be at work. */
const LONG_CALM_MS = 5_000;

/** What tells prompts. */
export interface PromptSigns {
  /** Whether an open line is a command prompt. */
  isPrompt(line: string): boolean;
  /** Whether a line that ended holds one, glued to something else. */
  holdsPrompt(line: string): boolean;
  /** The key that goes on where an open line says that output has stopped after a page. */
  pagerKey(line: string): string | undefined;
}

/** A line typed ahead is on its way with those before it; its echo tells where the reply before it ends. */
interface Planned {
  readonly text: string;
  isSent: boolean;
}

/**
 * Types lines before the replies to those before them were heard, so that a slow way is waited for once and not at every
 * line. Who reads the device notices nothing: what it says is kept back at each echo of a line typed ahead until that line is
 * typed, so every reply is read as the reply to its own line.
 *
 * A log line may fall between a prompt and an echo. Where the end of a reply cannot be told any more, {@link hasLostTrack} says so:
 * what was read since is no reply of anything, and what comes is thrown away until the device has been silent for a while.
 *
 * Only lines that ask nothing and do no harm after a refusal may be planned. When something else is typed instead, nothing
 * more is sent ahead, and what was is heard out and thrown away first.
 */
export class TypeAhead implements Transport {
  readonly #transport: Transport;
  readonly #signs: PromptSigns;
  #planned: Planned[] = [];
  /** Heard and not yet handed on. */
  #held: Buffer = Buffer.alloc(0);
  /** The open line as far as it was handed on; undefined when it was edited. */
  #line: string | undefined = '';
  /** The same line, as it was when the cursor went back to its beginning. */
  #returned = '';
  /** What is typed once everything sent ahead was heard out. */
  #deferred: string | undefined;
  #isReleasing = false;
  /** A prompt stood in a line that ended since the last echo: a log line came behind it. */
  #isBehindPrompt = false;
  #hasLostTrack = false;
  #calm: NodeJS.Timeout | undefined;
  /** The line that was typed last has been echoed and ended: what comes is its reply. */
  #isBehindEcho = true;
  /** Characters of that line, its end included; 0 where it was typed ahead. */
  #own = 0;
  #onData: (bytes: Uint8Array) => void = () => undefined;

  constructor(transport: Transport, signs: PromptSigns) {
    this.#transport = transport;
    this.#signs = signs;
    transport.onData((bytes) => this.#hear(bytes));
  }

  /**
   * The next lines that will be typed, as they go to the device; takes the place of what was planned before. Those from the
   * first on whose echo could not be told for sure are typed when their time comes.
   */
  plan(lines: readonly string[]): void {
    if (this.#hasLostTrack) return;
    const sent = this.#planned.filter(({ isSent }) => isSent);
    if (!sent.every(({ text }, index) => text === lines[index])) return;
    const unfit = lines.findIndex((text, index) => !FIT.test(text) || text === lines[index - 1]);
    const fit = unfit < 0 ? lines : lines.slice(0, Math.max(unfit, sent.length));
    this.#planned = fit.map((text, index) => ({ text, isSent: index < sent.length }));
  }

  /** Since the last line that was typed: replies run into each other, and none of them can be told. */
  get hasLostTrack(): boolean {
    return this.#hasLostTrack;
  }

  /** To be told where the replies to lines on their way can be told apart no more, or should not be trusted. */
  loseTrack(): void {
    if (this.unread.length > 0) this.#hasLostTrack = true;
    this.#planned = [];
  }

  /** Sends at once what is planned, as far as there is room: the reply to the line typed last is still awaited. */
  hurry(): void {
    if (this.#hasLostTrack || this.#deferred !== undefined) return;
    const more = this.#more(this.#isBehindEcho ? 0 : this.#own);
    if (more !== '') this.#transport.write(more);
  }

  /** Lines that the device has been sent and nobody has read the reply to. */
  get unread(): readonly string[] {
    return this.#planned.filter(({ isSent }) => isSent).map(({ text }) => text);
  }

  write(bytes: string): void {
    const [next] = this.#planned;
    if (next !== undefined && bytes === `${next.text}\r`) {
      this.#planned.shift();
      const own = next.isSent ? '' : bytes;
      this.#beginReply(own.length);
      const typed = own + this.#more(own.length);
      if (typed !== '') this.#transport.write(typed);
      // Whoever types is not yet listening for the reply.
      queueMicrotask(() => this.#release());
      return;
    }
    this.#planned = this.#planned.filter(({ isSent }) => isSent);
    // Keys without a line end are pressed at what is there now, such as a question.
    if ((this.#planned.length > 0 || this.#hasLostTrack) && bytes.endsWith('\r'))
      this.#deferred = (this.#deferred ?? '') + bytes;
    else {
      this.#planned = [];
      this.#type(bytes);
    }
    this.#awaitCalm();
    queueMicrotask(() => this.#release());
  }

  onData(listener: (bytes: Uint8Array) => void): void {
    this.#onData = listener;
  }

  onClose(listener: (reason?: Error) => void): void {
    this.#transport.onClose((reason) => {
      clearTimeout(this.#calm);
      this.#planned = [];
      this.#release();
      listener(reason);
    });
  }

  close(): void {
    this.#transport.close();
  }

  #type(bytes: string): void {
    if (bytes.endsWith('\r')) this.#beginReply(bytes.length);
    this.#transport.write(bytes);
  }

  /** As many of the planned lines as there is room for beside `own` characters. */
  #more(own: number): string {
    let unread = this.unread.reduce((sum, text) => sum + text.length + 1, own);
    let more = '';
    for (const line of this.#planned) {
      if (line.isSent) continue;
      unread += line.text.length + 1;
      if (unread > WINDOW) break;
      line.isSent = true;
      more += `${line.text}\r`;
    }
    return more;
  }

  #hear(bytes: Uint8Array): void {
    this.#held = this.#held.length === 0 ? asBuffer(bytes) : Buffer.concat([this.#held, bytes]);
    this.#release();
    this.#awaitCalm();
  }

  /** What is typed next is the first line of a new beginning, once nothing more comes. */
  #awaitCalm(): void {
    if (!this.#hasLostTrack || this.#deferred === undefined) return;
    clearTimeout(this.#calm);
    const calmMs = this.#mayEchoBegin() ? CALM_MS : LONG_CALM_MS;
    this.#calm = setTimeout(() => {
      const bytes = this.#deferred ?? '';
      this.#deferred = undefined;
      this.#hasLostTrack = false;
      // Where what was thrown away left the cursor is not where the reader thinks it is.
      this.#onData(Buffer.from('\r\n'));
      this.#type(bytes);
    }, calmMs);
  }

  #beginReply(own: number): void {
    this.#own = own;
    this.#isBehindEcho = false;
    this.#isBehindPrompt = false;
  }

  /** Hands on what is held, up to the echo of the next line typed ahead. */
  #release(): void {
    if (this.#isReleasing) return;
    this.#isReleasing = true;
    try {
      while (this.#held.length > 0) {
        const end = this.#endOfReply();
        const heard = this.#held.subarray(0, end);
        this.#held = this.#held.subarray(end);
        const isWaste = this.#deferred !== undefined;
        if (!isWaste && heard.length > 0) this.#onData(heard);
        if (isWaste) this.#turnPage();
        if (!isWaste || !this.#goOnWasting()) break;
      }
    } finally {
      this.#isReleasing = false;
    }
  }

  /** Nobody else sees that a page of what is thrown away has ended. */
  #turnPage(): void {
    const key = this.#hasLostTrack ? this.#signs.pagerKey(this.#line ?? '') : undefined;
    if (key !== undefined) this.#transport.write(key);
  }

  /** Nobody reads the replies any more: the next echo is passed, too. At the last prompt what waited is typed. */
  #goOnWasting(): boolean {
    const [next] = this.#planned;
    if (next !== undefined) {
      if (this.#held.length < next.text.length) return false;
      this.#planned.shift();
      this.#beginReply(0);
      return true;
    }
    if (this.#hasLostTrack || this.#held.length > 0 || !this.#isAtPrompt()) return this.#held.length > 0;
    const bytes = this.#deferred ?? '';
    this.#deferred = undefined;
    this.#type(bytes);
    return false;
  }

  /** How much of what is held belongs to the reply that is being read. */
  #endOfReply(): number {
    const next = this.#planned.find(({ isSent }) => isSent)?.text;
    const first = next?.charCodeAt(0);
    const held = this.#held;
    // Text goes into the open line in whole pieces: most of what is held is text.
    let from = 0;
    for (let at = 0; at < held.length; at += 1) {
      const byte = held[at] ?? 0;
      if (next !== undefined && byte === first && this.#isBehindEcho && this.#isEcho(next, at)) {
        this.#addText(from, at);
        from = at;
        if (this.#mayEchoBegin()) return at;
      }
      if (byte >= BLANK) continue;
      this.#addText(from, at);
      from = at + 1;
      this.#obey(byte, next);
    }
    this.#addText(from, held.length);
    return held.length;
  }

  /** The open line goes on with what is held from `start` to `end`. */
  #addText(start: number, end: number): void {
    if (this.#line !== undefined && start < end) this.#line += this.#held.toString('latin1', start, end);
  }

  /** Behind a prompt, or at the left edge when a log line came behind the prompt. */
  #mayEchoBegin(): boolean {
    return this.#isAtPrompt() || (this.#line === '' && this.#isBehindPrompt);
  }

  /** An echo that ends a line and was not seen to begin: nobody knows where its reply begins, or the one before it ends. */
  #endLine(line: string, next: string | undefined): void {
    if (next !== undefined && this.#isBehindEcho && line.endsWith(next)) {
      this.#hasLostTrack = true;
      this.#planned = [];
    }
    const isOfUse = next !== undefined || this.#hasLostTrack;
    if (isOfUse && this.#isBehindEcho && this.#signs.holdsPrompt(line)) this.#isBehindPrompt = true;
    this.#isBehindEcho = true;
  }

  /** Whether what is held from there on is the echo, as far as it has come. */
  #isEcho(text: string, at: number): boolean {
    const length = Math.min(text.length, this.#held.length - at);
    for (let index = 0; index < length; index += 1) {
      if (this.#held[at + index] !== text.charCodeAt(index)) return false;
    }
    return true;
  }

  #isAtPrompt(): boolean {
    return this.#line !== undefined && /[#>]\s*$/.test(this.#line) && this.#signs.isPrompt(this.#line);
  }

  #obey(control: number, next: string | undefined): void {
    if (control === CR) {
      this.#returned = this.#line || this.#returned;
      this.#line = '';
    } else if (control === LF) {
      this.#endLine(this.#line || this.#returned, next);
      this.#returned = '';
      this.#line = '';
    } else if (control !== BEL) this.#line = undefined;
  }
}

const [LF, CR, BEL, BLANK] = [10, 13, 7, 32];

/** The same bytes, not a copy. */
function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
