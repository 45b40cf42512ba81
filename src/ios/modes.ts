import type { Narrowed } from '../dialogue/match-at-end.ts';

/** The modes a session moves between. Every `(…)#` below `(config)#` counts as configuration. */
export const MODES = ['user-exec', 'privileged-exec', 'configuration'] as const;

export type Mode = (typeof MODES)[number];

/** What leads from user to privileged EXEC, by way of a password where the router wants one. */
export const ENABLE = 'enable';

/** What leads from privileged EXEC to configuration mode: behind other commands it says that this is needed next. */
export const CONFIGURE = 'configure terminal';

/** How to leave a mode upwards (towards configuration) and downwards. */
const WAYS: Readonly<Record<Mode, { readonly up?: string; readonly down?: string }>> = {
  'user-exec': { up: ENABLE },
  'privileged-exec': { up: CONFIGURE, down: 'disable' },
  configuration: { down: 'end' },
};

/** What a prompt tells. */
export interface Prompt {
  readonly text: string;
  readonly mode: Mode;
  /** Inside the parentheses: `config`, `ca-trustpoint`. */
  readonly submode?: string;
  /** As printed; configuration prompts cut a long one. */
  readonly hostname: string;
}

const NAME = String.raw`[\w.\-@\/:]{1,63}`;
const SUBMODE = String.raw`[\w.\-@\/:+]{1,40}`;
/** States in which nothing of ours may be typed: a Tcl shell, a boot helper, a box in recovery or maintenance. */
const FOREIGN = /^(?:tcl|boot|recovery-mode|rp-rec-mode|unlicensed|maint-mode)$/i;
const FOREIGN_PROMPT =
  /^(?:rommon \d+ ?>|switch: ?$|\+>|.*\]\$|.*\((?:tcl|boot|recovery-mode|rp-rec-mode|unlicensed|maint-mode)\)[#>])\s*$/i;
/** Configuration prompts keep at least this much of a long host name. */
const KEPT_OF_HOSTNAME = 16;

/** Any prompt of any router: before its host name is known. */
export const ANY_PROMPT = new RegExp(
  `^(?<hostname>${NAME})(?:\\((?<submode>${SUBMODE})\\))?(?<sign>[#>])\\s*$`,
);

/** Reads the mode from a prompt. Undefined for anything that is none, and for a state we do not work in. */
export function readPrompt(line: string): Prompt | undefined {
  const text = line.trim();
  const groups = ANY_PROMPT.exec(text)?.groups;
  const { hostname, submode, sign } = groups ?? {};
  if (hostname === undefined || (submode !== undefined && (FOREIGN.test(submode) || sign === '>')))
    return undefined;
  if (submode !== undefined) return { text, mode: 'configuration', submode, hostname };
  return { text, mode: sign === '>' ? 'user-exec' : 'privileged-exec', hostname };
}

/** Whether the line is the prompt of something that is no IOS command line, such as rommon or a Linux shell. */
export function isForeignPrompt(line: string): boolean {
  return FOREIGN_PROMPT.test(line.trim());
}

/**
 * The prompts of a router whose host name is known (more than one while a template changes it), to be matched on the
 * last line only. Configuration prompts are allowed to cut the name.
 */
export function promptOf(hostnames: readonly string[]): RegExp | Narrowed {
  if (hostnames.length === 0) return ANY_PROMPT;
  return {
    pattern: ANY_PROMPT,
    accepts: ({ groups }) => {
      const { hostname = '', submode, sign } = groups ?? {};
      if (submode === undefined) return hostnames.includes(hostname);
      return sign === '#' && hostnames.some((name) => hostname.startsWith(kept(name)));
    },
  };
}

/**
 * The same prompts glued behind other text, wherever they stand; undefined while no host name is known. Behind a blank it
 * is no glue: some log lines quote prompts. Few lines hold a name and a sign, and the pattern is made for the first.
 */
export function gluedPromptOf(hostnames: readonly string[]): Pick<RegExp, 'exec'> | undefined {
  if (hostnames.length === 0) return undefined;
  let pattern: RegExp | undefined;
  return {
    exec: (text) => {
      if (!/[#>]/.test(text) || !hostnames.some((name) => text.includes(kept(name)))) return null;
      pattern ??= new RegExp(`(?<!\\s)${promptSource(hostnames)}`);
      return pattern.exec(text);
    },
  };
}

function promptSource(hostnames: readonly string[]): string {
  const choices = hostnames.map(
    (name) => `${escaped(name)}[#>]|${escaped(kept(name))}[\\w.\\-@/:]*\\(${SUBMODE}\\)#`,
  );
  return `(?:${choices.join('|')})`;
}

/** What a configuration prompt shows of a name at least. */
function kept(hostname: string): string {
  return hostname.slice(0, KEPT_OF_HOSTNAME);
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}

/** The command that brings a session one mode nearer to `to`; undefined when it is there or no way leads on. */
export function stepTowards(from: Mode, to: Mode): string | undefined {
  const [here, there] = [MODES.indexOf(from), MODES.indexOf(to)];
  if (here === there) return undefined;
  return here < there ? WAYS[from].up : WAYS[from].down;
}

/** Whether a command leads from mode to mode. */
export function leadsElsewhere(command: string): boolean {
  return Object.values(WAYS).some(({ up, down }) => command === up || command === down);
}

/** All the commands that bring a session from one mode to another, when each step leads where it should. */
export function wayTo(from: Mode, to: Mode): readonly string[] {
  const [here, there] = [MODES.indexOf(from), MODES.indexOf(to)];
  const passed = here < there ? MODES.slice(here, there) : MODES.slice(there + 1, here + 1).toReversed();
  return passed.flatMap((mode) => stepTowards(mode, to) ?? []);
}
