/** What `trustfleet render` printed for a device, as a pattern of what may be typed there. */
export interface Rendered {
  /** What was typed up to the first line that is not explained, and that line; undefined when all of it is. */
  unexplained(typed: readonly string[]): readonly string[] | undefined;
}

export interface RenderedOptions {
  /** The router has none of it yet: what is printed without a condition has to be typed. */
  readonly fresh: boolean;
}

/**
 * Reads the text as an operator does: a line without an exclamation mark is typed; what is indented below
 * `! only if …:` or `! again and again …:` is typed on that condition.
 */
export function readRendered(text: string, { fresh }: RenderedOptions): Rendered {
  const [story = '', anytime = ''] = text.split('! ---- at any moment ----\n');
  const meanwhile = choice(parse(plain(anytime)).map((part) => patternOf(part, undefined)));
  const parts = parse(plain(story)).map((part) => {
    const pattern = patternOf(part, meanwhile);
    return 'line' in part && !fresh ? optional(pattern) : pattern;
  });
  return {
    unexplained(typed) {
      const walk: Walk = { typed, furthest: 0 };
      const ends = sequence(parts)(walk, new Set([0]));
      return ends.has(typed.length) ? undefined : typed.slice(0, walk.furthest + 1);
    },
  };
}

const HEADER = /^(?<condition>(?:only if|again and again) .*):$/;
const ASIDE = /^(?:asked|answer|if that is refused): /;

/** Without exclamation marks and notes: what stands below a header is indented by two. */
function plain(text: string): readonly string[] {
  return text.split('\n').flatMap((line) => {
    if (line === '') return [];
    if (!line.startsWith('!')) return [line];
    const comment = line.slice(2);
    return comment.startsWith('  ') || HEADER.test(comment) || ASIDE.test(comment) ? [comment] : [];
  });
}

type Part =
  | { readonly line: string; readonly instead: string[]; readonly answers: string[] }
  | { readonly condition: string; readonly body: string[] };

function parse(lines: readonly string[]): readonly Part[] {
  const parts: Part[] = [];
  for (const line of lines) {
    const last = parts.at(-1);
    const condition = HEADER.exec(line)?.groups?.condition;
    if (condition !== undefined) parts.push({ condition, body: [] });
    else if (line.startsWith('  ') && last !== undefined && 'body' in last) last.body.push(line.slice(2));
    else if (!ASIDE.test(line)) parts.push({ line, instead: [], answers: [] });
    else if (last !== undefined && 'line' in last) {
      const [, kind = '', rest = ''] = /^(.*?): +(.*)$/.exec(line) ?? [];
      if (kind === 'answer') last.answers.push(/^(?:<[^>]*>|\S+)/.exec(rest)?.[0] ?? '');
      if (kind === 'if that is refused') last.instead.push(...rest.split(', then '));
    }
  }
  return parts;
}

/** A show command that the user's level does not know is typed again when the level was raised meanwhile. */
function patternOf(part: Part, meanwhile: Pattern | undefined): Pattern {
  if ('body' in part) {
    const body = sequence(parse(part.body).map((each) => patternOf(each, meanwhile)));
    return part.condition.startsWith('again') ? many(body) : optional(body);
  }
  const typed = sequence([
    one(part.line),
    ...part.instead.map((other) => optional(one(other))),
    many(choice(part.answers.map(one))),
  ]);
  if (meanwhile === undefined || !part.line.startsWith('show ')) return typed;
  return sequence([optional(sequence([one(part.line), meanwhile, many(meanwhile)])), typed]);
}

interface Walk {
  readonly typed: readonly string[];
  furthest: number;
}

/** From places in what was typed to the places behind what the pattern takes there. */
type Pattern = (walk: Walk, from: ReadonlySet<number>) => ReadonlySet<number>;

function one(line: string): Pattern {
  const pattern = new RegExp(
    `^${line
      .trim()
      .split(/(<[^>]*>)/)
      .map(sourceOf)
      .join('')}$`,
  );
  return (walk, from) => {
    const behind = [...from].filter((at) => pattern.test(walk.typed[at]?.trim() ?? '\n')).map((at) => at + 1);
    walk.furthest = Math.max(walk.furthest, ...behind);
    return new Set(behind);
  };
}

/** The router hides what is typed to a password question; a moment has its form. */
function sourceOf(part: string): string {
  if (part === '<Enter>') return '';
  if (/^<(?:enable secret|login password|challenge password)>$/.test(part)) return '<hidden>';
  if (part === '<redacted>') return String.raw`\S+`;
  if (part.startsWith('<hh:mm:ss')) return String.raw`\d\d:\d\d:\d\d \d{1,2} [A-Z][a-z]{2} \d{4}`;
  if (part.startsWith('<')) return '.+';
  return part.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}

function sequence(parts: readonly Pattern[]): Pattern {
  return (walk, from) => parts.reduce((places, part) => part(walk, places), from);
}

function optional(part: Pattern): Pattern {
  return (walk, from) => new Set([...from, ...part(walk, from)]);
}

function choice(parts: readonly Pattern[]): Pattern {
  return (walk, from) => new Set(parts.flatMap((part) => [...part(walk, from)]));
}

function many(part: Pattern): Pattern {
  return (walk, from) => {
    const reached = new Set(from);
    for (let fresh = reached; fresh.size > 0; ) {
      const next = [...part(walk, fresh)].filter((at) => !reached.has(at));
      for (const at of next) reached.add(at);
      fresh = new Set(next);
    }
    return reached;
  };
}
