import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  LineCounter,
  type Node,
  type ParsedNode,
  parseDocument,
  Scalar,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import { type Path, type PlaceFinder, Places } from './place.ts';
import { TreeProblems, withHint } from './problems.ts';

/** A YAML text as plain objects, arrays and scalars, each of which knows its place. */
export interface Tree {
  readonly root: unknown;
  readonly places: PlaceFinder;
  readonly problems: TreeProblems;
}

/** Aliases let a short text stand for an endless tree; no real inventory comes near this. */
const MOST_NODES = 10_000_000;
const MOST_SYNTAX_PROBLEMS = 20;

/**
 * Reads YAML 1.2 (core schema, merge keys). A number that would not be written back as it stands (`00123`, `1e3`,
 * twenty digits) stays text, so that no serial number or password loses a digit. Problems are gathered, not thrown;
 * `root` is undefined when the syntax is broken.
 */
export function readTree(file: string, text: string): Tree & { readonly places: Places } {
  const counter = new LineCounter();
  const places = new Places(counter);
  const problems = new TreeProblems(file, places);
  // Duplicate keys are looked for below: the library compares every key of a map with every other.
  const document = parseDocument(text, {
    version: '1.2',
    schema: 'core',
    uniqueKeys: false,
    prettyErrors: false,
    lineCounter: counter,
  });
  const isSound = reportSyntax(document, places, problems);
  const root = isSound ? new Reader(places, problems).read(document.contents) : undefined;
  return { root, places, problems };
}

function reportSyntax(document: Document.Parsed, places: Places, problems: TreeProblems): boolean {
  const exhausted = document.errors.find(({ code }) => code === 'RESOURCE_EXHAUSTION');
  const lines = new Set<number>();
  for (const { code, message, pos } of exhausted === undefined ? document.errors : [exhausted]) {
    const place = places.at(pos[0]);
    // What follows on the same line is an echo of the first mistake.
    if (lines.has(place.line) || lines.size >= MOST_SYNTAX_PROBLEMS) continue;
    lines.add(place.line);
    problems.add(syntaxSentence(code, message), place);
  }
  for (const { pos } of document.warnings) {
    problems.add(withHint('a tag (!) has no meaning here', 'remove it'), places.at(pos[0]));
  }
  return document.errors.length === 0;
}

/** The parser's names for signs. */
const SIGNS: Readonly<Record<string, string>> = {
  'flow-seq-start': '[',
  'flow-seq-end': ']',
  'flow-map-start': '{',
  'flow-map-end': '}',
};

function syntaxSentence(code: string, message: string): string {
  if (code === 'RESOURCE_EXHAUSTION') return 'the file is nested too deeply';
  if (code === 'MULTIPLE_DOCS') return 'the file holds several YAML documents, expected one';
  const first = message.split('\n')[0] ?? '';
  const readable = first.replace(/\bflow-(?:seq|map)-(?:start|end)\b/g, (name) => SIGNS[name] ?? name);
  return withHint(
    `not valid YAML: ${readable}`,
    readable === first
      ? undefined
      : 'inside { } and [ ], a value with brackets, braces or commas needs quotes',
  );
}

/** What an anchor stands for, once it has been read. */
interface Anchored {
  readonly value?: unknown;
  readonly nodes: number;
  readonly isOpen: boolean;
}

class Reader {
  readonly #places: Places;
  readonly #problems: TreeProblems;
  readonly #anchors = new Map<string, Anchored>();
  #nodes = 0;

  constructor(places: Places, problems: TreeProblems) {
    this.#places = places;
    this.#problems = problems;
  }

  read(contents: ParsedNode | null): unknown {
    const root = this.#value(contents, []);
    this.#places.setRoot(root, offsetOf(contents) ?? 0);
    return root;
  }

