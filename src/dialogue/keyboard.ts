import type { Habits } from './habits.ts';
import type { Transcript } from './transcript.ts';
import type { Transport } from './transport.ts';
import { holdsSecret, type TypedLine, typedText } from './typed-line.ts';

/** Types to the device and keeps the transcript in step: what was heard, then what was typed, then its reply. */
export class Keyboard {
  readonly #transport: Transport;
  readonly #transcript: Transcript;
  /** What of the open line stands in the transcript already. */
  #shown = '';
  /** What was typed behind it; its echo is not written a second time. */
  #echo: string | undefined;
  #hidesLine = false;
  /** Something of the open line was written since we last typed. */
  #isOpen = false;

  constructor(transport: Transport, transcript: Transcript) {
    this.#transport = transport;
    this.#transcript = transcript;
  }

  /** Types a line with `\r`; returns the echo to expect. */
  line(line: TypedLine, literal?: Habits['literal']): string {
    const text = typedText(line);
    this.#transcript.typed(line);
    this.#isOpen = false;
    // Text that scrolls sideways may show half a secret, which no search would find.
    this.#hidesLine ||= holdsSecret(line);
    this.#echo = text;
    this.#transport.write(`${literal === undefined ? text : madeLiteral(text, literal)}\r`);
    return text;
  }

  /** Presses keys; they echo nothing that could be expected. */
  keys(keys: string): string {
    this.#transcript.typed(named(keys));
    this.#isOpen = false;
    this.#echo = undefined;
    this.#transport.write(keys);
    return '';
  }

  /** Writes the open line to the transcript as far as it has come. */
  show(partial: string): void {
    const news = this.#news(partial);
    if (news !== '' && !this.#hidesLine) {
      this.#transcript.heard(news);
      this.#isOpen = true;
    }
    this.#shown = partial;
  }

  /** Writes a line that ended, without the echo of what was typed behind it. */
  heardLine(line: string): void {
    const news = this.#news(line);
    const isEcho = this.#echo !== undefined && (news === this.#echo || (news.trim() === '' && line !== ''));
    if (!isEcho && !this.#hidesLine) this.#transcript.heard(`${news}\n`);
    else if (this.#isOpen) this.#transcript.heard('\n');
    this.#shown = '';
    this.#isOpen = false;
    this.#echo = undefined;
    this.#hidesLine = false;
  }

  #news(line: string): string {
    return line.startsWith(this.#shown) ? line.slice(this.#shown.length) : line;
  }
}

function madeLiteral(text: string, { characters, key }: NonNullable<Habits['literal']>): string {
  let made = '';
  for (const character of text) made += characters.includes(character) ? key + character : character;
  return made;
}

/** `\x03` as `^C`. */
function named(keys: string): string {
  return keys.replace(/\p{Cc}/gu, (key) => `^${String.fromCharCode(key.charCodeAt(0) + 64)}`);
}
