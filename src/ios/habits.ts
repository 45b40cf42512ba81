import type { Habits } from '../dialogue/habits.ts';
import { gluedPromptOf, promptOf } from './modes.ts';
import { iosLogLines } from './syslog.ts';

/**
 * The catch-all for "the router waits for somebody": `[yes/no]:`, `[no]:`, `[confirm]`, `[512]:`, `[name]?`, `(y/n)`,
 * a password or user name, a bare question mark. Never `[OK]`.
 */
const QUESTION =
  /(?:\[(?:yes\/no|no|yes|y\/n|confirm)\]\s*[:?]?|\[(?!OK\b)[^\]\r\n]{0,64}\]\s*[:?]|\((?:y\/n|yes\/no)\)\s*[:?]?|pass(?:word|phrase)\s*:|username\s*:|\?)\s*$/i;

/** A question without brackets, such as `Target IP address: `, at the left edge as all are; output may pause there, too. */
const COLON = /^(?:% ?)?[A-Z][^:]*:\s*$/;

/** Where a certificate or key is to be pasted, the prompt is a sentence with a line end. */
const PASTE = /\bend with (?:a blank line or )?(?:the word )?"quit" on a line by itself\.?/i;

const PAGER = { prompt: /\s*--\s?[Mm]ore\s?--\s*$/, answer: ' ' };

/** The parser's pointer at a word. However far right it stands, it is the end of its line. */
const CARET_LINE = /^ *\^ *$/;

/** Ctrl-V takes the key that follows as text: a `?` would open the help. */
const CTRL_V = '\x16';

export interface IosHabitsOptions {
  /** Known host names: none before the first prompt was read, two while a template renames the router. */
  readonly hostnames?: readonly string[];
}

/** The same once the width of the terminal is settled: at which lines are broken, 0 for never. */
export function settledAt(width: number, habits: Habits): Habits {
  const { logWidth, ...others } = habits;
  return logWidth === undefined ? { ...habits, width } : { ...others, width };
}

/** Columns of a terminal that nobody set: what `show terminal` says after a login. */
const FIRST_WIDTH = 80;

/** How an IOS command line speaks. */
export function iosHabits({ hostnames = [] }: IosHabitsOptions = {}): Habits {
  const glued = gluedPromptOf(hostnames);
  return {
    prompt: promptOf(hostnames),
    ...(glued === undefined ? {} : { gluedPrompt: glued }),
    looksLikeQuestion: QUESTION,
    mayBeQuestion: COLON,
    asksForText: PASTE,
    leave: [
      { keys: '\x03', waitMs: 2_000 },
      { keys: '\x1a', waitMs: 2_000 },
      { keys: '\r', waitMs: 2_000 },
    ],
    logLines: iosLogLines({ glued }),
    pager: PAGER,
    literal: { characters: '?', key: CTRL_V },
    // An unknown question ends everything: rather wait a moment more than take a slow line of output for one.
    quietMs: 1_000,
    neverBroken: CARET_LINE,
    logWidth: FIRST_WIDTH,
  };
}
