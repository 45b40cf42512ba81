/** One directive of an OpenSSH client configuration (ssh_config(5)). */
export interface ConfigDirective {
  /** In lower case: keywords are not case-sensitive. */
  readonly keyword: string;
  /** Without quotes and escapes. */
  readonly args: readonly string[];
  /** From 1. */
  readonly line: number;
  /** Why the line cannot be read; then there are no arguments. */
  readonly problem?: string;
}

/**
 * The directives of a file, comments and empty lines left out. No library: those that exist let a keyword without a
 * value take the next line for it.
 */
export function readConfigLines(text: string): readonly ConfigDirective[] {
  return text.split('\n').flatMap((written, index): readonly ConfigDirective[] => {
    const parts = /^[ \t]*"?(?<keyword>[^\s="#]+)"?(?:[ \t]*=[ \t]*|[ \t]+|$)(?<rest>.*)$/.exec(
      written.replace(/[ \t\r\f]+$/, ''),
    )?.groups;
    if (parts === undefined) return [];
    const { keyword = '', rest = '' } = parts;
    const place = { keyword: keyword.toLowerCase(), line: index + 1 };
    const args = splitArguments(rest);
    if (args === undefined) return [{ ...place, args: [], problem: 'a quote is not closed' }];
    if (args.length === 0) return [{ ...place, args: [], problem: `${keyword} has no value` }];
    return [{ ...place, args }];
  });
}

/** As a shell would, with `"`, `'` and `\`, up to a comment; undefined when a quote stays open. */
function splitArguments(text: string): readonly string[] | undefined {
  const args: string[] = [];
  let word: string | undefined;
  let quote: string | undefined;
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at] ?? '';
    const next = text[at + 1] ?? '';
    const isBlank = quote === undefined && /[ \t]/.test(sign);
    if (isBlank && word !== undefined) {
      args.push(word);
      word = undefined;
    }
    if (isBlank) continue;
    if (word === undefined && sign === '#') break;
    word ??= '';
    if (sign === '\\' && (/['"\\]/.test(next) || (quote === undefined && next === ' '))) {
      word += next;
      at += 1;
    } else if (quote === undefined && /['"]/.test(sign)) quote = sign;
    else if (sign === quote) quote = undefined;
    else word += sign;
  }
  if (quote !== undefined) return undefined;
  return word === undefined ? args : [...args, word];
}
