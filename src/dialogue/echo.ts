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

/**
 * Something else was printed first, then the prompt again and our echo behind it. A log line may have broken the echo:
 * what of it was printed before stands in lines of its own, and behind the prompt comes all of it once more or the rest.
 */
function withoutLateEcho(heard: string, { text, behind }: Typed): Reply {
  const prompt = behind.trim();
  const unechoed = { text: heard, echoed: false };
  if (prompt === '' || !heard.includes(`\n${prompt}`)) return unechoed;
  let [reply, begun] = ['', ''];
  for (let from = 0; from < heard.length; ) {
    const next = heard.indexOf('\n', from);
    const lineEnd = next < 0 ? heard.length : next;
    const at = heard.startsWith(prompt, from) ? behindBlank(heard, from + prompt.length, text) : undefined;
    const end = at === undefined ? undefined : endOfWholeEcho(heard, at, [text, text.slice(begun.length)]);
    if (end !== undefined) return { text: reply.replace(/\n$/, '') + heard.slice(end), echoed: true };
    const line = heard.slice(at ?? from, lineEnd);
    const more = [begun + line, line].find((part) => line !== '' && text.startsWith(part));
    const isBarePrompt = at !== undefined && line === '';
    if (more !== undefined) begun = more;
    else if (!isBarePrompt) reply += heard.slice(from, lineEnd + 1);
    from = lineEnd + 1;
  }
  return unechoed;
}

function endOfWholeEcho(heard: string, start: number, texts: readonly string[]): number | undefined {
  const plain = texts.find((text) => text !== '' && heard.startsWith(text, start));
  if (plain !== undefined) return start + plain.length;
  const isWhole = heard.includes('\n', start);
  return isWhole ? endOfScrolledEcho(heard, start, texts[0] ?? '') : undefined;
}

function endBehindPrompt(heard: string, start: number, { text, behind }: Typed): number | undefined {
  const prompt = behind.trim();
  if (prompt === '' || !heard.startsWith(prompt, start)) return undefined;
  return endOfEcho(heard, behindBlank(heard, start + prompt.length, text), text);
}

/** Some prompts end in a blank that is printed a moment later. */
function behindBlank(heard: string, at: number, text: string): number {
  return heard[at] === ' ' && !text.startsWith(' ') ? at + 1 : at;
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
