import type { Transport } from './transport.ts';

/**
 * How much may be on its way unread, in characters: what a line's input buffer surely takes. No reference tells its
 * size; a line of 254 characters it takes from a keyboard.
 */
const WINDOW = 254;

/** Its echo is what was typed, character by character. */
const FIT = /^[ !->@-~]+$/;

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
 * Only lines that ask nothing and do no harm after a refusal may be planned. When something else is typed instead, nothing
 * more is sent ahead, and what was is heard out and thrown away first.
 */
export class TypeAhead implements Transport {
  readonly #transport: Transport;
  readonly #isPrompt: (line: string) => boolean;
  #planned: Planned[] = [];
  /** Heard and not yet handed on. */
  #held: Uint8Array = new Uint8Array();
  /** The open line as far as it was handed on; undefined when it was edited. */
  #line: string | undefined = '';
  /** What is typed once everything sent ahead was heard out. */
  #deferred: string | undefined;
  #isReleasing = false;
  /** The line that was typed last has been echoed and ended: what comes is its reply. */
  #isBehindEcho = true;
  #onData: (bytes: Uint8Array) => void = () => undefined;

  /** `isPrompt` tells whether an open line is a command prompt. */
  constructor(transport: Transport, isPrompt: (line: string) => boolean) {
    this.#transport = transport;
    this.#isPrompt = isPrompt;
    transport.onData((bytes) => this.#hear(bytes));
  }

  /**
   * The next lines that will be typed, as they go to the device; takes the place of what was planned before. Those from the
   * first on whose echo could not be told for sure are typed when their time comes.
   */
  plan(lines: readonly string[]): void {
    const sent = this.#planned.filter(({ isSent }) => isSent);
    if (!sent.every(({ text }, index) => text === lines[index])) return;
    const unfit = lines.findIndex((text, index) => !FIT.test(text) || text === lines[index - 1]);
    const fit = unfit < 0 ? lines : lines.slice(0, Math.max(unfit, sent.length));
    this.#planned = fit.map((text, index) => ({ text, isSent: index < sent.length }));
  }

  /** Lines that the device has been sent and nobody has read the reply to. */
  get unread(): readonly string[] {
    return this.#planned.filter(({ isSent }) => isSent).map(({ text }) => text);
  }

  write(bytes: string): void {
    const [next] = this.#planned;
    if (next !== undefined && bytes === `${next.text}\r`) {
      this.#planned.shift();
      this.#isBehindEcho = false;
      const own = next.isSent ? '' : bytes;
      const typed = own + this.#more(own.length);
      if (typed !== '') this.#transport.write(typed);
      // Whoever types is not yet listening for the reply.
      queueMicrotask(() => this.#release());
      return;
    }
    this.#planned = this.#planned.filter(({ isSent }) => isSent);
    // Keys without a line end are pressed at what is there now, such as a question.
    if (this.#planned.length > 0 && bytes.endsWith('\r')) this.#deferred = (this.#deferred ?? '') + bytes;
    else {
      this.#planned = [];
      this.#transport.write(bytes);
    }
    queueMicrotask(() => this.#release());
  }

  onData(listener: (bytes: Uint8Array) => void): void {
    this.#onData = listener;
  }

  onClose(listener: (reason?: Error) => void): void {
    this.#transport.onClose((reason) => {
      this.#planned = [];
      this.#release();
      listener(reason);
    });
  }

  close(): void {
    this.#transport.close();
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
    this.#held = this.#held.length === 0 ? bytes : Buffer.concat([this.#held, bytes]);
    this.#release();
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
        if (!isWaste || !this.#goOnWasting()) break;
      }
    } finally {
      this.#isReleasing = false;
    }
  }

  /** Nobody reads the replies any more: the next echo is passed, too. At the last prompt what waited is typed. */
  #goOnWasting(): boolean {
    const [next] = this.#planned;
    if (next !== undefined) {
      if (this.#held.length < next.text.length) return false;
      this.#planned.shift();
      this.#isBehindEcho = false;
      return true;
    }
    if (this.#held.length > 0 || !this.#isAtPrompt()) return this.#held.length > 0;
    const bytes = this.#deferred ?? '';
    this.#deferred = undefined;
    this.#transport.write(bytes);
    return false;
  }

  /** How much of what is held belongs to the reply that is being read. */
  #endOfReply(): number {
    const next = this.#planned.find(({ isSent }) => isSent)?.text;
    for (const [at, byte] of this.#held.entries()) {
      if (next !== undefined && this.#isBehindEcho && this.#isAtPrompt() && this.#isEcho(next, at)) return at;
      this.#follow(byte);
    }
    return this.#held.length;
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
    return this.#line !== undefined && /[#>]\s*$/.test(this.#line) && this.#isPrompt(this.#line);
  }

  #follow(byte: number): void {
    if (byte === LF) this.#isBehindEcho = true;
    if (byte === LF || byte === CR) this.#line = '';
    else if (byte !== BEL && byte < BLANK) this.#line = undefined;
    else if (byte !== BEL && this.#line !== undefined) this.#line += String.fromCharCode(byte);
  }
}

const [LF, CR, BEL, BLANK] = [10, 13, 7, 32];
