import { type ConfigLine, clearText, maskedText } from '../domain/config-line.ts';
import { Secret } from '../domain/secret.ts';

/** What may be typed: plain text, a secret, or a line with secret parts. Never a line end. */
export type TypedLine = string | Secret | ConfigLine;

/** The characters that go to the device. Throws a RangeError on control characters: they are keys, not text. */
export function typedText(line: TypedLine): string {
  const text = typeof line === 'string' ? line : line instanceof Secret ? line.reveal() : clearText(line);
  if (/\p{Cc}/u.test(text)) {
    throw new RangeError(`a line to type holds a control character: ${shownText(line)}`);
  }
  return text;
}

/** What may be shown of it. */
export function shownText(line: TypedLine): string {
  if (line instanceof Secret) return '[redacted]';
  return typeof line === 'string' ? line : maskedText(line);
}

export function holdsSecret(line: TypedLine): boolean {
  if (typeof line === 'string') return false;
  return line instanceof Secret || line.parts.some((part) => part instanceof Secret);
}
