import type { Command } from './command.ts';
import { type Element, expandSyntax, fitsType } from './syntax.ts';

interface Node {
  readonly words: Map<string, Node>;
  readonly parameters: { readonly name: string; readonly type: string; readonly node: Node }[];
  command: Command | undefined;
  negated: boolean;
  help: string;
  /** The lowest privilege that sees anything at or below this node. */
  level: number;
}

/** The commands of one mode, as a tree of words. */
export interface CommandTree {
  readonly root: Node;
}

export interface Parsed {
  readonly kind: 'command';
  readonly command: Command;
  readonly negated: boolean;
  readonly args: Readonly<Record<string, string>>;
  readonly words: readonly string[];
  /** The command with its words spelled out and one blank between them. */
  readonly text: string;
  /** Where each argument begins in the line. */
  readonly places: Readonly<Record<string, number>>;
}

export type ParseResult =
  | Parsed
  | { readonly kind: 'incomplete'; readonly depth: number }
  | { readonly kind: 'ambiguous'; readonly depth: number }
  /** `at` is the column under which the marker stands, counted from the line's first character. */
  | { readonly kind: 'invalid'; readonly at: number; readonly depth: number };

interface Token {
  readonly text: string;
  readonly at: number;
}

export function buildTree(commands: readonly Command[]): CommandTree {
  const root = newNode();
  for (const command of commands) {
    const level = command.level ?? 1;
    for (const sequence of expandSyntax(command.syntax)) insert(root, sequence, command, false, level);
    if (command.no === undefined) continue;
    for (const sequence of expandSyntax(`no ${command.no}`)) insert(root, sequence, command, true, level);
  }
  return { root };
}

function newNode(): Node {
  return { words: new Map(), parameters: [], command: undefined, negated: false, help: '', level: 15 };
}

function insert(
  root: Node,
  sequence: readonly Element[],
  command: Command,
  negated: boolean,
  level: number,
): void {
  let node = root;
  node.level = Math.min(node.level, level);
  for (const element of sequence) {
    node = element.kind === 'word' ? wordChild(node, element.word) : parameterChild(node, element);
    node.level = Math.min(node.level, level);
    if (node.help === '') node.help = command.help;
  }
  node.help = command.help;
  node.command ??= command;
  node.negated = negated;
}

function wordChild(node: Node, word: string): Node {
  const child = node.words.get(word) ?? newNode();
  node.words.set(word, child);
  return child;
}

function parameterChild(node: Node, { name, type }: { name: string; type: string }): Node {
  const known = node.parameters.find((parameter) => parameter.name === name && parameter.type === type);
  if (known !== undefined) return known.node;
  const child = newNode();
  node.parameters.push({ name, type, node: child });
  return child;
}

/** Resolves a typed line as IOS does: unique prefixes stand for their words, words go before parameters. */
export function parseLine({ root }: CommandTree, line: string, level: number): ParseResult {
  const args: Record<string, string> = {};
  const places: Record<string, number> = {};
  const words: string[] = [];
  const text: string[] = [];
  let node = root;
  const tokens = tokenize(line);
  for (const [depth, token] of tokens.entries()) {
    const choices = wordsFor(node, token.text, level);
    const parameter = node.parameters.find(
      ({ type, node: { level: least } }) => least <= level && fitsType(type, token.text),
    );
    const [word] = choices;
    if (word !== undefined && (choices.length === 1 || parameter === undefined)) {
      if (choices.length > 1) return { kind: 'ambiguous', depth };
      words.push(word);
      text.push(word);
      node = node.words.get(word) ?? node;
      continue;
    }
    if (parameter === undefined)
      return { kind: 'invalid', at: token.at + understood(node, token.text, level), depth };
    const isLine = parameter.type === 'LINE';
    args[parameter.name] = isLine ? line.slice(token.at).trimEnd() : token.text;
    places[parameter.name] = token.at;
    text.push(args[parameter.name] ?? '');
    node = parameter.node;
    if (isLine) break;
  }
  const { command, negated } = node;
  if (command === undefined || (command.level ?? 1) > level)
    return { kind: 'incomplete', depth: tokens.length };
  return { kind: 'command', command, negated, args, words, text: text.join(' '), places };
}

function tokenize(line: string): readonly Token[] {
  return [...line.matchAll(/\S+/g)].map((match) => ({ text: match[0], at: match.index }));
}

/** The visible words a token stands for: the word itself, else all that begin with it. */
function wordsFor(node: Node, token: string, level: number): readonly string[] {
  const typed = token.toLowerCase();
  const visible = [...node.words].filter(([, { level: least }]) => least <= level).map(([word]) => word);
  return visible.includes(typed) ? [typed] : visible.filter((word) => word.startsWith(typed));
}

/** How many characters of a wrong token the best word would still take: the marker stands behind them. */
function understood(node: Node, token: string, level: number): number {
  const typed = token.toLowerCase();
  let best = 0;
  for (const [word, child] of node.words) {
    if (child.level > level) continue;
    let same = 0;
    while (same < word.length && same < typed.length && word[same] === typed[same]) same += 1;
    best = Math.max(best, same);
  }
  return best;
}

/** The words and parameters that may follow: what `?` shows. A last word without a blank behind it is a prefix. */
export function helpFor({ root }: CommandTree, line: string, level: number): readonly string[] {
  const tokens = tokenize(line);
  const partial = line !== '' && !line.endsWith(' ') ? tokens.at(-1) : undefined;
  const node = walk(root, partial === undefined ? tokens : tokens.slice(0, -1), level);
  if (node === undefined) return ['% Unrecognized command'];
  const words = [...node.words]
    .filter(([word, child]) => child.level <= level && word.startsWith(partial?.text.toLowerCase() ?? ''))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  if (partial !== undefined) {
    return words.length > 0 ? [words.map(([word]) => word).join('  ')] : ['% Unrecognized command'];
  }
  const rows = [
    ...words.map(([word, child]) => [word, child.help] as const),
    ...node.parameters.filter(({ node: { level: least } }) => least <= level).map(describeParameter),
    ...(node.command === undefined ? [] : [['<cr>', ''] as const]),
  ];
  const width = Math.max(0, ...rows.map(([word]) => word.length));
  return rows.map(([word, help]) => `  ${word.padEnd(width)}  ${help}`.trimEnd());
}

function describeParameter({ type, node }: { type: string; node: Node }): readonly [string, string] {
  return [/^-?\d+-\d+$/.test(type) ? `<${type}>` : type, node.help];
}

function walk(root: Node, tokens: readonly Token[], level: number): Node | undefined {
  let node: Node | undefined = root;
  for (const token of tokens) {
    if (node === undefined) return undefined;
    const words = wordsFor(node, token.text, level);
    const [word] = words;
    node =
      word !== undefined && words.length === 1
        ? node.words.get(word)
        : node.parameters.find(({ type }) => fitsType(type, token.text))?.node;
  }
  return node;
}

/** The line with its last word spelled out when only one word can be meant. */
export function completeWord({ root }: CommandTree, line: string, level: number): string {
  const tokens = tokenize(line);
  const last = tokens.at(-1);
  if (last === undefined || line.endsWith(' ')) return line;
  const node = walk(root, tokens.slice(0, -1), level);
  const words = node === undefined ? [] : wordsFor(node, last.text, level);
  return words.length === 1 ? `${line.slice(0, last.at)}${words[0]} ` : line;
}
