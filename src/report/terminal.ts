import { createStyle, type Style, toAscii } from './style.ts';

/** What a stream must be to be written to; `process.stdout` and `process.stderr` are. */
export interface TerminalStream extends NodeJS.WritableStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
}

/** A place where a person reads. Nothing gets there but through {@link Terminal.write}. */
export interface Terminal {
  readonly stream: TerminalStream;
  readonly style: Style;
  /** The width in force now: windows change. */
  readonly columns: () => number;
  /** Height of the window; undefined when it is none. */
  readonly rows: () => number | undefined;
  /** A window that can be redrawn: a TTY that knows its width. */
  readonly canRedraw: boolean;
  /** Writes lines, with secrets taken out. */
  readonly write: (lines: readonly string[]) => void;
  /** Asks somebody something; meanwhile nothing redraws itself over what is typed. */
  readonly asking: <T>(ask: () => Promise<T>) => Promise<T>;
  /** Hears `true` when somebody is about to be asked, `false` when that is over. */
  readonly onAsking: (listener: (isAsked: boolean) => void) => void;
  /** Secrets out, and ASCII where the terminal knows nothing else. */
  readonly safe: (text: string) => string;
}

export interface TerminalOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Takes every known secret out of a text. */
  readonly redact: (text: string) => string;
  /** `false` for `--no-color`. */
  readonly color?: boolean;
}

/** Width where there is no window, such as a log file. */
const LOG_COLUMNS = 120;
/** Below this no table is readable: lines may then be longer than the window. */
const NARROWEST = 40;

export function openTerminal(stream: TerminalStream, { env, redact, color }: TerminalOptions): Terminal {
  const isTty = stream.isTTY === true;
  const style = createStyle({
    color: color !== false && isTty && (env.NO_COLOR ?? '') === '' && env.TERM !== 'dumb',
    unicode: knowsUnicode(env),
  });
  const listeners = new Set<(isAsked: boolean) => void>();
  const safe = (text: string): string => (style.unicode ? redact(text) : toAscii(redact(text)));
  return {
    stream,
    style,
    columns: () => Math.max(NARROWEST, isTty ? stream.columns || 80 : LOG_COLUMNS),
    rows: () => (isTty ? stream.rows : undefined),
    // A pty whose size was never set has 0 columns; nothing can be redrawn there.
    canRedraw: isTty && (stream.columns ?? 0) > 0 && env.TERM !== 'dumb',
    write: (lines) => {
      if (lines.length > 0) stream.write(lines.map((line) => `${safe(line)}\n`).join(''));
    },
    asking: async (ask) => {
      for (const listener of listeners) listener(true);
      try {
        return await ask();
      } finally {
        for (const listener of listeners) listener(false);
      }
    },
    onAsking: (listener) => {
      listeners.add(listener);
    },
    safe,
  };
}

/** By the locale's name, in the order in which the C library looks (POSIX, Environment Variables). */
function knowsUnicode({ TERM, LC_ALL, LC_CTYPE, LANG }: TerminalOptions['env']): boolean {
  const locale = [LC_ALL, LC_CTYPE, LANG].find((value) => value !== undefined && value !== '');
  return TERM !== 'dumb' && /utf-?8/i.test(locale ?? '');
}
