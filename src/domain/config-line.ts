import { Secret } from './secret.ts';

/** One configuration line or command, some parts of which may be secret. Holds no line end. */
export interface ConfigLine {
  readonly parts: readonly (string | Secret)[];
}

export function plainLine(text: string): ConfigLine {
  return { parts: [text] };
}

/** What may be shown: secrets stand as `<redacted>`. */
export function maskedText(line: ConfigLine): string {
  return line.parts.map((part) => (part instanceof Secret ? '<redacted>' : part)).join('');
}

/** What is typed. Only the session calls this. */
export function clearText(line: ConfigLine): string {
  return line.parts.map((part) => (part instanceof Secret ? part.reveal() : part)).join('');
}
