import { type ConfigLine, maskedText } from '../domain/config-line.ts';
import type { Device, SshSettings } from '../domain/device.ts';
import { enableQuestions } from './enable.ts';
import { ENABLE, type Mode, wayTo } from './modes.ts';
import type { ForeseenQuestion, IosCommand } from './question.ts';
import { EXIT, PAGER_OFF, SHOW_PRIVILEGE, WIDE } from './terminal-commands.ts';

/** One line that will be typed at a router, with the questions that may follow it. */
export interface ForeseenLine {
  /** Where: EXEC, configuration mode, or below a trustpoint's first line. */
  readonly mode: 'exec' | 'configuration' | 'trustpoint';
  /** As it is typed. Secrets, and what only the moment tells, stand in angle brackets. */
  readonly text: string;
  /** The condition on which it is typed, to be read behind “only if”; always where there is none. */
  readonly onlyIf?: string;
  /** It and its neighbors with the same words are typed again and again, or not at all; to be read behind “again and again”. */
  readonly again?: string;
  /** Typed in its place where the router refuses it; each where the one before is refused too. */
  readonly instead: readonly string[];
  readonly questions: readonly ForeseenQuestion[];
}

/** A command that asks nothing. */
export function foreseeCommand(text: string, instead: readonly string[] = []): ForeseenLine {
  return { mode: 'exec', text, instead, questions: [] };
}

/** A command with its questions, the way to its mode and back: what `Session.converse` does. */
export function foreseeConversation(command: IosCommand): readonly ForeseenLine[] {
  const { mode, opening, instead = [], questions } = command;
  const text = typeof opening === 'string' ? opening : maskedText(opening);
  return inMode(mode, [{ mode: mode === 'configuration' ? mode : 'exec', text, instead, questions }]);
}

/** What `Session.configure` types: lines below a trustpoint's first one are told apart, and none is nothing at all. */
export function foreseeConfiguration(lines: readonly ConfigLine[]): readonly ForeseenLine[] {
  if (lines.length === 0) return [];
  const texts = lines.map(maskedText);
  const head = texts.findIndex((text) => /^crypto (?:pki|ca) trustpoint /.test(text));
  return inMode(
    'configuration',
    texts.map((text, at) => ({
      mode: head >= 0 && at > head ? 'trustpoint' : 'configuration',
      text,
      instead: [],
      questions: [],
    })),
  );
}

/** From the login to privileged EXEC: what `openSession` types. */
export function foreseeOpening({ ssh }: Pick<Device, 'ssh'>): readonly ForeseenLine[] {
  const [wide, ...others] = WIDE;
  return [
    foreseeCommand(PAGER_OFF),
    foreseeCommand(wide, others),
    ...conditional('the prompt ends in ">"', [foreseeEnable(ssh)]),
  ];
}

/** What may be typed at any moment, besides what belongs to a step. */
export function foreseeAnytime({ ssh }: Pick<Device, 'ssh'>): readonly ForeseenLine[] {
  const unknown = 'the router does not know a show command, once a session';
  const below = 'it says a level below 15; the show command is then typed again';
  return [
    ...conditional(unknown, [foreseeCommand(SHOW_PRIVILEGE)]),
    ...conditional(below, [foreseeEnable(ssh)]),
    ...repeated(
      'while somebody else holds the configuration, three times at most',
      wayTo('privileged-exec', 'configuration').map((text) => foreseeCommand(text)),
    ),
  ];
}

/** What `Session.close` types. */
export function foreseeLeaving(): readonly ForeseenLine[] {
  return [foreseeCommand(EXIT)];
}

/** The same line, typed on a condition only. One that has a condition keeps it. */
export function onlyIf(condition: string, line: ForeseenLine): ForeseenLine {
  return line.onlyIf === undefined && line.again === undefined ? { ...line, onlyIf: condition } : line;
}

/** The same lines, typed on a condition only. Those that have one keep it. */
export function conditional(condition: string, lines: readonly ForeseenLine[]): readonly ForeseenLine[] {
  return lines.map((line) => onlyIf(condition, line));
}

/** The same lines, typed again and again or not at all. */
export function repeated(again: string, lines: readonly ForeseenLine[]): readonly ForeseenLine[] {
  return lines.map((line) => ({ ...line, again }));
}

function foreseeEnable(ssh: SshSettings): ForeseenLine {
  return { mode: 'exec', text: ENABLE, instead: [], questions: enableQuestions(ssh) };
}

function inMode(mode: Mode, lines: readonly ForeseenLine[]): readonly ForeseenLine[] {
  return [
    ...wayTo('privileged-exec', mode).map((text) => foreseeCommand(text)),
    ...lines,
    ...wayTo(mode, 'privileged-exec').map(
      (text): ForeseenLine => ({ mode: 'configuration', text, instead: [], questions: [] }),
    ),
  ];
}
