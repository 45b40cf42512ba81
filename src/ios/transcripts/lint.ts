import type { SavedTranscript } from '../../dialogue/transcript-reader.ts';
import { maskConfigSecrets } from '../../log/mask-config.ts';
import { findOutcome, findRefusal } from '../refusals.ts';
import type { RouterLineCode } from '../router-lines/table.ts';
import { type MarkedEntry, markTranscript } from './mark.ts';

/** How a session came to its end, by what its transcript shows. */
export type SessionEnd =
  /** A question nobody planned for; it was not answered. */
  | {
      readonly kind: 'unknown-question';
      readonly question: string;
      readonly command: string;
      readonly line: number;
    }
  /** A known question to which the answer was to leave: `code` is the error's. */
  | {
      readonly kind: 'aborted';
      readonly exchange: string;
      readonly code: string;
      readonly message: string;
      readonly line: number;
    }
  /** The last command before leaving was refused. */
  | {
      readonly kind: 'refused';
      readonly command: string;
      readonly said: string;
      readonly code: RouterLineCode;
      readonly line: number;
    }
  /** Nobody said goodbye: the connection broke, or was closed because the router did not answer. */
  | { readonly kind: 'broken'; readonly last: string; readonly line: number }
  /** The session was left as it should be. */
  | { readonly kind: 'left'; readonly line: number };

/** A place in the file, and what is to be said of it. Never the text itself where that may be a secret. */
export interface Suspicion {
  readonly line: number;
  readonly what: string;
}

export interface TranscriptLint {
  readonly end: SessionEnd;
  /** Text that looks like a secret: transcripts are written without, but they may have been edited or pasted together. */
  readonly secrets: readonly Suspicion[];
  /** What was typed although no exchange planned it. */
  readonly unplanned: readonly Suspicion[];
}

/** Judges a saved session by its transcript alone. */
export function lintTranscript({ entries }: SavedTranscript): TranscriptLint {
  const marked = markTranscript(entries);
  return {
    end: endOf(marked),
    secrets: marked.flatMap((entry, at) => secretIn(entry, marked.slice(Math.max(0, at - 3), at))),
    unplanned: marked.flatMap((entry) =>
      entry.unplanned === true ? [{ line: entry.line, what: whyUnplanned(entry) }] : [],
    ),
  };
}

const UNKNOWN = /^unexpected question, not answered: (?<question>.*)$/;
const ABORT = /^(?<exchange>[\w-]+): abort, (?<code>[a-z-]+): (?<message>.*)$/;
const LEAVING = /^(?:end|exit|disable|)$/;

function endOf(marked: readonly MarkedEntry[]): SessionEnd {
  const last = marked.at(-1);
  const line = last?.line ?? 0;
  const note = marked.findLast(
    ({ role, text }) => role === 'decision' && (UNKNOWN.test(text) || ABORT.test(text)),
  );
  if (note !== undefined) return noted(note, marked);
  const refused = refusedAtTheEnd(marked);
  if (refused !== undefined) return refused;
  const typed = marked.findLast(({ kind }) => kind === 'typed');
  if (typed?.text === 'exit' && typed.role === 'command') return { kind: 'left', line };
  const heard = marked.findLast(({ kind, text }) => kind === 'heard' && text !== '');
  return { kind: 'broken', last: heard?.text ?? '', line: heard?.line ?? line };
}

function noted(note: MarkedEntry, marked: readonly MarkedEntry[]): SessionEnd {
  const question = UNKNOWN.exec(note.text)?.groups?.question;
  const before = marked.slice(0, marked.indexOf(note));
  const command = before.findLast(({ role }) => role === 'command')?.text ?? '';
  if (question !== undefined) return { kind: 'unknown-question', question, command, line: note.line };
  const { exchange = '', code = '', message = '' } = ABORT.exec(note.text)?.groups ?? {};
  return { kind: 'aborted', exchange, code, message, line: note.line };
}

/** A refusal further up was dealt with: the session went on. */
function refusedAtTheEnd(marked: readonly MarkedEntry[]): SessionEnd | undefined {
  const at = marked.findLastIndex(({ role, text }) => role === 'command' && !LEAVING.test(text));
  const command = marked[at];
  if (command === undefined) return undefined;
  const next = marked.findIndex(({ kind }, index) => index > at && kind === 'typed');
  for (const { role, clean, line } of marked.slice(at + 1, next < 0 ? undefined : next)) {
    const found = role === 'output' ? (findRefusal(clean) ?? findOutcome(clean)) : undefined;
    if (found !== undefined)
      return { kind: 'refused', command: command.text, said: found.line, code: found.code, line };
  }
  return undefined;
}

const MASKED = /^(?:\[redacted\]|<redacted>|)$/;
const PASSWORD = /\b(?:password|passphrase|secret)\s*:\s*$/i;

function secretIn(entry: MarkedEntry, before: readonly MarkedEntry[]): Suspicion[] {
  const { line, text, kind, role } = entry;
  if (maskConfigSecrets(text) !== text) return [{ line, what: 'a password or key in a configuration line' }];
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text)) return [{ line, what: 'a private key' }];
  if (kind !== 'typed' || role === 'keys' || MASKED.test(text)) return [];
  const question = before.findLast((each) => each.kind === 'heard' && each.clean.trim() !== '');
  return PASSWORD.test(question?.clean ?? '')
    ? [{ line, what: 'the answer to a question for a password' }]
    : [];
}

function whyUnplanned({ role }: MarkedEntry): string {
  return role === 'answer'
    ? 'answered a question, and no exchange says that it decided so'
    : 'typed where neither a prompt nor a known question stood';
}