  #value(node: Node | null, path: Path): unknown {
    if (isAlias(node)) return this.#alias(node.source, offsetOf(node), path);
    const before = this.#nodes;
    this.#nodes += 1;
    const anchor = node?.anchor;
    if (anchor !== undefined) this.#anchors.set(anchor, { nodes: 0, isOpen: true });
    const value = this.#content(node, path);
    if (anchor !== undefined) {
      this.#anchors.set(anchor, { value, nodes: this.#nodes - before, isOpen: false });
    }
    return value;
  }

  #content(node: Node | null, path: Path): unknown {
    if (node === null) return null;
    if (isMap(node)) return this.#map(node, path);
    if (isScalar(node)) return plainValue(node);
    return this.#list(node as YAMLSeq, path);
  }

  #alias(source: string, offset: number | undefined, path: Path): unknown {
    const anchored = this.#anchors.get(source);
    const report = (message: string): undefined => {
      this.#problems.add(message, this.#places.at(offset ?? 0), path);
      return undefined;
    };
    if (anchored === undefined) return report(`the alias *${source} has no anchor &${source} before it`);
    if (anchored.isOpen) return report(`the alias *${source} stands inside its own anchor`);
    this.#nodes += anchored.nodes;
    if (this.#nodes > MOST_NODES) return report('aliases make the inventory too large to read');
    return anchored.value;
  }

  #map(node: YAMLMap, path: Path): Record<string, unknown> {
    const map: Record<string, unknown> = {};
    const merged: { readonly from: unknown; readonly offset: number }[] = [];
    for (const pair of node.items) {
      const keyNode = pair.key as Node | null;
      const keyOffset = offsetOf(keyNode) ?? offsetOf(node) ?? 0;
      const valueNode = pair.value as Node | null;
      const valueOffset = offsetOf(valueNode) ?? keyOffset;
      if (isMergeKey(keyNode)) {
        merged.push({ from: this.#value(valueNode, [...path, '<<']), offset: valueOffset });
        continue;
      }
      const key = this.#key(keyNode, keyOffset, path);
      const value = this.#value(valueNode, [...path, key ?? '?']);
      if (key === undefined || this.#isTwice(map, key, keyOffset, path)) continue;
      map[key] = value;
      this.#places.record(map, key, { key: keyOffset, value: valueOffset });
    }
    for (const { from, offset } of merged) this.#merge(map, from, offset, path);
    return map;
  }

  #key(node: Node | null, offset: number, path: Path): string | undefined {
    const value = isAlias(node) ? this.#alias(node.source, offset, path) : scalarKey(node);
    const isName = (typeof value === 'string' && value !== '') || typeof value === 'number';
    if (isName && value !== '__proto__') return String(value);
    this.#problems.add('a key must be a plain word', this.#places.at(offset), path);
    return undefined;
  }

  #isTwice(map: object, key: string, offset: number, path: Path): boolean {
    const first = Object.hasOwn(map, key) ? this.#places.offsets(map, key) : undefined;
    if (first === undefined) return false;
    const { line } = this.#places.at(first.key);
    this.#problems.add(`the key is given twice, first on line ${line}`, this.#places.at(offset), [
      ...path,
      key,
    ]);
    return true;
  }

  /** A merge key brings in what the map does not say itself; of several maps the first wins. */
  #merge(map: Record<string, unknown>, from: unknown, offset: number, path: Path): void {
    for (const source of Array.isArray(from) ? from : [from]) {
      if (source === undefined) continue;
      if (typeof source !== 'object' || source === null || Array.isArray(source)) {
        this.#problems.add('<< merges a map or a list of maps', this.#places.at(offset), [...path, '<<']);
        continue;
      }
      for (const [key, value] of Object.entries(source)) {
        if (Object.hasOwn(map, key)) continue;
        map[key] = value;
        const offsets = this.#places.offsets(source, key);
        if (offsets !== undefined) this.#places.record(map, key, offsets);
      }
    }
  }

  #list(node: YAMLSeq, path: Path): unknown[] {
    const list: unknown[] = [];
    for (const [index, item] of node.items.entries()) {
      const offset = offsetOf(item as Node | null) ?? offsetOf(node) ?? 0;
      list.push(this.#value(item as Node | null, [...path, index]));
      this.#places.record(list, index, { key: offset, value: offset });
    }
    return list;
  }
}

function offsetOf(node: Node | null | undefined): number | undefined {
  return node?.range?.[0];
}

function isMergeKey(node: Node | null): boolean {
  return isScalar(node) && node.value === '<<' && node.type === Scalar.PLAIN;
}

function scalarKey(node: Node | null): unknown {
  if (!isScalar(node)) return undefined;
  const value = plainValue(node);
  // `true:` and `null:` are words when they stand as a key.
  return typeof value === 'boolean' || value === null ? (node.source ?? '') : value;
}

/** A number keeps its type only when nothing of what was written would be lost. */
function plainValue(node: Scalar): unknown {
  const { value, source } = node;
  if (typeof value === 'number' && String(value) !== source) return source ?? String(value);
  if (typeof value === 'bigint') return source ?? String(value);
  return value;
}
