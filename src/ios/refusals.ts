import type { LineKind, RouterLine } from './router-lines/router-line.ts';
import { ROUTER_LINES, type RouterLineCode, routerLineCode } from './router-lines/table.ts';

export type RefusalKind = Exclude<LineKind, 'outcome' | 'log'>;

export interface Refusal {
  /** The line of the reply that says no, trimmed. */
  readonly line: string;
  readonly kind: RefusalKind;
  /** `trustfleet explain <code>` tells cause and remedy. */
  readonly code: RouterLineCode;
}

/** `%` lines that only inform. */
const INFORMATION: readonly RegExp[] = [
  /^%$/,
  /^%\s*generating\b/i,
  /^%\s*the key modulus size is\b/i,
  /^%\s*they will be replaced/i,
  /^%\s*key pair was generated at\b/i,
  /^%\s*start certificate enrol+ment\b/i,
  /^%\s*create a challenge password/i,
  /^%\s*the (?:subject name|serial number|IP address|fully-qualified|certificate request|'show)\b/i,
  /^%\s*(?:include|do you)\b/i,
  /^%\s*certificate (?:request sent|successfully imported)/i,
  /^%\s*router certificate successfully imported/i,
  /^%\s*(?:enter PEM-formatted|end with (?:a blank line|"quit"))/i,
  /^%\s*be sure to ask the CA administrator/i,
  /^%\s*(?:warning|info(?:rmation)?|note)\b/i,
  /^%\s*NTP is not (?:initialized|enabled)/i,
  /^%\s*NTP trusted-key is invalid ?: key already configured/i,
];

/**
 * Finds the first line of a reply with which the router refuses a command (IOS command reference, parser messages).
 * A `%` line that is not known as information counts as a complaint: whether that stops anything is the caller's
 * choice, since a show command may print one as its answer. Outcomes that a conversation has to judge do not count.
 */
export function findRefusal(reply: string): Refusal | undefined {
  for (const raw of reply.split(/\r?\n/)) {
    const line = raw.trim();
    const code = knownCode(line);
    const kind = code === undefined ? undefined : rowOf(code).kind;
    if (code === undefined || kind === undefined || kind === 'outcome' || kind === 'log') continue;
    return { line, kind, code };
  }
  return undefined;
}

/** The first outcome in a reply: a refusal where nobody is there to judge it. */
export function findOutcome(
  reply: string,
): { readonly line: string; readonly code: RouterLineCode } | undefined {
  for (const raw of reply.split(/\r?\n/)) {
    const line = raw.trim();
    const code = knownCode(line);
    if (code !== undefined && rowOf(code).kind === 'outcome') return { line, code };
  }
  return undefined;
}

/** The code of a line that a router printed; undefined for information and output. */
export function knownCode(line: string): RouterLineCode | undefined {
  const text = line.trim();
  const isInformation = text.startsWith('%') && INFORMATION.some((pattern) => pattern.test(text));
  return text === '' || isInformation ? undefined : routerLineCode(text);
}

/** What an error carries of a refused command: the reply with its cause, and the remedy. */
export function explainRefusal(
  { code }: { readonly code: RouterLineCode },
  reply: string,
): { readonly detail: string; readonly hint: string } {
  const { cause, remedy } = rowOf(code);
  return { detail: `${withoutBlankLines(reply)}\n${code}: ${cause}`, hint: remedy };
}

/** Prompt, line and reply, one below the other: the caret in a reply points at a column of that line. */
export function belowItsLine(prompt: string, line: string, reply: string): string {
  return `${prompt}${line}\n${withoutBlankLines(reply)}`;
}

/** Without the empty lines around it; the blanks of the first line stay. */
function withoutBlankLines(reply: string): string {
  return reply.replace(/^(?:[ \t]*\r?\n)+/, '').trimEnd();
}

function rowOf(code: RouterLineCode): RouterLine {
  return ROUTER_LINES[code];
}
