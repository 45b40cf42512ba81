/**
 * What a pattern finds, where it counts. Devices that differ by a name share one pattern so: to make one takes longer than
 * all that a session looks for with it.
 */
export interface Narrowed {
  readonly pattern: RegExp;
  accepts(match: RegExpExecArray): boolean;
}

const anchored = new WeakMap<RegExp, RegExp>();

/** The pattern's match when nothing but blanks follows it; the pattern need not be anchored itself. */
export function matchAtEnd(sought: RegExp | Narrowed, text: string): RegExpExecArray | undefined {
  if (text.trim() === '') return undefined;
  if (sought instanceof RegExp) return atEnd(sought).exec(text) ?? undefined;
  const match = atEnd(sought.pattern).exec(text);
  return match !== null && sought.accepts(match) ? match : undefined;
}

function atEnd(pattern: RegExp): RegExp {
  const made =
    anchored.get(pattern) ??
    new RegExp(`(?:${pattern.source})[ \\t]*(?![^])`, pattern.flags.replace(/[gy]/g, ''));
  anchored.set(pattern, made);
  return made;
}
