import { parse } from 'handlebars/dist/cjs/handlebars/compiler/base.js';
import type { InputProblem } from '../domain/errors.ts';
import { type Drawing, drawPieces } from './draw.ts';
import { readTree } from './language.ts';
import { repeating } from './repeat.ts';
import type { Shape } from './shape.ts';
import type { Reading, TemplateText } from './sites.ts';
import { createTraces } from './trace.ts';

/** A template ready for thousands of devices. */
export interface CompiledTemplate {
  draw(view: object): Drawing;
}

type Partials = Reading['partial'];

/** What devices have in common is one frozen object in all their views (view.ts). */
const OFTEN_SHARED: ReadonlySet<string> = new Set(['clock', 'ntp', 'key', 'profile']);

/**
 * Parses and checks a template, or lists everything that is wrong with it. The language and its white space are
 * Handlebars', whose parser reads it; of its blocks and variables draw.ts does the few that there are, so that no
 * value ever passes through code that is made at run time.
 */
export function compileTemplate(
  source: TemplateText,
  shape: Shape,
  partial: Partials,
): CompiledTemplate | { readonly problems: readonly InputProblem[] } {
  const tree = parseTemplate(source);
  if ('problems' in tree) return tree;
  const reading: Reading = { problems: [], roots: new Set(), partial };
  const pieces = readTree(tree, source, shape, reading);
  if (reading.problems.length > 0) return { problems: reading.problems };
  const traces = createTraces();
  const draw = (view: object): Drawing => traces.recall(view) ?? drawPieces(pieces, view, traces);
  const isShared = [...reading.roots].every((name) => OFTEN_SHARED.has(name));
  return { draw: isShared ? repeating(reading.roots, draw) : draw };
}

/** The tree of a template, or the one place where it cannot be parsed. */
export function parseTemplate(
  source: TemplateText,
): hbs.AST.Program | { readonly problems: readonly InputProblem[] } {
  try {
    return parse(source.text);
  } catch (thrown) {
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    const { line = '1', column = '0' } =
      /^(?:Parse|Lexical) error on line (?<line>\d+)/.exec(message)?.groups ??
      / - (?<line>\d+):(?<column>\d+)$/.exec(message)?.groups ??
      {};
    const place = source.place(Number(line), Number(column) + 1);
    return { problems: [{ ...place, message: `the template cannot be parsed: ${summarize(message)}` }] };
  }
}

/** One line of what the parser says in four, without the names of its grammar. */
function summarize(message: string): string {
  const [first = '', near = ''] = message.split('\n');
  const got = /, got '(?<got>\w+)'/.exec(message)?.groups?.got;
  if (got === undefined) return first.replace(/ - \d+:\d+$/, '');
  return `${got === 'EOF' ? 'it ends too early' : 'there is something unexpected'}, near “${near.trim()}”`;
}
