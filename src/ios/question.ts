import type { Exchange, Heard } from '../dialogue/exchange.ts';
import type { ConfigLine } from '../domain/config-line.ts';
import type { DeviceError } from '../domain/errors.ts';
import type { Mode } from './modes.ts';

/** A question that a command may lead to, and what is typed then. */
export interface ForeseenQuestion {
  /** Of the exchange that answers it. */
  readonly name: string;
  /** In the words of IOS; releases differ in them. */
  readonly question: string;
  /**
   * What is typed: empty for the Enter key alone, in angle brackets where it is secret. Undefined: nothing; the
   * dialogue is left with Ctrl-C.
   */
  readonly answer: string | undefined;
  /** The device stops there, whatever was answered. */
  readonly stops?: true;
  /** On what the answer depends, or where it comes from. */
  readonly remark?: string;
}

/** A command with the questions it may ask. The session types it, and a dry run shows it: both from here. */
export interface IosCommand {
  readonly mode: Exclude<Mode, 'user-exec'>;
  readonly opening: string | ConfigLine;
  /** Typed in its place where the user may not type it; each where the one before is refused too. */
  readonly instead?: readonly string[];
  readonly questions: readonly ForeseenQuestion[];
}

export interface AnsweringOptions {
  readonly atMost?: number;
  /** For a question that stops the device: the error it ends with. */
  readonly error?: (heard: Heard) => DeviceError;
}

/** The exchange that answers a foreseen question always in the same way. */
export function answering(
  { name, answer }: ForeseenQuestion,
  prompt: RegExp,
  { atMost, error }: AnsweringOptions = {},
): Exchange {
  return {
    name,
    prompt,
    ...(atMost === undefined ? {} : { atMost }),
    react(heard) {
      if (error === undefined) return { type: answer ?? '' };
      return { abort: error(heard), ...(answer === undefined ? {} : { instead: answer }) };
    },
  };
}
