import type { InputProblem } from '../domain/errors.ts';
import { FREE, resolve, type Scopes, type Shape } from './shape.ts';
import type { VariableKind } from './variables.ts';

/** The text of a template and how its place is told to people. */
export interface TemplateText {
  readonly text: string;
  /** Where a problem at this line and column lies. */
  place(line: number, column: number): Pick<InputProblem, 'file' | 'line' | 'column' | 'key'>;
}

/** One use of a variable. */
export interface Site {
  readonly variable: string;
  readonly kind: VariableKind;
  /** How many contexts further out (`../`) the value is looked for; of `@index` and its like, how many lists. */
  readonly depth: number;
  /** How to get from that context to the value. */
  readonly parts: readonly string[];
  /** The same among the variables as a view has them of its own: there, vars stand under `vars` alone. */
  readonly way: readonly string[];
  /** `index`, `first` or `last`: this stands for where the innermost list is, not for a value of the device. */
  readonly counter?: string;
  /** The value is the device's own: views that have all else in common may differ in it. */
  readonly isOwn: boolean;
  readonly place: Pick<InputProblem, 'file' | 'line' | 'column' | 'key'>;
}

/** What stands between a template and every value it touches; see draw.ts. */
export type Gate = 'print' | 'test' | 'list' | 'group';

/** What reading a template's tree brings to light. */
export interface Reading {
  readonly problems: InputProblem[];
  /** The variables looked at in the outermost context, by the first part of their names; an empty name is all of it. */
  readonly roots: Set<string>;
  /** The tree of a partial, or undefined when there is none of that name. */
  partial(name: string): { readonly source: TemplateText; readonly tree: hbs.AST.Program } | undefined;
}

/** Where in the templates a statement stands, and what its paths may look at. */
export interface Context {
  readonly source: TemplateText;
  readonly scopes: Scopes;
  readonly inList: boolean;
  /** Names of the partials we are inside of. */
  readonly within: readonly string[];
}

/** Notes a use of a variable, and what is known of its value. */
export function gate(
  name: Gate,
  path: hbs.AST.PathExpression,
  context: Context,
  reading: Reading,
): { readonly site: Site; readonly shape: Shape } {
  const shape = shapeAt(name, path, context, reading);
  const isOutermost = !path.data && path.depth === context.scopes.length - 1;
  if (isOutermost) reading.roots.add(path.parts[0] ?? '');
  const parts = path.data ? [] : path.parts;
  const site: Site = {
    variable: path.original,
    kind: shape.kind,
    depth: path.depth,
    parts,
    way: isOutermost && isVar(context.scopes[0], parts[0]) ? ['vars', ...parts] : parts,
    isOwn: shape.own === true,
    place: context.source.place(path.loc.start.line, path.loc.start.column + 1),
    ...(path.data ? { counter: path.parts[0] ?? '' } : {}),
  };
  return { site, shape };
}

/** Whether a name of the outermost context is that of a var. */
function isVar({ open, fields }: Shape, name: string | undefined): boolean {
  return open === true && name !== undefined && fields?.has(name) !== true;
}

function shapeAt(use: Gate, path: hbs.AST.PathExpression, context: Context, reading: Reading): Shape {
  if (path.data) {
    const kind = path.parts.length === 1 && context.inList ? LIST_DATA.get(path.parts[0] ?? '') : undefined;
    if (kind !== undefined) return checkUse(use, { kind, optional: false }, path, context, reading);
    const hint = 'inside #each there are @index, @first and @last';
    report(reading, context, path.loc, `there is no variable ${path.original} here`, hint);
    return FREE;
  }
  const resolved = resolve(context.scopes, path.depth, path.parts);
  if ('shape' in resolved) return checkUse(use, resolved.shape, path, context, reading);
  report(reading, context, path.loc, resolved.problem, resolved.hint);
  return FREE;
}

function checkUse(
  use: Gate,
  shape: Shape,
  path: hbs.AST.PathExpression,
  context: Context,
  reading: Reading,
): Shape {
  const wrong = (problem: string, hint: string): void =>
    report(reading, context, path.loc, `${path.original} ${problem}`, hint);
  const { kind } = shape;
  if (kind === 'free') return shape;
  if (use === 'print' && kind === 'flag') wrong('is yes or no and cannot be printed', 'test it with {{#if}}');
  if (use === 'print' && kind === 'list') wrong('is a list', 'go through it with {{#each}}');
  if (use === 'print' && kind === 'group') wrong('is a group of variables', 'print one of its fields');
  if (use === 'list' && kind !== 'list') wrong('is no list', '#each takes a list');
  if (use === 'group' && kind !== 'group') wrong('is no group of variables', '#with takes a group');
  return shape;
}

const LIST_DATA: ReadonlyMap<string, VariableKind> = new Map([
  ['index', 'number'],
  ['first', 'flag'],
  ['last', 'flag'],
]);

/** Notes what is wrong at one place of a template. */
export function report(
  reading: Reading,
  context: Context,
  { start }: Pick<hbs.AST.SourceLocation, 'start'>,
  message: string,
  hint?: string,
): void {
  reading.problems.push({
    ...context.source.place(start.line, start.column + 1),
    message,
    ...(hint === undefined ? {} : { hint }),
  });
}
