const anchored = new WeakMap<RegExp, RegExp>();

/** The pattern's match when nothing but blanks follows it; the pattern need not be anchored itself. */
export function matchAtEnd(pattern: RegExp, text: string): RegExpExecArray | undefined {
  if (text.trim() === '') return undefined;
  return atEnd(pattern).exec(text) ?? undefined;
}

function atEnd(pattern: RegExp): RegExp {
  const made =
    anchored.get(pattern) ??
    new RegExp(`(?:${pattern.source})[ \\t]*(?![^])`, pattern.flags.replace(/[gy]/g, ''));
  anchored.set(pattern, made);
  return made;
}
