import { parse } from 'handlebars/dist/cjs/handlebars/compiler/base.js';
import type { InputProblem } from '../domain/errors.ts';
import { type Drawing, drawPieces } from './draw.ts';
import { commonBy, createFamilies } from './family.ts';
import { type Piece, readTree } from './language.ts';
import type { Shape } from './shape.ts';
import type { Reading, TemplateText } from './sites.ts';
import { createTraces } from './trace.ts';
import { allOf, type View } from './view.ts';

/** A template ready for thousands of devices. */
export interface CompiledTemplate {
  draw(view: View): Drawing;
  /** Views with the same one draw the same, but for what is the devices' own. */
  commonOf(view: View): object;
}

type Partials = Reading['partial'];

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
  const commonOf = commonBy(reading.roots);
  return { draw: drawing(pieces, commonOf), commonOf };
}

/** Draws what has to be drawn, and remembers: what a family of views is drawn as, or else the course that was taken. */
function drawing(pieces: readonly Piece[], commonOf: CompiledTemplate['commonOf']): CompiledTemplate['draw'] {
  const familyOf = createFamilies();
  const traces = createTraces();
  return (view) => {
    const family = familyOf(commonOf(view));
    const known = family?.recall(view.own);
    if (known !== undefined) return known;
    const root = allOf(view);
    const recalled = family === undefined ? traces.recall(root) : undefined;
    if (recalled !== undefined) return recalled;
    const drawn = drawPieces(pieces, root);
    if (drawn.problems.length > 0) return drawn;
    if (family !== undefined) return family.learn(drawn);
    traces.learn(drawn.steps, { skeleton: drawn.skeleton, values: [], problems: [] });
    return drawn;
  };
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
