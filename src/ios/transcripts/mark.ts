import { matchAtEnd } from '../../dialogue/match-at-end.ts';
import type { TranscriptEntry } from '../../dialogue/transcript-reader.ts';
import { iosHabits } from '../habits.ts';
import { ANY_PROMPT } from '../modes.ts';
import { iosLogLines } from '../syslog.ts';

/** What a line of a session was in the conversation. */
export type Role =
  /** Text at which something was typed, or at which the session ended. */
  | 'prompt'
  | 'question'
  | 'log'
  | 'output'
  | 'command'
  | 'answer'
  /** Keys without a line end, such as Ctrl-C, or an empty line that wakes a silent box. */
  | 'keys'
  | 'decision';

export interface MarkedEntry extends TranscriptEntry {
  readonly role: Role;
  /** Of a line that was heard: the text without log messages inside it. */
  readonly clean: string;
  /** Of a line that was typed: no decision and no prompt stands behind it, or another decision does. */
  readonly unplanned?: boolean;
}

type Draft = { -readonly [K in keyof MarkedEntry]: MarkedEntry[K] };

const { looksLikeQuestion: QUESTION, asksForText: ASKS_FOR_TEXT } = iosHabits();
const LOG_LINES = iosLogLines({ glued: undefined });
/** `name: answer`, as the engine notes it before it types. */
const DECISION =
  /^[a-z][\w-]*: (?<answer>(?!abort, |left$|could not be left, |no answer, the question has gone$).*)$/;
const KEYS = /^(?:\^[@-_])+$/;

/**
 * Says of every line of a saved session what it was. The transcript does not tell an open line from one that ended,
 * so a prompt or question is what stands last before something was typed.
 */
export function markTranscript(entries: readonly TranscriptEntry[]): MarkedEntry[] {
  const marker = new Marker();
  const marked = entries.map((entry) => marker.take({ ...entry, role: 'output', clean: '' }));
  marker.closeLine();
  return marked;
}

class Marker {
  /** What was heard last since something was typed, log messages left out. */
  #open: Draft | undefined;
  /** The answer that was decided on since then. */
  #decided: string | undefined;
  #afterLog = false;

  take(draft: Draft): Draft {
    if (draft.kind === 'heard') this.#hear(draft);
    else if (draft.kind === 'typed') this.#type(draft);
    else this.#decide(draft);
    return draft;
  }

  /** Nothing more is heard before something is typed, or at all: now the open line tells what it was. */
  closeLine(): void {
    if (this.#open !== undefined) this.#open.role = roleOfOpen(this.#open.clean, this.#decided);
  }

  #hear(draft: Draft): void {
    const isMore = this.#afterLog && LOG_LINES.continues?.(draft.text) !== undefined;
    draft.clean = isMore ? '' : withoutLog(draft.text);
    this.#afterLog = isMore || draft.clean !== draft.text;
    if (draft.clean.trim() !== '') this.#open = draft;
    else if (this.#afterLog) this.#hearLog(draft);
  }

  /** A question may stand glued behind a log message's text, where none stood open before. */
  #hearLog(draft: Draft): void {
    draft.role = 'log';
    const stands = this.#open === undefined ? 'output' : roleOfOpen(this.#open.clean, undefined);
    if (stands !== 'output' || matchAtEnd(QUESTION, draft.text) === undefined) return;
    draft.clean = draft.text;
    this.#open = draft;
  }

  #decide(draft: Draft): void {
    draft.role = 'decision';
    this.#decided = DECISION.exec(draft.text)?.groups?.answer ?? this.#decided;
  }

  #type(draft: Draft): void {
    this.closeLine();
    Object.assign(draft, roleOfTyped(draft.text, this.#open?.role, this.#decided));
    this.#open = undefined;
    this.#decided = undefined;
    this.#afterLog = false;
  }
}

function withoutLog(text: string): string {
  let [clean, rest] = ['', text];
  for (let place = LOG_LINES.find(rest, true); place !== undefined; place = LOG_LINES.find(rest, true)) {
    clean += rest.slice(0, place.start);
    rest = rest.slice(Math.max(place.end, place.start + 1));
  }
  return clean + rest;
}

function roleOfOpen(text: string, decided: string | undefined): Role {
  if (matchAtEnd(ANY_PROMPT, text) !== undefined) return 'prompt';
  // What asks for a text is a line that ended.
  if (ASKS_FOR_TEXT !== undefined && matchAtEnd(ASKS_FOR_TEXT, text) !== undefined) return 'output';
  return decided !== undefined || matchAtEnd(QUESTION, text) !== undefined ? 'question' : 'output';
}

function roleOfTyped(
  text: string,
  open: Role | undefined,
  decided: string | undefined,
): Pick<MarkedEntry, 'role' | 'unplanned'> {
  if (KEYS.test(text)) return { role: 'keys' };
  if (open === 'prompt' && decided === undefined) return { role: 'command' };
  if (decided !== undefined) return { role: 'answer', unplanned: (text || '(empty)') !== decided };
  if (open === 'question') return { role: 'answer', unplanned: true };
  return text === '' ? { role: 'keys' } : { role: 'command', unplanned: true };
}
