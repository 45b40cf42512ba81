import { FREE, type Shape } from './shape.ts';
import {
  type Context,
  type Gate,
  gate,
  type Reading,
  report,
  type Site,
  type TemplateText,
} from './sites.ts';
import { whyCharacter } from './value.ts';

const GATES: ReadonlyMap<string, Block['gate']> = new Map([
  ['if', 'test'],
  ['unless', 'test'],
  ['each', 'list'],
  ['with', 'group'],
]);

/** A piece of a template: text as it stands, or a use of a variable. */
export type Piece = string | Print | Block;

export interface Print {
  readonly gate: 'print';
  readonly site: Site;
}

export interface Block {
  readonly gate: Exclude<Gate, 'print'>;
  readonly site: Site;
  readonly body: readonly Piece[];
  /** After `{{else}}`; of `#unless` the two have changed places. */
  readonly otherwise: readonly Piece[];
}

/**
 * Reads a template's tree: partials put in, comments taken out, every path resolved. Handlebars' own `strict` lets a
 * missing value pass in `#if`, `#each` and helper arguments; here every path has to lead to a declared variable,
 * wherever it stands. Only text, variables, comments, partials and `#if` `#unless` `#each` `#with` are in the
 * language; all else is a problem.
 */
export function readTree(
  tree: hbs.AST.Program,
  source: TemplateText,
  root: Shape,
  reading: Reading,
): readonly Piece[] {
  return readProgram(tree, { source, scopes: [root], inList: false, within: [] }, reading);
}

/** `{{^if x}}` alone has only an inverse program. */
function readProgram(
  program: hbs.AST.Program | undefined,
  context: Context,
  reading: Reading,
): readonly Piece[] {
  if (program === undefined) return [];
  if (program.blockParams !== undefined && program.blockParams.length > 0) {
    report(
      reading,
      context,
      program.loc,
      '`as |name|` is not supported in templates',
      'write ../ for the outer block',
    );
  }
  return program.body.flatMap((statement) => readStatement(statement, context, reading));
}

function readStatement(statement: hbs.AST.Statement, context: Context, reading: Reading): readonly Piece[] {
  switch (statement.type) {
    case 'ContentStatement': {
      const content = statement as hbs.AST.ContentStatement;
      checkContent(content, context, reading);
      return [content.value];
    }
    case 'CommentStatement':
      return [];
    case 'MustacheStatement':
      return readMustache(statement as hbs.AST.MustacheStatement, context, reading);
    case 'BlockStatement':
      return readBlock(statement as hbs.AST.BlockStatement, context, reading);
    case 'PartialStatement':
      return readPartial(statement as hbs.AST.PartialStatement, context, reading);
    default:
      report(
        reading,
        context,
        statement.loc,
        'decorators and inline partials are not supported in templates',
      );
      return [];
  }
}

/** Text of the template itself goes to the router as well: it holds what may be typed, and nothing else. */
function checkContent(content: hbs.AST.ContentStatement, context: Context, reading: Reading): void {
  // The types say otherwise, but this is the text before Handlebars strips its white space.
  const original: unknown = content.original;
  const text = typeof original === 'string' ? original : content.value;
  for (const { 0: character, index } of text.matchAll(/[^\x20-\x7e\n]|\?/gu)) {
    const before = text.slice(0, index).split('\n');
    const start = before.length === 1 ? content.loc.start.column : 0;
    const position = {
      line: content.loc.start.line + before.length - 1,
      column: start + (before.at(-1)?.length ?? 0),
    };
    report(reading, context, { start: position }, `the template ${whyCharacter(character)}`);
  }
}

function readMustache(
  mustache: hbs.AST.MustacheStatement,
  context: Context,
  reading: Reading,
): readonly Piece[] {
  const { path } = mustache;
  if (mustache.params.length > 0 || mustache.hash !== undefined || !isPath(path)) {
    report(
      reading,
      context,
      mustache.loc,
      isPath(path)
        ? `there is no helper ${path.original}`
        : 'a literal between braces: write it as plain text',
      'templates know variables, #if, #unless, #each and #with',
    );
    return [];
  }
  return [{ gate: 'print', site: gate('print', path, context, reading).site }];
}

function readBlock(block: hbs.AST.BlockStatement, context: Context, reading: Reading): readonly Piece[] {
  const name = block.path.original;
  const kind = GATES.get(name);
  const [argument] = block.params;
  const fits =
    block.params.length === 1 && block.hash === undefined && argument !== undefined && isPath(argument);
  if (kind === undefined || !fits) {
    const problem =
      kind === undefined ? `there is no block #${name}` : `#${name} takes one variable and nothing else`;
    report(reading, context, block.loc, problem, 'templates know #if, #unless, #each and #with');
    return [];
  }
  const { site, shape } = gate(kind, argument, context, reading);
  const inner = kind === 'test' ? context : enter(context, kind, shape);
  const body = readProgram(block.program, inner, reading);
  const otherwise = readProgram(block.inverse, context, reading);
  return [
    name === 'unless'
      ? { gate: kind, site, body: otherwise, otherwise: body }
      : { gate: kind, site, body, otherwise },
  ];
}

function enter(context: Context, kind: Block['gate'], shape: Shape): Context {
  const inner = kind === 'list' ? (shape.item ?? FREE) : shape;
  return { ...context, scopes: [...context.scopes, inner], inList: context.inList || kind === 'list' };
}

function readPartial(
  statement: hbs.AST.PartialStatement,
  context: Context,
  reading: Reading,
): readonly Piece[] {
  const name = isPath(statement.name) ? statement.name.original : '';
  const fail = (problem: string): readonly Piece[] => {
    report(reading, context, statement.loc, problem);
    return [];
  };
  if (name === '' || statement.params.length > 0 || statement.hash !== undefined) {
    return fail('a partial is named plainly and takes no arguments');
  }
  if (context.within.includes(name)) return fail(`the partial ${name} contains itself`);
  const partial = reading.partial(name);
  if (partial === undefined) return fail(`there is no partial ${name}.hbs beside the templates`);
  const inner = { ...context, source: partial.source, within: [...context.within, name] };
  return readProgram(partial.tree, inner, reading);
}

function isPath(node: hbs.AST.Node): node is hbs.AST.PathExpression {
  return node.type === 'PathExpression';
}
