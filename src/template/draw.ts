import type { InputProblem } from '../domain/errors.ts';
import type { Block, Piece, Print } from './language.ts';
import type { Site } from './sites.ts';
import { suggest } from './suggest.ts';
import { outcomeOf, type Skeleton, type Step } from './trace.ts';
import { checkValue, type Printable } from './value.ts';

/** A rendered text in which every value is still a token; cut.ts puts them in after the lines are cut. */
export interface Drawing {
  /** The same object wherever a template took the same course. */
  readonly skeleton: Skeleton;
  readonly values: readonly Printable[];
  readonly problems: readonly InputProblem[];
  /** Whose drawings are the same in all but some values. */
  readonly family?: Family;
}

/** Drawings of devices that have the settings in common which the template looks at (family.ts). */
export interface Family {
  /** The numbers of the values that may differ: those of the devices' own variables. */
  readonly own: readonly number[];
}

/** A drawing, and the course that the template took. */
export interface Drawn extends Drawing {
  readonly steps: readonly Step[];
}

/** The token of value `n` is U+E000 n U+E001: templates are ASCII, and values are put in when the lines are cut. */
export const TOKEN = /\uE000(?<index>\d+)\uE001/;

/** What `this` is, and its number among those of this drawing. */
interface Context {
  readonly number: number;
  readonly value: unknown;
}

/** Where in a list we are. */
interface Counters {
  readonly index: number;
  readonly first: boolean;
  readonly last: boolean;
}

/** Innermost last. */
interface Around {
  readonly contexts: readonly Context[];
  readonly lists: readonly Counters[];
}

interface Sink {
  readonly values: Printable[];
  /** Of the values. */
  readonly printed: Site[];
  readonly problems: InputProblem[];
  readonly steps: Step[];
  contexts: number;
}

/** Draws a template with the variables in `root`. */
export function drawPieces(pieces: readonly Piece[], root: object): Drawn {
  const sink: Sink = { values: [], printed: [], problems: [], steps: [], contexts: 0 };
  const text = draw(pieces, { contexts: [{ number: 0, value: root }], lists: [] }, sink);
  const { values, problems, steps, printed } = sink;
  return { skeleton: { text, sites: printed }, values, problems, steps };
}

function draw(pieces: readonly Piece[], around: Around, sink: Sink): string {
  let text = '';
  for (const piece of pieces) {
    if (typeof piece === 'string') text += piece;
    else text += piece.gate === 'print' ? print(piece, around, sink) : block(piece, around, sink);
  }
  return text;
}

/** A value is checked, numbered and set aside. */
function print({ site }: Print, around: Around, sink: Sink): string {
  const base = baseOf(site, around);
  const found = lookUp(base.value, site);
  const checked = checkValue(found.value, site.kind);
  if ('refused' in checked) {
    if (found.value === undefined) refuseUnset(found, site, sink);
    else refuse(sink, site, checked.refused, checked.hint);
  }
  const value = 'value' in checked ? checked.value : '';
  sink.steps.push(
    site.counter === undefined
      ? { gate: 'print', site, context: base.number, outcome: 0 }
      : { gate: 'fixed', site, context: 0, outcome: 0, value },
  );
  sink.values.push(value);
  sink.printed.push(site);
  return `\uE000${sink.values.length - 1}\uE001`;
}

function block({ gate, site, body, otherwise }: Block, around: Around, sink: Sink): string {
  const base = baseOf(site, around);
  const found = lookUp(base.value, site);
  const { value } = found;
  const outcome = outcomeOf(gate, value, site);
  if (outcome === undefined) {
    if (value === undefined) refuseUnset(found, site, sink);
    else refuse(sink, site, REFUSALS[gate]);
  } else if (site.counter === undefined) {
    sink.steps.push({ gate, site, context: base.number, outcome });
  }
  if (outcome === undefined || outcome === 0) return draw(otherwise, around, sink);
  if (gate === 'test') return draw(body, around, sink);
  const items: readonly unknown[] = gate === 'list' && Array.isArray(value) ? value : [value];
  const entered = Array.from(items, (item): Context => {
    sink.contexts += 1;
    return { number: sink.contexts, value: item };
  });
  const countersAt = (index: number): readonly Counters[] =>
    gate === 'group'
      ? around.lists
      : [...around.lists, { index, first: index === 0, last: index === entered.length - 1 }];
  return entered
    .map((context, index) =>
      draw(body, { contexts: [...around.contexts, context], lists: countersAt(index) }, sink),
    )
    .join('');
}

const REFUSALS: Readonly<Record<Block['gate'], string>> = {
  test: 'is empty',
  list: 'is no list',
  group: 'is no mapping',
};

function baseOf({ counter, depth }: Site, { contexts, lists }: Around): Context {
  if (counter === undefined) return contexts.at(-1 - depth) ?? { number: 0, value: undefined };
  const counters = lists.at(-1 - depth);
  const value = counters === undefined ? undefined : Reflect.get(counters, counter);
  return { number: 0, value };
}

/** A value, or where the way to it ended. */
interface Found {
  readonly value: unknown;
  /** The name meant by the part that is missing, where one is near. */
  readonly meant?: string;
  /** The part whose value is null. */
  readonly absent?: string;
}

function lookUp(base: unknown, { parts }: Site): Found {
  let at = base;
  for (const [index, part] of parts.entries()) {
    if (at === null) return { value: undefined, absent: parts.slice(0, index).join('.') };
    if (typeof at !== 'object' || at === undefined) return { value: undefined };
    if (!Object.hasOwn(at, part)) {
      const meant = suggest(part, Object.keys(at));
      const before = parts.slice(0, index);
      return meant === undefined
        ? { value: undefined }
        : { value: undefined, meant: [...before, meant].join('.') };
    }
    at = Reflect.get(at, part);
  }
  return { value: at };
}

function refuseUnset({ meant, absent }: Found, site: Site, sink: Sink): void {
  let hint = 'a var that only some devices have is set to null in the inventory’s defaults';
  if (absent !== undefined) hint = `test it first, with {{#if ${absent}}}`;
  if (meant !== undefined) hint = `did you mean ${meant}?`;
  refuse(sink, site, 'is not set', hint);
}

function refuse(sink: Sink, site: Site, refused: string, hint?: string): void {
  const message = `{{${site.variable}}} ${refused}`;
  if (sink.problems.some((known) => known.message === message && known.line === site.place.line)) return;
  sink.problems.push({ ...site.place, message, ...(hint === undefined ? {} : { hint }) });
}
