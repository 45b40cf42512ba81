import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { InputError, type InputProblem } from '../domain/errors.ts';
import { BLOCKS, type BlockName } from './blocks.ts';
import { type CompiledTemplate, compileTemplate, parseTemplate } from './compile.ts';
import type { Reading, TemplateText } from './sites.ts';
import { suggest } from './suggest.ts';
import { shapeOf, type TemplateVariable } from './variables.ts';

export interface LoadedTemplate extends CompiledTemplate {
  readonly file: string;
}

/** The package's own templates: beside `src` in the repository and beside `dist` in the installed package. */
const BUILT_IN = fileURLToPath(new URL('../../templates/', import.meta.url));

/**
 * The template of every block; a file of the same name in `overrides` wins, and is read and compiled at once. Throws an
 * InputError with every problem: a folder that does not exist, a file that overrides nothing and is no partial
 * of another, and whatever is wrong inside a template, by line and column. `namedAt` is where the folder is named.
 */
export function loadTemplates(
  overrides: string | undefined,
  namedAt: () => Omit<InputProblem, 'key' | 'message' | 'hint'>,
): ReadonlyMap<BlockName, LoadedTemplate> {
  const own = overrides === undefined ? new Map<string, string>() : listOverrides(overrides, namedAt);
  const problems: InputProblem[] = [];
  const included = new Set<string>();
  const partial = partialsOf(own, included, problems);
  const loaded = new Map<BlockName, LoadedTemplate>();
  for (const name of BLOCKS) {
    const file = own.get(name);
    if (file === undefined) {
      loaded.set(name, builtIn(name));
      continue;
    }
    const compiled = compileTemplate(readTemplate(file), shapeOf(scopeOf(name)), partial);
    if ('problems' in compiled) problems.push(...compiled.problems);
    else loaded.set(name, { ...compiled, file });
  }
  problems.push(...unused(own, included));
  if (problems.length > 0) throw new InputError(problems);
  return loaded;
}

/** The package's own are sound: each is read when a device first needs it, and most fleets need four. */
function builtIn(name: BlockName): LoadedTemplate {
  const file = path.join(BUILT_IN, `${name}.hbs`);
  let compiled: CompiledTemplate | undefined;
  const compile = (): CompiledTemplate => {
    const made = compileTemplate(readTemplate(file), shapeOf(scopeOf(name)), () => undefined);
    if ('problems' in made) throw new InputError(made.problems);
    compiled = made;
    return made;
  };
  return {
    file,
    draw: (view) => (compiled ?? compile()).draw(view),
    commonOf: (view) => (compiled ?? compile()).commonOf(view),
  };
}

function scopeOf(name: BlockName): TemplateVariable['scope'] {
  return name === 'clock' || name === 'ntp' ? 'device' : 'trustpoint';
}

function listOverrides(folder: string, namedAt: Parameters<typeof loadTemplates>[1]): Map<string, string> {
  try {
    const names = readdirSync(folder).filter((name) => name.endsWith('.hbs'));
    return new Map(names.map((name) => [name.slice(0, -'.hbs'.length), path.resolve(folder, name)]));
  } catch (thrown) {
    const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : String(thrown);
    const message =
      code === 'ENOENT' ? `there is no folder ${folder}` : `the folder ${folder} cannot be read (${code})`;
    const hint = 'make it, or take the key away to use the templates of trustfleet';
    throw new InputError([{ ...namedAt(), key: 'templates', message, hint }]);
  }
}

function readTemplate(file: string): TemplateText {
  let text: string;
  try {
    text = readFileSync(file, 'utf8')
      .replace(/^\uFEFF/, '')
      .replaceAll('\r\n', '\n');
  } catch (thrown) {
    const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : String(thrown);
    throw new InputError([{ file, message: `the template cannot be read (${code})` }]);
  }
  return { text, place: (line, column) => ({ file, line, column }) };
}

/** Partials come from the overrides' folder only; each is parsed once, and a broken one is told once. */
function partialsOf(
  own: ReadonlyMap<string, string>,
  included: Set<string>,
  problems: InputProblem[],
): Reading['partial'] {
  const parsed = new Map<string, ReturnType<Reading['partial']>>();
  return (name) => {
    const file = own.get(name);
    if (file === undefined) return undefined;
    included.add(name);
    if (!parsed.has(name)) {
      const source = readTemplate(file);
      const tree = parseTemplate(source);
      if ('problems' in tree) problems.push(...tree.problems);
      const empty = { type: 'Program', body: [], blockParams: [], loc: NOWHERE } satisfies hbs.AST.Program;
      parsed.set(name, { source, tree: 'problems' in tree ? empty : tree });
    }
    return parsed.get(name);
  };
}

const NOWHERE = { source: '', start: { line: 1, column: 0 }, end: { line: 1, column: 0 } };

function unused(own: ReadonlyMap<string, string>, included: ReadonlySet<string>): readonly InputProblem[] {
  const names: readonly string[] = BLOCKS;
  return [...own]
    .filter(([name]) => !names.includes(name) && !included.has(name))
    .map(([name, file]) => {
      const meant = suggest(name, names);
      const hint =
        meant === undefined ? `templates are named ${names.join(', ')}` : `did you mean ${meant}.hbs?`;
      return { file, message: 'this template overrides nothing and no other includes it', hint };
    });
}
