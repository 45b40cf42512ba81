import { stripVTControlCharacters } from 'node:util';

/**
 * Text made to fit a terminal. Everything here works on text without colors: paint last.
 */

const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;
const NO_WIDTH = /\p{Mn}|\p{Me}|\p{Cf}/u;

/** One line that can do no harm: what a router sent may hold escape sequences, and line ends break tables. */
export function cleanLine(text: string): string {
  return cleanBlanks(text).replace(/ +/g, ' ').trim();
}

/** The same, but the blanks stay as many as they are; a tab counts as eight. */
export function cleanBlanks(text: string): string {
  return stripVTControlCharacters(text)
    .replaceAll('\t', ' '.repeat(8))
    .replace(/[\s\u0085]/gu, ' ')
    .replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, '')
    .trimEnd();
}

/** How many columns the text takes. */
export function columnsOf(text: string): number {
  let columns = 0;
  for (const character of text) columns += columnsOfCharacter(character);
  return columns;
}

function columnsOfCharacter(character: string): number {
  if (character < '\u0300') return 1;
  if (NO_WIDTH.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
}

/** The text in at most `columns`; what is too long loses its end, or its middle when both ends tell things apart. */
export function shorten(text: string, columns: number, cut: 'end' | 'middle' = 'end'): string {
  if (columnsOf(text) <= columns) return text;
  if (columns < 1) return '';
  const room = columns - 1;
  const tail = cut === 'middle' ? Math.floor(room / 2) : 0;
  const characters = Array.from(text);
  const end = Array.from(take(characters.toReversed(), tail)).toReversed();
  return `${take(characters, room - tail)}…${end.join('')}`;
}

function take(characters: readonly string[], columns: number): string {
  let taken = '';
  let left = columns;
  for (const character of characters) {
    left -= columnsOfCharacter(character);
    if (left < 0) break;
    taken += character;
  }
  return taken;
}

export function pad(text: string, columns: number, align: 'left' | 'right' = 'left'): string {
  const blanks = ' '.repeat(Math.max(0, columns - columnsOf(text)));
  return align === 'left' ? text + blanks : blanks + text;
}

/**
 * The text in lines of at most `columns`, broken at blanks, else anywhere. The first line begins with `first`,
 * the others with as many blanks; `indent` gives the others another beginning.
 */
export function wrap(
  text: string,
  columns: number,
  first = '',
  indent = ' '.repeat(columnsOf(first)),
): string[] {
  const lines: string[] = [];
  let line = first;
  let empty = true;
  const room = (): number => Math.max(1, columns - columnsOf(line));
  for (const word of text.split(' ')) {
    let rest = word;
    if (!empty && columnsOf(` ${rest}`) <= room()) {
      line += ` ${rest}`;
      continue;
    }
    if (!empty) {
      lines.push(line);
      line = indent;
    }
    while (columnsOf(rest) > room()) {
      const piece = take(Array.from(rest), room()) || String.fromCodePoint(rest.codePointAt(0) ?? 0);
      lines.push(line + piece);
      rest = rest.slice(piece.length);
      line = indent;
    }
    line += rest;
    empty = false;
  }
  return [...lines, line];
}
