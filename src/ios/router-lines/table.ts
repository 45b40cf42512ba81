import { ACCESS_LINES } from './access.ts';
import { AUTHENTICATE_LINES } from './authenticate.ts';
import { ENROLL_LINES } from './enroll.ts';
import { GUARD_LINES } from './guard.ts';
import { IMPORT_LINES } from './import.ts';
import { KEY_LINES } from './keys.ts';
import { LOG_LINES } from './log.ts';
import { PARSER_LINES } from './parser.ts';
import type { RouterLine } from './router-line.ts';
import { SAVE_LINES } from './save.ts';
import { TRUSTPOINT_LINES } from './trustpoint.ts';
import { UNKNOWN_LINES } from './unknown.ts';

/** Everything a router is known to refuse with, and its PKI log messages. The first row that matches a line counts. */
export const ROUTER_LINES = {
  ...PARSER_LINES,
  ...ACCESS_LINES,
  ...KEY_LINES,
  ...TRUSTPOINT_LINES,
  ...AUTHENTICATE_LINES,
  ...ENROLL_LINES,
  ...IMPORT_LINES,
  ...SAVE_LINES,
  ...GUARD_LINES,
  ...LOG_LINES,
  ...UNKNOWN_LINES,
};

export type RouterLineCode = keyof typeof ROUTER_LINES;

const TABLE = Object.entries(ROUTER_LINES) as readonly (readonly [RouterLineCode, RouterLine])[];

/** Most of what is printed holds no percent sign, and most of the rows do. */
const BARE = TABLE.filter(([, { pattern }]) => !beginsWithPercent(pattern.source));

/** Most of these match at the left edge only: one search tells that none of them does, and leaves the others. */
const AT_EDGE = BARE.filter(([, { pattern }]) => isAnchored(pattern));
const ANYWHERE = BARE.filter((row) => !AT_EDGE.includes(row));
const ANY_AT_EDGE = new RegExp(AT_EDGE.map(([, { pattern }]) => pattern.source).join('|'), 'i');

/** The code of what a router printed, undefined for a line that is no refusal and no PKI message. */
export function routerLineCode(line: string): RouterLineCode | undefined {
  const text = line.trim();
  return rowsFor(text).find(([, { pattern }]) => pattern.test(text))?.[0];
}

function rowsFor(text: string): typeof TABLE {
  if (text.includes('%')) return TABLE;
  return ANY_AT_EDGE.test(text) ? BARE : ANYWHERE;
}

/** Whether it matches at the left edge only, in letters of either case. */
function isAnchored({ source, flags }: RegExp): boolean {
  return source.startsWith('^') && flags === 'i' && !hasChoices(source);
}

/** Whether what matches begins with a percent sign: the pattern does, and has no other choice beside that. */
function beginsWithPercent(source: string): boolean {
  return /^\^?%(?![?*{])/.test(source) && !hasChoices(source);
}

/** Whether the whole of a pattern is one thing or another. */
function hasChoices(source: string): boolean {
  let depth = 0;
  for (const token of source.match(/\\.|\[(?:\\.|[^\]\\])*\]|./gs) ?? []) {
    if (token === '(') depth += 1;
    else if (token === ')') depth -= 1;
    else if (token === '|' && depth === 0) return true;
  }
  return false;
}
