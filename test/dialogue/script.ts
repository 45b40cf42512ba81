import { readFileSync } from 'node:fs';
import path from 'node:path';

/** One step of a scripted device. */
export type Step =
  /** The device sends these bytes; with `anytime` it does not mind being typed at meanwhile (log lines). */
  | { readonly kind: 'hear'; readonly text: string; readonly anytime?: boolean }
  /** The device waits until exactly this was typed; then it sends `echo`. */
  | { readonly kind: 'type'; readonly text: string; readonly echo: string }
  /** The device breaks the connection. */
  | { readonly kind: 'close' };

/**
 * Reads a golden conversation, both directions in one text:
 *
 * ```text
 * # a comment
 * < text          the device sends the line, CR LF behind it
 * <_ text         the device sends the text and leaves the line open: a prompt, a question
 * <~ text         a log line: as `<`, and what comes next may be typed before it was heard
 * > text          the line must be typed (CR is added); the device echoes it and ends the line
 * >* text         the same without echo, as at a password question
 * >^ \x03         these keys must be pressed, nothing is added, nothing is echoed
 * !               the device breaks the connection
 * ```
 * Escapes: `\s` a blank (at line ends), `\b`, `\e`, `\r`, `\n`, `\xNN`, `\\`. Empty lines are skipped.
 */
export function parseScript(text: string): Step[] {
  return text.split('\n').flatMap((line, index) => {
    if (line === '' || line.startsWith('#')) return [];
    const parts = /^(?<mark><[_~]?|>[*^]?|!)(?: (?<rest>.*))?$/.exec(line)?.groups;
    if (parts === undefined) throw new Error(`line ${index + 1} of the script: ${line}`);
    return [toStep(parts.mark ?? '', unescaped(parts.rest ?? ''))];
  });
}

/** The script `test/transcripts/<name>.txt`. */
export function loadScript(name: string): Step[] {
  const file = path.resolve(import.meta.dirname, '../transcripts', `${name}.txt`);
  return parseScript(readFileSync(file, 'utf8'));
}

function toStep(mark: string, text: string): Step {
  switch (mark) {
    case '<':
      return { kind: 'hear', text: `${text}\r\n` };
    case '<~':
      return { kind: 'hear', text: `${text}\r\n`, anytime: true };
    case '<_':
      return { kind: 'hear', text };
    case '>':
      return { kind: 'type', text: `${text}\r`, echo: `${text}\r\n` };
    case '>*':
      return { kind: 'type', text: `${text}\r`, echo: '\r\n' };
    case '>^':
      return { kind: 'type', text, echo: '' };
    default:
      return { kind: 'close' };
  }
}

const ESCAPES: Readonly<Record<string, string>> = {
  s: ' ',
  b: '\b',
  e: '\x1b',
  r: '\r',
  n: '\n',
  '\\': '\\',
};

function unescaped(text: string): string {
  return text.replace(
    /\\(?:x([0-9a-fA-F]{2})|(.))/g,
    (whole, hex: string | undefined, letter: string | undefined) => {
      if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
      return ESCAPES[letter ?? ''] ?? whole;
    },
  );
}
