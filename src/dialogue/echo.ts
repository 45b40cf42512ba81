/** What was typed last, and the open line it was typed behind. */
export interface Typed {
  readonly text: string;
  /** The prompt or question that stood there; a device may print it again after a log line. */
  readonly behind: string;
}

export interface Reply {
  /** What the device said, without the echo of what we typed. */
  readonly text: string;
  /** Whether an echo was there. A device does not echo passwords. */
  readonly echoed: boolean;
}

/**
 * Takes the echo of what we typed off the front of what was heard since. The echo may be unfinished, broken
 * over lines, scrolled sideways so that only its end shows behind a `$`, printed behind a repeated prompt, or absent.
 * `heard` is clean text with `\n` as line end; the echo's own line end stays with the reply.
 */
export function withoutEcho(heard: string, typed: Typed): Reply {
  if (typed.text === '') return { text: heard, echoed: false };
  const start = heard.length - heard.trimStart().length;
  const end = endOfEcho(heard, start, typed.text) ?? endBehindPrompt(heard, start, typed);
  if (end !== undefined) return { text: heard.slice(end), echoed: true };
  return withoutLateEcho(heard, typed);
}

/** Something else was printed first, then the prompt again and our echo behind it. */
function withoutLateEcho(heard: string, { text, behind }: Typed): Reply {
  const line = behind.trim() === '' ? -1 : heard.indexOf(`\n${behind.trim()}${text}`);
  if (line < 0) return { text: heard, echoed: false };
  const end = line + 1 + behind.trim().length + text.length;
  return { text: heard.slice(0, line) + heard.slice(end), echoed: true };
}

function endBehindPrompt(heard: string, start: number, { text, behind }: Typed): number | undefined {
  const prompt = behind.trim();
  if (prompt === '' || !heard.startsWith(prompt, start)) return undefined;
  const from = start + prompt.length;
  const blank = heard[from] === ' ' && !text.startsWith(' ') ? 1 : 0;
  return endOfEcho(heard, from + blank, text);
}

function endOfEcho(heard: string, start: number, text: string): number | undefined {
  return endOfPlainEcho(heard, start, text) ?? endOfScrolledEcho(heard, start, text);
}

/** Compares character by character, past line breaks in the echo; heard text that ends early is an echo under way. */
function endOfPlainEcho(heard: string, start: number, text: string): number | undefined {
  let at = start;
  for (let typed = 0; typed < text.length; ) {
    if (at === heard.length) return at > start ? at : undefined;
    if (heard[at] === text[typed]) typed += 1;
    else if (heard[at] !== '\n' || typed === 0) return undefined;
    at += 1;
  }
  return at;
}

/** `$url http://192.0.2.1`: a line editor scrolled, the beginning is hidden. */
function endOfScrolledEcho(heard: string, start: number, text: string): number | undefined {
  if (heard[start] !== '$') return undefined;
  const lineEnd = heard.indexOf('\n', start);
  const shown = heard.slice(start + 1, lineEnd < 0 ? undefined : lineEnd).trimEnd();
  const isEcho = lineEnd < 0 ? text.includes(shown) : shown !== '' && text.endsWith(shown);
  return isEcho ? (lineEnd < 0 ? heard.length : lineEnd) : undefined;
}
