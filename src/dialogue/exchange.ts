import type { DeviceError } from '../domain/errors.ts';
import type { Secret } from '../domain/secret.ts';
import type { Narrowed } from './match-at-end.ts';
import type { TypedLine } from './typed-line.ts';

/** What is typed to a question, without the line end. A Secret is typed in clear and written to no transcript. */
export type Answer = string | Secret;

/** What the device said, as an answer may look at it. */
export interface Heard {
  /** Clean text since the dialogue's opening: no echo of ours, no syslog, no carriage returns, screen edits applied. */
  readonly all: string;
  /** Clean text since the previous answer. */
  readonly sinceLastAnswer: string;
  /** The match of the exchange's prompt. */
  readonly match: RegExpExecArray;
}

/** What an exchange does when its question stands at the end of what was heard. */
export type Reaction =
  | { readonly type: Answer }
  /** Lines typed one behind the other, at a pace the device keeps up with; to a question with `asksForText` only. */
  | { readonly paste: readonly Answer[] }
  /** Leaves the dialogue with this error; `instead` is typed first when the question must not stay open (`no`). */
  | { readonly abort: DeviceError; readonly instead?: string };

/** One question a device may ask, and how it is answered. Exchanges of a dialogue may occur in any order. */
export interface Exchange {
  /** Appears in transcripts, errors and test titles: `accept-ca-certificate`, `challenge-password-again`. */
  readonly name: string;
  /**
   * Matched against the last line, else against all that was said since the last answer (for a question that spans
   * lines). The engine anchors it at the end, where blanks may follow. The first exchange that matches answers.
   */
  readonly prompt: RegExp;
  /** May take time: a challenge is minted when the device asks for it. */
  react(heard: Heard): Reaction | Promise<Reaction>;
  /** How often it may occur in one dialogue; once unless said otherwise. One time more is an `unexpected-question`. */
  readonly atMost?: number;
  /** Its question is a line that ends like any other: the device waits on an empty one for text to be pasted. */
  readonly asksForText?: true;
}

/** A conversation as data. */
export interface Dialogue {
  readonly name: string;
  /** The command that starts it. */
  readonly opening: TypedLine;
  readonly exchanges: readonly Exchange[];
  /** The prompt that closes it, matched on the last line only. */
  readonly ends: RegExp | Narrowed;
  /** Longest silence between two pieces of news from the device, in milliseconds. */
  readonly timeoutMs: number;
}

/** What a finished dialogue leaves. */
export interface Conversation {
  /** Everything the device said from the opening's reply up to the closing prompt, which is left out. Clean. */
  readonly text: string;
  /** The closing prompt as it was printed, without blanks around it. */
  readonly prompt: string;
  /** Names of the exchanges that were answered, in order. A question that went away by itself is not among them. */
  readonly asked: readonly string[];
  /** Syslog messages that arrived meanwhile. */
  readonly syslog: readonly string[];
}
