import type { CutPoint } from '../faults.ts';
import type { Feature } from '../personality.ts';
import type { Router } from '../router.ts';

/** The command modes and what stands in the parentheses of their prompts. */
export const MODE_PROMPTS = {
  exec: '',
  config: 'config',
  trustpoint: 'ca-trustpoint',
  chain: 'config-cert-chain',
  hex: 'config-pki-hexmode',
  interface: 'config-if',
  line: 'config-line',
  archive: 'config-archive',
  'ikev2-profile': 'config-ikev2-profile',
  'cs-server': 'cs-server',
  profile: 'ca-profile-enroll',
  vrf: 'config-vrf',
} as const;

export type ModeName = keyof typeof MODE_PROMPTS;

export interface Mode {
  readonly name: ModeName;
  /** What the mode is about: a trustpoint, an interface, a line, a serial number. */
  readonly subject: string;
}

/** What a command may do with the terminal line it was typed on. */
export interface CliSession {
  readonly user: string;
  /** The vty's number, from 0. */
  readonly line: number;
  readonly remote: string;
  readonly connectedAt: Date;
  readonly mode: Mode;
  privilege: number;
  monitor: boolean;
  /** Idle limit in milliseconds, 0 for none. */
  execTimeoutMs: number;
  readonly width: number;
  readonly length: number;
  resize(size: { width?: number; length?: number }): void;
  enter(name: ModeName, subject?: string): void;
  /** Prints text and a line end. */
  print(text?: string): void;
  /** Prints text wherever the cursor stands, whatever is under way. */
  interject(text: string): void;
  /** Prints text behind the next prompt, which is not shown again. */
  printBehindPrompt(text: string): void;
  /** Asks on the same line; the answer without its line end. Rejects with Interrupted and Disconnected. */
  ask(question: string): Promise<string>;
  /** The same without echo. */
  askHidden(question: string): Promise<string>;
  /** A `[yes/no]` question: asks again until it is answered in words. */
  yesNo(question: string): Promise<boolean>;
  /** A `[confirm]` question: Enter or y is yes. */
  confirm(question: string): Promise<boolean>;
  /** Ends the session. */
  close(): void;
  /** Breaks the connection when the router has the fault to do so here. Throws then. */
  cutAt(point: CutPoint): void;
}

/** One typed command with its parts resolved. */
export interface Call {
  readonly router: Router;
  readonly session: CliSession;
  /** Parameters by the name the syntax gives them. */
  readonly args: Readonly<Record<string, string>>;
  /** Keywords, spelled out. */
  readonly words: readonly string[];
  /** The command with its words spelled out, a leading `no` included. */
  readonly text: string;
  /** The command stood behind `no`. */
  readonly negated: boolean;
}

/** Output that goes through output modifiers and the pager; nothing when the command printed for itself. */
export type Outcome = readonly string[] | undefined;

/**
 * A command as data. Syntax: words, `<name:KIND>` parameters, `[optional]` parts and `{one|of}` alternatives.
 * Kinds: WORD, LINE (the rest of the line), A.B.C.D, hh:mm:ss, MONTH, HEX, or a range such as 1-100.
 */
export interface Command {
  readonly syntax: string;
  /** What may stand behind `no`; without it the command has no negation. */
  readonly no?: string;
  readonly help: string;
  /** Privilege from which the command exists; 1 unless said otherwise. */
  readonly level?: number;
  /** Releases that lack this do not know the command. */
  readonly needs?: Feature;
  /** Only releases that lack this know the command. */
  readonly insteadOf?: Feature;
  readonly run: (call: Call) => Outcome | Promise<Outcome> | undefined | Promise<undefined>;
}

/** A refusal: its text is printed and the command is over. */
export class Refusal extends Error {}

/** A parameter that parses but cannot be: the marker is put under the named argument. */
export class InvalidArgument extends Error {
  readonly argument: string;

  constructor(argument: string) {
    super(`invalid ${argument}`);
    this.argument = argument;
  }
}
