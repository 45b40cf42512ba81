import type { Narrowed } from './match-at-end.ts';

/**
 * How one kind of device speaks, as data. The dialogue layer knows no device: patterns for log lines,
 * prompts, questions and the way out of a conversation all come in here.
 */
export interface Habits {
  /** Any command prompt of the device, matched on the last line only. */
  readonly prompt: RegExp | Narrowed;
  /** The same glued to other text, wherever it stands; absent while no prompt is known. */
  readonly gluedPrompt?: Pick<RegExp, 'exec'>;
  /**
   * The catch-all for "it waits for somebody": text at the end of what was heard that is a question,
   * whoever asks. What matches this and no exchange is never answered.
   */
  readonly looksLikeQuestion: RegExp;
  /**
   * Weaker signs of the same: text that output may pause behind, too. It is taken for a question when it stays the open
   * line for `reprintMs`, or for a quarter of the silence that ends everything if that is longer, and never answered.
   */
  readonly mayBeQuestion?: RegExp;
  /**
   * A line that asks for text and ends like any other, so that the device waits on an empty one: a prompt to paste
   * something. It is never answered either.
   */
  readonly asksForText?: RegExp;
  /**
   * Keys that leave an open question without answering it, tried in this order. Those that end a line (CR, LF,
   * Ctrl-Z) could answer it: they are pressed only once the device has left the question's line.
   */
  readonly leave: readonly LeaveStep[];
  readonly logLines?: LogLines;
  readonly pager?: Pager;
  /** Characters that a command line would take as keys, and the key typed before each to make it literal. */
  readonly literal?: { readonly characters: string; readonly key: string };
  /** Terminal width at which the device breaks long lines; given, such lines are joined again. */
  readonly width?: number;
  /** Lines that are whole although they are as long as the terminal is wide: what would make them longer is nothing. */
  readonly neverBroken?: RegExp;
  /**
   * The same for log lines alone, while the width is a guess: other lines of that length, such as a banner's frame,
   * may well be whole.
   */
  readonly logWidth?: number;
  /** Silence after which text that looks like a question is taken for one, in milliseconds; 250 unless given. */
  readonly quietMs?: number;
  /**
   * Silence after which a question or prompt that appears again behind a log line is taken as asked anew and
   * not as printed again, in milliseconds; 3000 unless given.
   */
  readonly reprintMs?: number;
}

/** One try to leave: keys typed as they are (no line end is added), and how long to wait for a prompt then. */
export interface LeaveStep {
  readonly keys: string;
  readonly waitMs: number;
}

/** The text that a device shows between two pages, matched on the last line, and the key that goes on. */
export interface Pager {
  readonly prompt: RegExp;
  readonly answer: string;
}

/** Finds what a device prints at any moment, between and inside the lines of a conversation. */
export interface LogLines {
  /**
   * The first log message in one physical line, wherever it stands: alone, glued behind a prompt, or with a
   * prompt glued behind it (then `end` is where the prompt begins). `complete` is false while the line may still grow.
   */
  find(line: string, complete: boolean): LogPlace | undefined;
  /**
   * How much of this line goes on the message found on the line before it: all of it, or what stands before a prompt
   * glued behind it. Undefined when the line does not go on with it.
   */
  continues?(line: string): number | undefined;
}

export interface LogPlace {
  readonly start: number;
  readonly end: number;
  /** `syslog` goes to the listeners; `noise` is only taken out. */
  readonly kind: 'syslog' | 'noise';
}
