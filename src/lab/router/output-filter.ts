/** Filters the lines of a show command: what stands behind `|`. */
export type OutputFilter = (lines: readonly string[]) => readonly string[];

/** A filter, or where in the modifier's text the mistake is. */
export type FilterResult = { readonly filter: OutputFilter } | { readonly problem: string };

const MODIFIERS = ['begin', 'count', 'exclude', 'include', 'section'] as const;

/** Reads an output modifier such as `include ^crypto|hash` or `section crypto pki`, which old releases do not have. */
export function parseModifier(text: string, hasSection: boolean): FilterResult {
  const [, typed = '', rest = ''] = /^\s*(\S*)\s*(.*?)$/s.exec(text) ?? [];
  const choices = MODIFIERS.filter(
    (word) => word.startsWith(typed.toLowerCase()) && (hasSection || word !== 'section'),
  );
  const [modifier] = choices;
  if (modifier === undefined || typed === '') return { problem: '' };
  if (choices.length > 1) return { problem: '% Ambiguous command' };
  if (rest === '') return { problem: '% Incomplete command.' };
  const inverted = modifier === 'section' ? /^(?:exclude|include)\s+(.+)$/.exec(rest) : null;
  const pattern = compileIosPattern(inverted?.[1] ?? rest);
  if (pattern === undefined) return { problem: `% Failed to compile regular expression\n` };
  switch (modifier) {
    case 'include':
      return { filter: (lines) => lines.filter((line) => pattern.test(line)) };
    case 'exclude':
      return { filter: (lines) => lines.filter((line) => !pattern.test(line)) };
    case 'count':
      return {
        filter: (lines) => [
          `Number of lines which match regexp = ${lines.filter((line) => pattern.test(line)).length}`,
        ],
      };
    case 'begin':
      return { filter: (lines) => fromFirst(lines, pattern) };
    case 'section': {
      const excludes = rest.startsWith('exclude');
      return { filter: (lines) => sections(lines, pattern, excludes) };
    }
  }
}

/**
 * A regular expression of IOS as one of JavaScript: the same alternation, anchors, classes and repetition;
 * `_` stands for a delimiter. Undefined when it does not compile.
 */
function compileIosPattern(text: string): RegExp | undefined {
  const source = text.replace(/\\.|_/g, (part) => (part === '_' ? '(?:^|$|[ ,{}()])' : part));
  try {
    return new RegExp(source);
  } catch {
    return undefined;
  }
}

function fromFirst(lines: readonly string[], pattern: RegExp): readonly string[] {
  const at = lines.findIndex((line) => pattern.test(line));
  return at < 0 ? [] : lines.slice(at);
}

/** Matching lines, each with the more deeply indented lines that follow it. */
function sections(lines: readonly string[], pattern: RegExp, excludes: boolean): readonly string[] {
  let depth = -1;
  return lines.filter((line) => {
    const indent = line.search(/\S|$/);
    if (depth >= 0 && indent > depth) return !excludes;
    depth = pattern.test(line) ? indent : -1;
    return depth >= 0 !== excludes;
  });
}
