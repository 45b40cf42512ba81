import { type Typed, withoutEcho } from './echo.ts';
import type { Habits, LogLines } from './habits.ts';

/** What was heard since something was last typed, as a person would read it. */
export interface HeardNow {
  /** Clean text: no echo of ours, no log lines, no noise, `\n` as line end; the open line included. */
  readonly text: string;
  /** The last line of it: where a prompt or a question stands. Empty when a new line has begun. */
  readonly tail: string;
  /** The tail was ended by a log line and not by the device's own line end: a question there is still open. */
  readonly restored: boolean;
  /** Log lines were taken out of it. */
  readonly logged: boolean;
  /** The echo of what was typed was found in it. */
  readonly echoed: boolean;
}

const NOTHING: Typed = { text: '', behind: '' };

/** Turns the physical lines of a screen into what a device said, and takes log lines out of it. */
export class CleanText {
  readonly #onLog: (message: string) => void;
  #habits: Habits;
  /** Complete clean lines since the mark, the line that was open at the mark included. */
  #text = '';
  #partial = '';
  /** How much of `#text + #partial` had been heard before the mark. */
  #consumed = 0;
  #typed: Typed = NOTHING;
  #changes = 0;
  #afterLog = false;
  #logged = false;
  /** A message that may go on in the next line. */
  #openLog: string | undefined;

  constructor(habits: Habits, onLog: (message: string) => void) {
    this.#habits = habits;
    this.#onLog = onLog;
  }

  set habits(habits: Habits) {
    this.#habits = habits;
  }

  /** How much is kept, in characters. */
  get size(): number {
    return this.#text.length + this.#partial.length;
  }

  /** Goes up with each change of the text; a log line changes nothing. */
  get changes(): number {
    return this.#changes;
  }

  /** Takes a physical line that is complete. */
  addLine(line: string): void {
    const { text, log } = this.#split(line, true);
    this.#partial = '';
    if (text !== undefined) {
      this.#text += `${text}\n`;
      this.#changes += 1;
    }
    if (log) this.#afterLog = true;
    else if (line.trim() !== '') this.#afterLog = false;
    this.#clamp();
  }

  /** Takes the physical line that is still open, whole, each time it has changed. */
  setPartial(line: string): void {
    const partial = this.#split(line, false).text ?? '';
    if (partial !== this.#partial) this.#changes += 1;
    this.#partial = partial;
    this.#clamp();
  }

  /** Something is typed now: what was heard so far answers it no more. */
  mark(text: string): void {
    const behind = this.now().tail;
    this.#text = '';
    this.#consumed = this.#partial.length;
    this.#typed = { text, behind };
    this.#logged = false;
  }

  now(): HeardNow {
    const since = (this.#text + this.#partial).slice(this.#consumed);
    const { text: reply, echoed } = withoutEcho(since, this.#typed);
    const restored = this.#afterLog && this.#partial.trim() === '';
    const text = restored ? reply.replace(/\n[ \n]*$/, '') : reply;
    const tail = text.slice(text.lastIndexOf('\n') + 1);
    return { text, tail, restored, logged: this.#logged, echoed };
  }

  /** Hands on a message that was kept back because it could have gone on. */
  flushLog(): void {
    if (this.#openLog === undefined) return;
    const message = this.#openLog;
    this.#openLog = undefined;
    this.#onLog(message);
  }

  /** The clean part of a physical line, undefined when nothing of it is the device's answer. */
  #split(line: string, complete: boolean): { readonly text: string | undefined; readonly log: boolean } {
    const { logLines } = this.#habits;
    if (logLines === undefined) return { text: line, log: false };
    if (this.#goesOn(logLines, line, complete)) return { text: undefined, log: true };
    const pieces: string[] = [];
    let rest = line;
    for (
      let place = logLines.find(rest, complete);
      place !== undefined;
      place = logLines.find(rest, complete)
    ) {
      pieces.push(rest.slice(0, place.start));
      if (complete) this.#heardLog(rest.slice(place.start, place.end), place.kind === 'syslog');
      this.#logged = true;
      // A finder that finds nothing would be asked for ever.
      rest = rest.slice(Math.max(place.end, place.start + 1));
    }
    const log = pieces.length > 0 && rest.trim() === '';
    const texts = log ? pieces : [...pieces, rest];
    const kept = pieces.length === 0 ? texts : texts.filter((text) => text.trim() !== '');
    if (complete && pieces.length === 0 && line.trim() !== '') this.flushLog();
    return { text: kept.length === 0 ? undefined : kept.join('\n'), log };
  }

  /** A blank open line may yet become the indented rest of a message. */
  #goesOn(logLines: LogLines, line: string, complete: boolean): boolean {
    if (this.#openLog === undefined || logLines.continues === undefined) return false;
    if (!complete && line !== '' && line.trim() === '') return true;
    if (!logLines.continues(line)) return false;
    if (complete) this.#openLog += `\n${line.trim()}`;
    return true;
  }

  #heardLog(message: string, isSyslog: boolean): void {
    this.flushLog();
    if (isSyslog) this.#openLog = message.trim();
  }

  #clamp(): void {
    this.#consumed = Math.min(this.#consumed, this.size);
  }
}
