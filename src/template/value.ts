import { Secret } from '../domain/secret.ts';
import type { VariableKind } from './variables.ts';

/** A value that stood the checks and may stand in a line. */
export type Printable = string | Secret;

/** Either what is printed, or why it must not be: the end of a sentence that begins with the variable's name. */
export type Checked = { readonly value: Printable } | { readonly refused: string; readonly hint?: string };

/**
 * Decides whether a value may stand in a configuration line. IOS reads a line end as the end of the command,
 * `?` as a call for help and a tab as a call for completion, so no value may hold one; a word may hold no blank,
 * because the rest would be read as further arguments. The text of a secret is looked at and never shown.
 */
export function checkValue(value: unknown, kind: VariableKind): Checked {
  if (value instanceof Secret) {
    const refused = value.isOpen ? whyText(value.reveal(), 'word') : undefined;
    return refused === undefined
      ? { value }
      : { refused: `(the secret from ${value.describe()}) ${refused}` };
  }
  if (value === undefined) return { refused: 'is not set' };
  if (value === null) {
    return { refused: 'is not set', hint: 'test it first, with {{#if}}' };
  }
  if (typeof value === 'number' && Number.isFinite(value)) return { value: String(value) };
  if (typeof value === 'boolean') {
    return { refused: `is ${value}, which is no text`, hint: 'test it with {{#if}} and write the words' };
  }
  if (typeof value !== 'string') return { refused: `is ${describe(value)}, which is no text` };
  const refused = whyText(value, kind);
  return refused === undefined ? { value } : { refused };
}

function whyText(text: string, kind: VariableKind): string | undefined {
  if (isPlain(text, kind)) return undefined;
  if (text === '') return 'is empty';
  const character = /[^\x20-\x7e]|\?/.exec(text)?.[0];
  if (character !== undefined) return whyCharacter(character);
  if (kind === 'word' && text.includes(' ')) {
    return 'holds a blank, and what follows would be read as further arguments';
  }
  if (text !== text.trim()) return 'begins or ends with a blank';
  if (text.split('"').length % 2 === 0) return 'holds a quotation mark that is not closed';
  return undefined;
}

/** The quick look that nearly all values stand; what does not is looked at closely. */
function isPlain(text: string, kind: VariableKind): boolean {
  return kind === 'word' ? PLAIN_WORD.test(text) : PLAIN_TEXT.test(text);
}

const PLAIN_WORD = /^[!#->@-~]+$/;
const PLAIN_TEXT = /^[!#->@-~](?:[ !#->@-~]*[!#->@-~])?$/;

/** Why one character may not stand in what is typed to a router. */
export function whyCharacter(character: string): string {
  if (character === '\n' || character === '\r')
    return 'holds a line break, and a second line would be a command';
  if (character === '?') return 'holds a question mark, which opens the router’s help';
  if (character === '\t') return 'holds a tab, which the router takes as a call for completion';
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16).toUpperCase().padStart(4, '0');
  if (code < 0x20 || (code >= 0x7f && code < 0xa0)) return `holds the control character U+${hex}`;
  return `holds U+${hex}, and the router takes ASCII only`;
}

function describe(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'number') return String(value);
  return typeof value === 'object' ? 'a mapping' : `a ${typeof value}`;
}
