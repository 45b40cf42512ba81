/**
 * Whether a pattern holds anything but a plain name.
 */
export function isGlob(pattern: string): boolean {
  return /[*?[]/.test(pattern);
}

/**
 * A test for shell patterns as Ansible takes them: `*` any characters, `?` one, `[0-9]` and `[!0-9]` one of a set.
 * The whole name must match; a bracket without its partner stands for itself.
 */
export function globMatcher(pattern: string): (name: string) => boolean {
  let source = '';
  let rest = pattern;
  while (rest !== '') {
    const set = /^\[(?<not>!?)(?<members>\]?[^\]]*)\]/.exec(rest);
    if (set?.groups !== undefined && set.groups.members !== '') {
      source += `[${set.groups.not === '!' ? '^' : ''}${members(set.groups.members ?? '')}]`;
      rest = rest.slice(set[0].length);
      continue;
    }
    const character = rest.slice(0, 1);
    source += WILD[character] ?? escaped(character);
    rest = rest.slice(1);
  }
  const expression = new RegExp(`^${source}$`, 's');
  return (name) => expression.test(name);
}

const WILD: Readonly<Record<string, string>> = { '*': '.*', '?': '.' };

function escaped(character: string): string {
  return character.replace(/[\\^$.*+?()[\]{}|/-]/, String.raw`\$&`);
}

/** The members of a set, for a regular expression; a range that runs backward holds nothing. */
function members(text: string): string {
  let source = '';
  for (const [, start = '', end] of text.matchAll(/(.)(?:-(.))?/gs)) {
    if (end === undefined) source += escaped(start);
    else if (start <= end) source += `${escaped(start)}-${escaped(end)}`;
  }
  return source;
}
