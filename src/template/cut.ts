import type { ConfigLine } from '../domain/config-line.ts';
import type { InputProblem } from '../domain/errors.ts';
import { Secret } from '../domain/secret.ts';
import { type Drawing, type PrintedValue, TOKEN } from './compile.ts';

/** The longest line that every IOS release takes. */
const LONGEST = 254;
/** Words that leave the mode a line is meant for, or run a command outside the configuration. */
const FORBIDDEN_HEADS: ReadonlySet<string> = new Set(['end', 'exit', 'quit', 'do', 'do-exec']);

/** One line of a template's output: its own words as they stand, the values as parts of their own. */
type Piece = string | PrintedValue;

/**
 * Cuts a drawing into configuration lines and only then puts the values in. So a value can neither add a line
 * nor be its head: the number of lines and their first words are the template's own.
 */
export function cutLines(
  { text, values }: Drawing,
  place: Pick<InputProblem, 'file'>,
): { readonly lines: readonly ConfigLine[]; readonly problems: readonly InputProblem[] } {
  const lines: ConfigLine[] = [];
  const problems: InputProblem[] = [];
  for (const drawn of text.split('\n')) {
    if (drawn.trim() === '') continue;
    const pieces = split(drawn.trimEnd(), values);
    const refused = whyLine(pieces);
    if (refused === undefined) lines.push({ parts: join(pieces) });
    else problems.push(problemOf(pieces, refused, place));
  }
  return { lines, problems };
}

/** A string split at a pattern with one group holds text and groups by turns. */
function split(drawn: string, values: readonly PrintedValue[]): readonly Piece[] {
  return drawn
    .split(TOKEN)
    .map((part, index) => (index % 2 === 0 ? part : values[Number(part)]))
    .filter((piece): piece is Piece => piece !== undefined && piece !== '');
}

function whyLine(pieces: readonly Piece[]): string | undefined {
  const [first] = pieces;
  const head = typeof first === 'string' ? /^ *(?<word>[^ ]+)(?<more> ?)/.exec(first)?.groups : undefined;
  if (head === undefined || (head.more === '' && pieces.length > 1)) {
    return 'begins with a value: the first word of a line must stand in the template';
  }
  const word = (head.word ?? '').toLowerCase();
  if (FORBIDDEN_HEADS.has(word)) return `begins with ${word}, which leaves the configuration`;
  if (word === 'password') return 'would keep a challenge password in the configuration';
  const length = join(pieces)
    .map((part) => (part instanceof Secret ? lengthOf(part) : part.length))
    .reduce((sum, next) => sum + next, 0);
  return length > LONGEST ? `has ${length} characters, and ${LONGEST} is the most a router takes` : undefined;
}

function lengthOf(secret: Secret): number {
  return secret.isOpen ? secret.reveal().length : 0;
}

/** Neighbouring text becomes one part. */
function join(pieces: readonly Piece[]): readonly (string | Secret)[] {
  const parts: (string | Secret)[] = [];
  for (const piece of pieces) {
    const part = typeof piece === 'string' ? piece : piece.value;
    const last = parts.at(-1);
    if (typeof part === 'string' && typeof last === 'string') parts[parts.length - 1] = last + part;
    else parts.push(part);
  }
  return parts;
}

function problemOf(
  pieces: readonly Piece[],
  refused: string,
  place: Pick<InputProblem, 'file'>,
): InputProblem {
  const printed = pieces.filter((piece) => typeof piece !== 'string');
  const shown = pieces
    .map((piece) => (typeof piece === 'string' ? piece : `{{${piece.site.variable}}}`))
    .join('');
  return { ...(printed[0]?.site.place ?? place), message: `the line “${shown.trim()}” ${refused}` };
}
