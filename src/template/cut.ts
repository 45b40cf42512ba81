import type { ConfigLine } from '../domain/config-line.ts';
import type { InputProblem } from '../domain/errors.ts';
import { Secret } from '../domain/secret.ts';
import { type Drawing, TOKEN } from './draw.ts';
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
  /** What came of it last, unless a secret stands in it: most lines of a fleet are those of the router before. */
  last?: Last;
}

interface Last {
  readonly values: readonly Printable[];
  readonly line: ConfigLine;
  isShared: boolean;
}

interface Plan {
  readonly lines: readonly LinePlan[];
  /** Of the drawing before, where none of its lines has changed since. */
  last: Cut | undefined;
}

interface Cut {
  readonly lines: readonly ConfigLine[];
  readonly problems: readonly InputProblem[];
}

const PLANS = new WeakMap<Skeleton, Plan>();

/**
 * Cuts a drawing into configuration lines and only then puts the values in. So a value can neither add a line
 * nor be its head: the number of lines and their first words are the template's own. Lines whose values are those of
 * the drawing before come back as the same objects, and so does the whole list when no line differs.
 */
export function cutLines(
  { skeleton, values }: Pick<Drawing, 'skeleton' | 'values'>,
  place: Pick<InputProblem, 'file'>,
): Cut {
  const plan = PLANS.get(skeleton) ?? planOf(skeleton);
  let { last } = plan;
  const lines: ConfigLine[] = [];
  const problems: InputProblem[] = [];
  for (const each of plan.lines) {
    const known = each.last;
    if (known !== undefined && isSame(each.pieces, known.values, values)) {
      // What is shared cannot be changed.
      lines.push(known.isShared ? known.line : share(known));
      continue;
    }
    last = undefined;
    plan.last = undefined;
    const parts = join(each.pieces, values);
    const refused = each.refused ?? whyLength(parts);
    if (refused !== undefined) problems.push(problemOf(each.pieces, skeleton, refused, place));
    else lines.push(lineOf(each, parts, values));
  }
  if (last !== undefined) return last;
  const cut = { lines, problems };
  if (problems.length === 0 && plan.lines.every((each) => each.last !== undefined)) plan.last = cut;
  return cut;
}

function planOf(skeleton: Skeleton): Plan {
  const lines = skeleton.text
    .split('\n')
    .filter((drawn) => drawn.trim() !== '')
    .map((drawn) => {
      const pieces = piecesOf(drawn.trimEnd());
      return { pieces, refused: whyHead(pieces) };
    });
  const plan: Plan = { lines, last: undefined };
  PLANS.set(skeleton, plan);
  return plan;
}

/** Text and the numbers of values by turns: a string split at a pattern with one group holds text and groups. */
export function piecesOf(drawn: string): readonly Piece[] {
  return drawn
    .split(TOKEN)
    .map((part, index) => (index % 2 === 0 ? part : Number(part)))
    .filter((piece) => piece !== '');
}

function isSame(pieces: readonly Piece[], before: readonly Printable[], now: readonly Printable[]): boolean {
  for (const piece of pieces) if (typeof piece === 'number' && before[piece] !== now[piece]) return false;
  return true;
}

function lineOf(plan: LinePlan, parts: ConfigLine['parts'], values: readonly Printable[]): ConfigLine {
  const line = { parts };
  // What a secret holds may change: a line with one is looked at anew each time.
  if (parts.length === 1 && typeof parts[0] === 'string') plan.last = { values, line, isShared: false };
  return line;
}

function share(last: Last): ConfigLine {
  last.isShared = true;
  Object.freeze(last.line.parts);
  return Object.freeze(last.line);
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
