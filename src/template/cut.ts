import type { ConfigLine } from '../domain/config-line.ts';
import { deepFreeze } from '../domain/deep-freeze.ts';
import type { InputProblem } from '../domain/errors.ts';
import { Secret } from '../domain/secret.ts';
import { type Drawing, type Family, TOKEN } from './draw.ts';
import type { Skeleton } from './trace.ts';
import type { Printable } from './value.ts';

/** The longest line that every IOS release takes. */
const LONGEST = 254;
/** Words that leave the mode a line is meant for, or run a command outside the configuration. */
const FORBIDDEN_HEADS: ReadonlySet<string> = new Set(['end', 'exit', 'quit', 'do', 'do-exec']);

/** One line of a template's output: its own words as they stand, and the numbers of the values between them. */
type Piece = string | number;

interface LinePlan {
  readonly pieces: readonly Piece[];
  /** What is wrong with the line whatever its values are. */
  readonly refused: string | undefined;
}

interface Cut {
  readonly lines: readonly ConfigLine[];
  readonly problems: readonly InputProblem[];
}

const PLANS = new WeakMap<Skeleton, readonly LinePlan[]>();

/** What came of a family's first drawing, and the lines that differ from drawing to drawing. */
interface FamilyCut {
  readonly first: Cut;
  readonly own: readonly { readonly at: number; readonly pieces: readonly Piece[] }[];
}

const FAMILIES = new WeakMap<Family, FamilyCut>();

/**
 * Cuts a drawing into configuration lines and only then puts the values in. So a value can neither add a line
 * nor be its head: the number of lines and their first words are the template's own. Lines that the drawings of a
 * family have in common come back as the same objects, and so does the whole list when they differ in none.
 */
export function cutLines(drawing: Drawing, place: Pick<InputProblem, 'file'>): Cut {
  const { family } = drawing;
  const known = family === undefined ? undefined : FAMILIES.get(family);
  return (known === undefined ? undefined : cutOwn(known, drawing.values)) ?? cutAll(drawing, place);
}

/** Undefined when one of the lines is refused. */
function cutOwn({ first, own }: FamilyCut, values: readonly Printable[]): Cut | undefined {
  if (own.length === 0) return first;
  const lines = first.lines.slice();
  for (const { at, pieces } of own) {
    const parts = join(pieces, values);
    if (whyLength(parts) !== undefined) return undefined;
    lines[at] = { parts };
  }
  return { lines, problems: first.problems };
}

function cutAll({ skeleton, values, family }: Drawing, place: Pick<InputProblem, 'file'>): Cut {
  const plans = PLANS.get(skeleton) ?? planOf(skeleton);
  const lines: ConfigLine[] = [];
  const problems: InputProblem[] = [];
  for (const { pieces, refused: always } of plans) {
    const parts = join(pieces, values);
    const refused = always ?? whyLength(parts);
    if (refused === undefined) lines.push({ parts });
    else problems.push(problemOf(pieces, skeleton, refused, place));
  }
  const cut = { lines, problems };
  if (family !== undefined && problems.length === 0) FAMILIES.set(family, share(cut, plans, family));
  return cut;
}

/** What is shared cannot be changed. */
function share(first: Cut, plans: readonly LinePlan[], family: Family): FamilyCut {
  const own = plans.flatMap(({ pieces }, at) =>
    pieces.some((piece) => typeof piece === 'number' && family.own.includes(piece)) ? [{ at, pieces }] : [],
  );
  deepFreeze(first);
  return { first, own };
}

function planOf(skeleton: Skeleton): readonly LinePlan[] {
  const plans = skeleton.text
    .split('\n')
    .filter((drawn) => drawn.trim() !== '')
    .map((drawn) => {
      const pieces = piecesOf(drawn.trimEnd());
      return { pieces, refused: whyHead(pieces) };
    });
  PLANS.set(skeleton, plans);
  return plans;
}

/** Text and the numbers of values by turns: a string split at a pattern with one group holds text and groups. */
export function piecesOf(drawn: string): readonly Piece[] {
  return drawn
    .split(TOKEN)
    .map((part, index) => (index % 2 === 0 ? part : Number(part)))
    .filter((piece) => piece !== '');
}

function whyHead(pieces: readonly Piece[]): string | undefined {
  const [first] = pieces;
  const head = typeof first === 'string' ? /^ *(?<word>[^ ]+)(?<more> ?)/.exec(first)?.groups : undefined;
  if (head === undefined || (head.more === '' && pieces.length > 1)) {
    return 'begins with a value: the first word of a line must stand in the template';
  }
  const word = (head.word ?? '').toLowerCase();
  if (FORBIDDEN_HEADS.has(word)) return `begins with ${word}, which leaves the configuration`;
  return word === 'password' ? 'would keep a challenge password in the configuration' : undefined;
}

function whyLength(parts: ConfigLine['parts']): string | undefined {
  let length = 0;
  for (const part of parts) length += part instanceof Secret ? lengthOf(part) : part.length;
  return length > LONGEST ? `has ${length} characters, and ${LONGEST} is the most a router takes` : undefined;
}

function lengthOf(secret: Secret): number {
  return secret.isOpen ? secret.reveal().length : 0;
}

/** Neighbouring text becomes one part. */
function join(pieces: readonly Piece[], values: readonly Printable[]): readonly Printable[] {
  const parts: Printable[] = [];
  let text = '';
  for (const piece of pieces) {
    const part = typeof piece === 'string' ? piece : (values[piece] ?? '');
    if (typeof part === 'string') {
      text += part;
      continue;
    }
    if (text !== '') parts.push(text);
    parts.push(part);
    text = '';
  }
  if (text !== '') parts.push(text);
  return parts;
}

function problemOf(
  pieces: readonly Piece[],
  { sites }: Skeleton,
  refused: string,
  place: Pick<InputProblem, 'file'>,
): InputProblem {
  const printed = pieces.find((piece) => typeof piece === 'number');
  const shown = pieces
    .map((piece) => (typeof piece === 'string' ? piece : `{{${sites[piece]?.variable ?? ''}}}`))
    .join('');
  const at = printed === undefined ? undefined : sites[printed]?.place;
  return { ...(at ?? place), message: `the line “${shown.trim()}” ${refused}` };
}
