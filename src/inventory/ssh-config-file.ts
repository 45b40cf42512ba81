import { readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import type { InputProblem } from '../domain/errors.ts';
import { type ConfigDirective, readConfigLines } from './ssh-config-lines.ts';

/** A directive that holds for a host, and where it stands. */
export interface Setting {
  readonly keyword: string;
  readonly args: readonly string[];
  readonly file: string;
  readonly line: number;
}

/** ssh_config(5) allows no more includes within includes. */
const DEEPEST = 16;

type Node =
  | { readonly kind: 'host'; readonly patterns: readonly string[] }
  | { readonly kind: 'never' }
  | { readonly kind: 'include'; readonly nodes: readonly Node[] }
  | { readonly kind: 'setting'; readonly setting: Setting };

/** An OpenSSH client configuration with what it includes. `Match` is understood as `Match all` only. */
export class SshConfigFile {
  /** Why it cannot be used. */
  readonly problems: InputProblem[] = [];
  /** What in it was left out. */
  readonly warnings: InputProblem[] = [];
  /** Itself and what it includes, as far as it is there. */
  readonly files: string[] = [];
  readonly #nodes: readonly Node[];

  private constructor(file: string, text: string) {
    this.#nodes = this.#read(file, text, 0);
  }

  /** Throws what reading the file threw; an included file that is not there is left out, as OpenSSH does. */
  static read(file: string): SshConfigFile {
    return new SshConfigFile(file, readFileSync(file, 'utf8'));
  }

  /** Everything that holds for the host as it is typed, in order: of most keywords the first one counts. */
  settingsOf(host: string): readonly Setting[] {
    return [...walk(this.#nodes, host, true)];
  }

  #read(file: string, text: string, depth: number): readonly Node[] {
    this.files.push(file);
    return readConfigLines(text).map((directive): Node => {
      const { keyword, args, line, problem } = directive;
      if (problem !== undefined) this.problems.push({ file, line, message: problem });
      if (keyword === 'host') return { kind: 'host', patterns: args };
      if (keyword === 'match') return this.#match(directive, file);
      if (keyword !== 'include') return { kind: 'setting', setting: { keyword, args, file, line } };
      return { kind: 'include', nodes: args.flatMap((one) => this.#include(one, { file, line }, depth)) };
    });
  }

  #match({ args, line }: ConfigDirective, file: string): Node {
    if (args.length === 1 && args[0]?.toLowerCase() === 'all') return { kind: 'host', patterns: ['*'] };
    this.warnings.push({
      file,
      line,
      message: 'Match is not supported: what stands under it is left out',
      hint: 'use Host, or write the values into the inventory',
    });
    return { kind: 'never' };
  }

  #include(
    written: string,
    at: { readonly file: string; readonly line: number },
    depth: number,
  ): readonly Node[] {
    if (depth >= DEEPEST) {
      this.problems.push({ ...at, message: `more than ${DEEPEST} includes within each other` });
      return [];
    }
    const expanded = written.startsWith('~/') ? path.join(homedir(), written.slice(2)) : written;
    const whole = path.resolve(path.dirname(at.file), expanded);
    const folder = path.dirname(whole);
    if (/[*?[~$%]/.test(folder) || /[[$%]/.test(path.basename(whole))) {
      const hint = 'patterns may hold * and ?, in the name of the file only';
      this.problems.push({ ...at, message: `cannot include ${written}`, hint });
      return [];
    }
    return filesLike(folder, path.basename(whole)).flatMap((file) => {
      const text = this.#text(file, at);
      return text === undefined ? [] : this.#read(file, text, depth + 1);
    });
  }

  #text(file: string, at: { readonly file: string; readonly line: number }): string | undefined {
    try {
      return readFileSync(file, 'utf8');
    } catch (thrown) {
      const { code } = thrown as NodeJS.ErrnoException;
      if (code !== 'ENOENT') this.problems.push({ ...at, message: `cannot include ${file} (${code})` });
      return undefined;
    }
  }
}

function* walk(nodes: readonly Node[], host: string, isActive: boolean): Generator<Setting> {
  let holds = isActive;
  for (const node of nodes) {
    if (node.kind === 'host') holds = isActive && matchesHost(node.patterns, host);
    else if (node.kind === 'never') holds = false;
    else if (!holds) continue;
    else if (node.kind === 'setting') yield node.setting;
    // A Host line in an included file ends with that file.
    else yield* walk(node.nodes, host, true);
  }
}

function matchesHost(patterns: readonly string[], host: string): boolean {
  const matches = (pattern: string): boolean => wildcard(pattern).test(host);
  const isNegated = patterns.some((pattern) => pattern.startsWith('!') && matches(pattern.slice(1)));
  return !isNegated && patterns.some((pattern) => !pattern.startsWith('!') && matches(pattern));
}

function filesLike(folder: string, name: string): readonly string[] {
  if (!/[*?]/.test(name)) return [path.join(folder, name)];
  const pattern = wildcard(name);
  try {
    return readdirSync(folder)
      .filter((one) => pattern.test(one) && (name.startsWith('.') || !one.startsWith('.')))
      .toSorted()
      .map((one) => path.join(folder, one));
  } catch {
    return [];
  }
}

/** `*` and `?`, as ssh_config(5) has them: no sets. */
function wildcard(pattern: string): RegExp {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 's');
}
