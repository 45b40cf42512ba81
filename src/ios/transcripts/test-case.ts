import type { SavedTranscript } from '../../dialogue/transcript-reader.ts';
import { maskConfigSecrets } from '../../log/mask-config.ts';
import { type MarkedEntry, markTranscript } from './mark.ts';

/**
 * A saved session as a script that plays the router, in the format of the golden conversations:
 *
 * ```text
 * < text     the router says the line             > text     the line has to be typed; the router echoes it
 * <_ text    the same, and leaves the line open   >* text    the same without echo
 * <~ text    a log line, at any moment            >^ \x03    these keys have to be pressed
 * !          the router breaks the connection
 * ```
 * What was masked in the transcript stays masked: a replay has to type `[redacted]` for a secret.
 */
export function testCaseOf(saved: SavedTranscript): string {
  const marked = markTranscript(saved.entries);
  const lines = marked.flatMap((entry, at) => stepsOf(entry, marked.slice(at + 1)));
  const from = saved.device === undefined ? '' : ` of ${saved.device}`;
  return `${[`# Made from the transcript${from}.`, ...lines, ...lastStep(marked)].join('\n')}\n`;
}

function stepsOf(entry: MarkedEntry, rest: readonly MarkedEntry[]): string[] {
  switch (entry.kind) {
    case 'heard':
      return heard(entry, rest);
    case 'typed':
      return typed(entry);
    case 'decided':
      return [];
  }
}

function heard({ role, text, clean }: MarkedEntry, rest: readonly MarkedEntry[]): string[] {
  if (role === 'log') return [step('<~', text)];
  if (role !== 'prompt' && role !== 'question') return [step('<', text)];
  // A log message ended the line, or was printed behind it.
  if (text !== clean && text.startsWith(clean))
    return [step('<_', clean), step('<~', text.slice(clean.length))];
  return [step(rest.find(({ kind }) => kind !== 'decided')?.role === 'log' ? '<' : '<_', text)];
}

function typed({ role, text }: MarkedEntry): string[] {
  if (role === 'keys' && text !== '') return [step('>^', pressed(text), { raw: true })];
  if (role === 'answer' && /^(?:\[redacted\])?$/.test(text)) return [step('>*', text)];
  if (role !== 'command' || !text.includes('?')) return [step('>', text)];
  // At a prompt a question mark would open the help, so a key is pressed before it; the router echoes the line itself.
  return [
    step('>^', `${escaped(masked(text)).replaceAll('?', '\\x16?')}\\r`, { raw: true }),
    step('<', text),
  ];
}

/** `^C` as the engine writes the key it pressed. */
function pressed(keys: string): string {
  return keys.replace(/\^(?<letter>.)/g, (_key, letter: string) => {
    const code = letter.charCodeAt(0) - 64;
    return `\\x${code.toString(16).padStart(2, '0')}`;
  });
}

/** After `exit` the router hangs up. Where we hung up ourselves it does not. */
function lastStep(marked: readonly MarkedEntry[]): string[] {
  const isOurs = marked.some(
    ({ role, text }) => role === 'decision' && text.endsWith(', closing the connection'),
  );
  return isOurs ? [] : ['!'];
}

function step(mark: string, text: string, { raw = false } = {}): string {
  const body = raw ? text : escaped(masked(text));
  return body === '' ? mark : `${mark} ${body}`;
}

function masked(text: string): string {
  return maskConfigSecrets(text);
}

function escaped(text: string): string {
  return text
    .replaceAll('\\', '\\\\')
    .replace(/\p{Cc}/gu, (key) => `\\x${key.charCodeAt(0).toString(16).padStart(2, '0')}`)
    .replace(/ $/, '\\s');
}
