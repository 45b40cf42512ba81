import Handlebars from 'handlebars';
import type { InputProblem } from '../domain/errors.ts';
import { readTree } from './language.ts';
import type { Shape } from './shape.ts';
import type { Gate, Reading, Site, TemplateText } from './sites.ts';
import { suggest } from './suggest.ts';
import { checkValue, type Printable } from './value.ts';

/** A template ready for thousands of devices. */
export interface CompiledTemplate {
  draw(view: object): Drawing;
}

/** A rendered text in which every value is still a token; cut.ts puts them in after the lines are cut. */
export interface Drawing {
  readonly text: string;
  readonly values: readonly PrintedValue[];
  readonly problems: readonly InputProblem[];
}

export interface PrintedValue {
  readonly value: Printable;
  readonly site: Site;
}

/** The token of value `n` is U+E000 n U+E001: templates are ASCII, and values never pass through Handlebars. */
export const TOKEN = /\uE000(?<index>\d+)\uE001/;

type Partials = Reading['partial'];

/** Parses, checks and compiles a template, or lists everything that is wrong with it. */
export function compileTemplate(
  source: TemplateText,
  shape: Shape,
  partial: Partials,
): CompiledTemplate | { readonly problems: readonly InputProblem[] } {
  const tree = parseTemplate(source);
  if ('problems' in tree) return tree;
  const reading: Reading = { sites: [], problems: [], partial };
  const guarded = readTree(tree, source, shape, reading);
  if (reading.problems.length > 0) return { problems: reading.problems };
  const template = HANDLEBARS.compile<object>(guarded, {
    strict: true,
    noEscape: true,
    knownHelpersOnly: true,
    knownHelpers: KNOWN_HELPERS,
  });
  return { draw: (view) => draw(template, view, reading.sites) };
}

/** The tree of a template, or the one place where it cannot be parsed. */
export function parseTemplate(
  source: TemplateText,
): hbs.AST.Program | { readonly problems: readonly InputProblem[] } {
  try {
    return HANDLEBARS.parse(source.text);
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

interface Sink {
  readonly sites: readonly Site[];
  readonly values: PrintedValue[];
  readonly problems: InputProblem[];
}

const HANDLEBARS = Handlebars.create();
const KNOWN_HELPERS: Readonly<Record<Gate, boolean>> = { print: true, test: true, list: true, group: true };
for (const name of Object.keys(KNOWN_HELPERS) as Gate[]) {
  HANDLEBARS.registerHelper(
    name,
    (id: number, base: unknown, { data }: Handlebars.HelperOptions): unknown => {
      const { sink } = data as { readonly sink: Sink };
      const site = sink.sites[id];
      if (site === undefined) throw new Error(`a template has no site ${id}`);
      return PASS[name](lookUp(base, site), site, sink);
    },
  );
}

/** What each gate hands on to Handlebars: never a value's text. */
const PASS: Readonly<Record<Gate, (found: Found, site: Site, sink: Sink) => unknown>> = {
  print: (found, site, sink) => {
    const checked = checkValue(found.value, site.kind);
    if ('refused' in checked) {
      if (found.value === undefined) refuseUnset(found, site, sink);
      else refuse(sink, site, checked.refused, checked.hint);
    }
    sink.values.push({ value: 'value' in checked ? checked.value : '', site });
    return `\uE000${sink.values.length - 1}\uE001`;
  },
  test: (found, site, sink) => {
    const { value } = found;
    if (value === undefined) refuseUnset(found, site, sink);
    // A setting is there or it is not: an empty one would drop its line without a word.
    if (value === '' && site.kind !== 'free') refuse(sink, site, 'is empty');
    return typeof value === 'object' ? value : Boolean(value);
  },
  list: (found, site, sink) => {
    const { value } = found;
    if (Array.isArray(value)) return value;
    if (value === undefined) refuseUnset(found, site, sink);
    else if (value !== null) refuse(sink, site, 'is no list');
    return [];
  },
  group: (found, site, sink) => {
    const { value } = found;
    if (typeof value === 'object' && !Array.isArray(value)) return value;
    if (value === undefined) refuseUnset(found, site, sink);
    else refuse(sink, site, 'is no mapping');
    return null;
  },
};

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

function draw(template: HandlebarsTemplateDelegate<object>, view: object, sites: readonly Site[]): Drawing {
  const sink: Sink = { sites, values: [], problems: [] };
  const text = template(view, {
    data: { sink },
    allowProtoPropertiesByDefault: false,
    allowProtoMethodsByDefault: false,
  });
  return { text, values: sink.values, problems: sink.problems };
}
