import { type OutputFilter, parseModifier } from '../output-filter.ts';
import type { Personality } from '../personality.ts';
import type { Router } from '../router.ts';
import { takeHexLine } from './certificate-chain.ts';
import { type CliSession, InvalidArgument, type Outcome, Refusal } from './command.ts';
import { type Trees, treesOf } from './modes.ts';
import { type Parsed, type ParseResult, parseLine } from './tree.ts';

const MARKER = "% Invalid input detected at '^' marker.";

/**
 * Runs one typed line in the session's mode. What the command prints for itself is printed; what it returns is
 * the caller's to page. `column` is where the line began on the screen: the error marker is placed from there.
 */
export async function runLine(
  router: Router,
  session: CliSession,
  line: string,
  column: number,
): Promise<Outcome> {
  if (session.mode.name === 'hex') return takeHexLine(router, session, line);
  if (/^\s*!/.test(line)) return undefined;
  const doing = session.mode.name === 'exec' ? null : /^\s*do\s+/i.exec(line);
  const skipped = doing?.[0].length ?? 0;
  const typed = new TypedCommand(session, line, column, skipped);
  const { text, filter, problem } = splitModifier(router.personality, line.slice(skipped));
  if (problem !== undefined) return typed.refuse(problem, line.indexOf('|') + 2);
  const inExec = session.mode.name === 'exec' || doing !== null;
  const trees = treesOf(router.personality);
  const result = inExec ? parseLine(trees.exec, text, session.privilege) : parseConfig(trees, session, text);
  if (result.kind !== 'command') return typed.explain(result, text, inExec);
  if (session.line >= 0 && router.faults.denies(result.text)) return typed.deny();
  if (!inExec && !isLeaving(result)) router.config.touch(session.user);
  return typed.run(router, result, filter);
}

/** A line of a submode, else a global one: typing a global command in a submode leaves the submode. */
function parseConfig(trees: Trees, session: CliSession, text: string): ParseResult {
  const { name } = session.mode;
  const own = parseLine(trees[name], text, session.privilege);
  if (own.kind === 'command' || name === 'config') return own;
  const global = parseLine(trees.config, text, session.privilege);
  // Whether the prompt is that of the submode or of global configuration afterwards differs between captures.
  if (global.kind === 'command') session.enter('config');
  return global.kind === 'command' || global.depth > own.depth ? global : own;
}

function isLeaving({ words }: Parsed): boolean {
  return words[0] === 'exit' || words[0] === 'end';
}

function splitModifier(
  { lacks }: Personality,
  text: string,
): { text: string; filter?: OutputFilter; problem?: string } {
  const bar = text.indexOf('|');
  if (bar < 0 || !/^\s*sho?w?\s/i.test(text)) return { text };
  const modifier = parseModifier(text.slice(bar + 1), !lacks.includes('output section'));
  return { text: text.slice(0, bar), ...modifier };
}

/** One line on its way through the parser, and how its mistakes are shown. */
class TypedCommand {
  readonly #session: CliSession;
  readonly #line: string;
  readonly #column: number;
  readonly #skipped: number;

  constructor(session: CliSession, line: string, column: number, skipped: number) {
    this.#session = session;
    this.#line = line;
    this.#column = column;
    this.#skipped = skipped;
  }

  async run(router: Router, parsed: Parsed, filter: OutputFilter | undefined): Promise<Outcome> {
    const session = this.#session;
    const { args, words, text, negated, command, places } = parsed;
    try {
      if (words[0] === 'show') this.#stampTime(router);
      const lines = await command.run({ router, session, args, words, text, negated });
      return lines === undefined || filter === undefined ? lines : filter(lines);
    } catch (reason) {
      if (reason instanceof Refusal) return this.#say(reason.message);
      if (reason instanceof InvalidArgument) return this.#mark(places[reason.argument] ?? 0);
      throw reason;
    }
  }

  /** `exec prompt timestamp`. */
  #stampTime({ faults, clock }: Router): void {
    if (!faults.has('prompt-timestamps')) return;
    const source = clock.source === 'none' ? 'No time source' : 'Time source is NTP';
    this.#say('Load for five secs: 1%/0%; one minute: 2%; five minutes: 3%');
    this.#say(`${source}, ${clock.mark}${clock.formatClock(clock.now())}`);
  }

  deny(): undefined {
    return this.#say('Command authorization failed.\n');
  }

  explain(result: Exclude<ParseResult, Parsed>, text: string, inExec: boolean): undefined {
    switch (result.kind) {
      case 'incomplete':
        return this.#say('% Incomplete command.\n');
      case 'ambiguous':
        return this.#say(`% Ambiguous command:  "${text.trim()}"`);
      case 'invalid':
        if (inExec && this.#skipped === 0 && /^\s*\S+\s*$/.test(text)) return this.#notAHost(text.trim());
        return this.#mark(result.at);
    }
  }

  /** A mistake in an output modifier: an empty problem means that the word itself is wrong. */
  refuse(problem: string, at: number): undefined {
    if (problem === '') return this.#mark(at - this.#skipped);
    return this.#say(
      problem.startsWith('% Ambiguous') ? `${problem}:  "${this.#line.trim()}"` : `${problem}\n`,
    );
  }

  /** A single unknown word in EXEC is taken for the name of a host to connect to. */
  #notAHost(word: string): undefined {
    this.#say(`Translating "${word}"...domain server (255.255.255.255)`);
    return this.#say('% Unknown command or computer name, or unable to find computer address');
  }

  #mark(at: number): undefined {
    const { width } = this.#session;
    const place = this.#column + this.#skipped + at;
    // Where the marker stands under a line that has scrolled sideways is not known from captures.
    // Here no further right than the editor goes.
    const column = width > 0 ? Math.min(place, width - 3) : place;
    return this.#say(`${' '.repeat(column)}^\n${MARKER}\n`);
  }

  #say(text: string): undefined {
    this.#session.print(text);
    return undefined;
  }
}
