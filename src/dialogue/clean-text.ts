import { type Typed, withoutEcho } from './echo.ts';
import { findGluedQuestion } from './glued-question.ts';
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
  /** The tail is an expected question without a line break before it: the end of a log line's text. */
  readonly glued: boolean;
  /** The log message that the open line ends in; empty when it ends in something else. */
  readonly openLog: string;
}

/** How much of a log message: its first line, as soon as that is there, or all of it, once it surely does not go on. */
export type LogExtent = 'begun' | 'whole';
export type LogListener = (message: string) => void;

interface Pieces {
  /** Undefined when nothing of the line is the device's answer. */
  readonly text: string | undefined;
  /** The line is a log line, or the rest of one. */
  readonly log: boolean;
  /** The log message that the line ends in; empty when it ends in something else. */
  readonly message: string;
}

const NOTHING: Typed = { text: '', behind: '' };

/** Turns the physical lines of a screen into what a device said, and takes log lines out of it. */
export class CleanText {
  readonly #onLog: (message: string, extent: LogExtent) => void;
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
  #expected: readonly RegExp[] = [];
  #glued = false;
  #openLog = '';
  /** A message that may go on in the next line. */
  #unfinished: string | undefined;

  constructor(habits: Habits, onLog: (message: string, extent: LogExtent) => void) {
    this.#habits = habits;
    this.#onLog = onLog;
  }

  set habits(habits: Habits) {
    this.#habits = habits;
  }

  /** The questions of the running dialogue: one may stand glued behind a log line's text. */
  set expected(questions: readonly RegExp[]) {
    this.#expected = questions;
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
    this.#open('', { glued: false, openLog: '' });
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
    const { text = '', message } = this.#split(line, false);
    const question = findGluedQuestion(message, this.#expected, this.#habits.looksLikeQuestion);
    const partial = question === undefined ? text : `${text === '' ? '' : `${text}\n`}${question}`;
    if (partial !== this.#partial) this.#changes += 1;
    this.#open(partial, { glued: question !== undefined, openLog: question === undefined ? message : '' });
    this.#clamp();
  }

  #open(partial: string, { glued, openLog }: Pick<HeardNow, 'glued' | 'openLog'>): void {
    this.#partial = partial;
    this.#glued = glued;
    this.#openLog = openLog;
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
    return { text, tail, restored, logged: this.#logged, echoed, glued: this.#glued, openLog: this.#openLog };
  }

  /** A message is kept back because it may go on. */
  get hasOpenLog(): boolean {
    return this.#unfinished !== undefined;
  }

  /** Hands on a message that was kept back because it could have gone on. */
  flushLog(): void {
    if (this.#unfinished === undefined) return;
    const message = this.#unfinished;
    this.#unfinished = undefined;
    this.#onLog(message, 'whole');
  }

  /** Takes the log messages out of a physical line. */
  #split(line: string, complete: boolean): Pieces {
    const { logLines } = this.#habits;
    if (logLines === undefined) return { text: line, log: false, message: '' };
    const goneOn = this.#goesOn(logLines, line, complete);
    if (goneOn === line.length) return { text: undefined, log: true, message: line };
    const pieces: string[] = [];
    let rest = line.slice(goneOn ?? 0);
    let message = '';
    for (
      let place = logLines.find(rest, complete);
      place !== undefined;
      place = logLines.find(rest, complete)
    ) {
      pieces.push(rest.slice(0, place.start));
      message = rest.slice(place.start, place.end);
      if (complete) this.#heardLog(message, place.kind === 'syslog');
      this.#logged = true;
      // A finder that finds nothing would be asked for ever.
      rest = rest.slice(Math.max(place.end, place.start + 1));
    }
    const log = pieces.length > 0 && rest.trim() === '';
    const texts = log ? pieces : [...pieces, rest];
    const kept = pieces.length === 0 ? texts : texts.filter((text) => text.trim() !== '');
    if (complete && pieces.length === 0 && line.trim() !== '') this.flushLog();
    return { text: kept.length === 0 ? undefined : kept.join('\n'), log, message: log ? message : '' };
  }

  /** How much of the line. A blank open line may yet become the indented rest of a message. */
  #goesOn(logLines: LogLines, line: string, complete: boolean): number | undefined {
    if (this.#unfinished === undefined || logLines.continues === undefined) return undefined;
    if (!complete && line !== '' && line.trim() === '') return line.length;
    const end = logLines.continues(line);
    if (complete && end !== undefined) this.#unfinished += `\n${line.slice(0, end).trim()}`;
    return end;
  }

  #heardLog(message: string, isSyslog: boolean): void {
    this.flushLog();
    if (!isSyslog) return;
    this.#unfinished = message.trim();
    this.#onLog(this.#unfinished, 'begun');
  }

  #clamp(): void {
    this.#consumed = Math.min(this.#consumed, this.size);
  }
}
