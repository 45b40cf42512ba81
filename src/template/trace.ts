import type { InputProblem } from '../domain/errors.ts';
import type { Drawing } from './draw.ts';
import type { Gate, Site } from './sites.ts';
import { checkValue, type Printable } from './value.ts';

/** What a template's text looks like before its values are put in: they stand in it as tokens (draw.ts). */
export interface Skeleton {
  readonly text: string;
  /** Of the tokens, by their number. */
  readonly sites: readonly Site[];
}

/** One value that a template touched, in the order in which it did. */
export interface Step {
  readonly gate: Gate | 'fixed';
  readonly site: Site;
  /** The number of the context that the value was looked up in. */
  readonly context: number;
  /** Of `test` and `group` 0 or 1, of `list` its length: what the template did next depends on nothing else. */
  readonly outcome: number;
  /** Of `fixed`: what is printed, whatever the device is. */
  readonly value?: Printable;
}

/** The courses that drawing a template has taken. */
export interface Traces {
  /** The drawing of values whose course is known, all of them checked; undefined: it has to be drawn. */
  recall(root: object): Drawing | undefined;
  /** Keeps a course without problems; false when there is no room for it. What is looked up is looked up in the same way. */
  learn(steps: readonly Step[], drawing: Drawing): boolean;
}

/** So that a template with long lists of ever other lengths does not fill the memory. */
const MOST_STEPS = 20_000;

type Point =
  | { readonly kind: 'end'; readonly drawing: Drawing }
  | { readonly kind: 'fixed'; readonly value: Printable; next?: Point }
  | PrintPoint
  | {
      readonly kind: 'test' | 'list' | 'group';
      readonly site: Site;
      readonly context: number;
      readonly ways: Map<number, Point>;
    };

interface PrintPoint {
  readonly kind: 'print';
  readonly site: Site;
  readonly context: number;
  next?: Point;
  /** The last text or number that stood the check here, and what it is printed as. */
  passed?: unknown;
  printed?: Printable;
}

/**
 * A template touches values through gates alone, so what it draws is told by what the tests, lists and groups on its
 * way came to. Each course is kept as a way through a tree: a view that takes a known one is followed with look-ups
 * and checks of values alone. Every value is looked up and checked anew; whatever is refused is left to
 * the drawing itself, which says why.
 */
export function createTraces(): Traces {
  let start: Point | undefined;
  let kept = 0;
  return {
    recall: (root) => follow(start, root),
    learn: (steps, drawing) => {
      if (kept + steps.length > MOST_STEPS) return false;
      kept += steps.length;
      start = graft(start, steps, drawing);
      return true;
    },
  };
}

const NONE: readonly InputProblem[] = [];

function follow(start: Point | undefined, root: object): Drawing | undefined {
  if (start?.kind === 'end' && start.drawing.family !== undefined) return start.drawing;
  const contexts: unknown[] = [root];
  const values: Printable[] = [];
  let point = start;
  while (point !== undefined) {
    if (point.kind === 'end') return redraw(point.drawing, values);
    if (point.kind === 'fixed') {
      values.push(point.value);
      point = point.next;
      continue;
    }
    const found = valueAt(contexts[point.context], point.site.way);
    if (point.kind === 'print') {
      const printed = found === point.passed ? point.printed : check(point, found);
      if (printed === undefined) return undefined;
      values.push(printed);
      point = point.next;
      continue;
    }
    const outcome = outcomeOf(point.kind, found, point.site);
    if (outcome === undefined) return undefined;
    if (point.kind === 'group' && outcome === 1) contexts.push(found);
    if (point.kind === 'list' && Array.isArray(found)) for (const item of found) contexts.push(item);
    point = point.ways.get(outcome);
  }
  return undefined;
}

/** The drawing of the same course with other values: with all of them, or with those that differ in its family. */
function redraw(known: Drawing, found: readonly Printable[]): Drawing {
  const { skeleton, family } = known;
  if (family === undefined) return { skeleton, values: found, problems: NONE };
  const values = known.values.slice();
  for (let at = 0; at < found.length; at += 1) values[family.own[at] ?? 0] = found[at] ?? '';
  return { skeleton, values, problems: NONE, family };
}

/** A secret is looked at each time: what it holds may have come to be known. */
function check(point: PrintPoint, found: unknown): Printable | undefined {
  const checked = checkValue(found, point.site.kind);
  if ('refused' in checked) return undefined;
  const { value } = checked;
  if (typeof value === 'string') {
    point.passed = found;
    point.printed = value;
  }
  return value;
}

/** The value among own properties only; undefined where there is none. */
function valueAt(base: unknown, parts: readonly string[]): unknown {
  let at = base;
  for (let index = 0; index < parts.length; index += 1) {
    const part = parts[index] ?? '';
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, part)) return undefined;
    at = (at as Readonly<Record<string, unknown>>)[part];
  }
  return at;
}

/** What a gate but `print` makes of a value; undefined when it refuses it. */
export function outcomeOf(
  gate: 'test' | 'list' | 'group',
  value: unknown,
  { kind }: Pick<Site, 'kind'>,
): number | undefined {
  if (value === undefined) return undefined;
  if (value === null) return 0;
  if (gate === 'list') return Array.isArray(value) ? value.length : undefined;
  if (gate === 'group') return typeof value === 'object' && !Array.isArray(value) ? 1 : undefined;
  // A setting is there or it is not: an empty one would drop its line without a word.
  if (value === '') return kind === 'free' ? 0 : undefined;
  if (Array.isArray(value)) return value.length === 0 ? 0 : 1;
  return value ? 1 : 0;
}

function graft(start: Point | undefined, steps: readonly Step[], drawing: Drawing): Point {
  const root: { next?: Point } = start === undefined ? {} : { next: start };
  let last: { next?: Point } | { readonly ways: Map<number, Point>; readonly outcome: number } = root;
  const known = (): Point | undefined => ('ways' in last ? last.ways.get(last.outcome) : last.next);
  const add = (point: Point): Point => {
    if ('ways' in last) last.ways.set(last.outcome, point);
    else last.next = point;
    return point;
  };
  for (const step of steps) {
    const point = known() ?? add(pointOf(step));
    if (point.kind === 'end') throw new Error('one way through a template both ended and went on');
    last = 'ways' in point ? { ways: point.ways, outcome: step.outcome } : point;
  }
  if (known() === undefined) add({ kind: 'end', drawing });
  if (root.next === undefined) throw new Error('a way through a template has no beginning');
  return root.next;
}

function pointOf({ gate, site, context, value }: Step): Point {
  if (gate === 'fixed') return { kind: gate, value: value ?? '' };
  if (gate === 'print') return { kind: gate, site, context };
  return { kind: gate, site, context, ways: new Map() };
}
