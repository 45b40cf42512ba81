import { type ConfigLine, maskedText } from '../domain/config-line.ts';
import { DeviceError } from '../domain/errors.ts';
import { belowItsLine, explainRefusal, findOutcome, findRefusal } from './refusals.ts';
import type { RouterLineCode } from './router-lines/table.ts';
import type { Terminal } from './terminal.ts';

/**
 * Types lines at a terminal that is in configuration mode; the reply to each is read before what may depend on it is typed.
 * `behind` are the commands that come next if all are taken: the way out of this mode first.
 * Throws DeviceError `command-refused` at the first line that is not taken, `unexpected-question` when a line is
 * answered with a question.
 */
export async function typeConfiguration(
  terminal: Terminal,
  lines: readonly ConfigLine[],
  behind: readonly string[] = [],
): Promise<void> {
  for (const [index, line] of lines.entries()) {
    const harmless = harmlessFrom(lines, index);
    const isToTheEnd = index + harmless.length === lines.length;
    terminal.foresee(isToTheEnd ? [...harmless, ...behind] : harmless);
    const shown = maskedText(line);
    terminal.mayBegin(`“${shown}”`);
    const prompt = await terminal.prompt();
    if (prompt.mode !== 'configuration') {
      throw new DeviceError(
        'command-refused',
        `“${shown}” was not typed: the prompt is “${prompt.text}”, not configuration mode`,
      );
    }
    const hostname = /^\s*hostname\s+(?<name>\S+)\s*$/i.exec(shown)?.groups?.name;
    if (hostname !== undefined) terminal.expectHostname(hostname);
    const reply = await terminal.type(line);
    // What is an outcome for a dialogue of its own is a no for a configuration line.
    const refusal = findRefusal(reply) ?? findOutcome(reply);
    if (refusal !== undefined)
      throw refused(terminal, belowItsLine(prompt.text, shown, reply), shown, refusal);
  }
}

/**
 * Settings of a trustpoint: they ask nothing, and what becomes of one does not depend on the one before, but for the line
 * that enters the trustpoint. Where that one is refused, they are, too: outside of a trustpoint nothing begins like that.
 */
const SETTINGS = [
  /^ ?(?:serial-number|fqdn|ip-address|subject-name|fingerprint|revocation-check|rsakeypair|eckeypair|hash|usage)\b/,
  /^ ?(?:enrollment (?:url http|mode|retry)|source interface|vrf|chain-validation|crl query)\b/,
] as const;
const HEAD = /^crypto (?:pki|ca) trustpoint \S+$/;
/** Settings of the router: names, and where it has its time and its names from. They ask nothing and stand for themselves. */
const GLOBAL = [/^ntp (?:server|source)\b/, /^ip (?:host|name-server|domain list)\b/] as const;

/** The lines from there on that may be typed before the replies to those before them. */
function harmlessFrom(lines: readonly ConfigLine[], index: number): readonly ConfigLine[] {
  const [first, ...rest] = lines.slice(index);
  if (first === undefined) return [];
  const isHead = HEAD.test(maskedText(first));
  const harmless = isHead ? SETTINGS : [...SETTINGS, ...GLOBAL];
  const others = upTo(isHead ? rest : [first, ...rest], harmless);
  return isHead ? [first, ...others] : others;
}

/** The first of these lines, as long as each is one of those. */
function upTo(lines: readonly ConfigLine[], patterns: readonly RegExp[]): readonly ConfigLine[] {
  const end = lines.findIndex((line) => !patterns.some((pattern) => pattern.test(maskedText(line))));
  return end < 0 ? lines : lines.slice(0, end);
}

function refused(
  { channel: { transcript, unread } }: Terminal,
  told: string,
  shown: string,
  refusal: { readonly line: string; readonly code: RouterLineCode },
): DeviceError {
  const heard = transcript.redact(told);
  const message = `“${shown}”: ${transcript.redact(refusal.line)}`;
  const ahead =
    unread.length === 0 ? '' : `\ntyped behind it already, and not looked at: ${unread.join('; ')}`;
  return new DeviceError('command-refused', message, explainRefusal(refusal, heard + ahead));
}
