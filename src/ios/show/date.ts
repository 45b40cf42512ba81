import type { PrintedDate } from '../../domain/printed-certificate.ts';

const MONTHS: ReadonlyMap<string, number> = new Map(
  ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'].map((name, at) => [
    name,
    at,
  ]),
);

/** From `0` to `:` in ASCII. */
const COLON = 10;

/**
 * A date as IOS prints it: `03:08:21 UTC Sep 21 2025`, with a day of the week and a fraction in the clock.
 * Undefined when the text is no such date or names a day that does not exist. A listing of a fleet holds several
 * for each certificate: they are cut at their blanks.
 */
export function readPrintedDate(text: string): PrintedDate | undefined {
  const trimmed = text.trim();
  const clockEnd = trimmed.indexOf(' ');
  if (clockEnd < 0) return undefined;
  const time = readTime(trimmed, clockEnd);
  const day = dayOf(trimmed.slice(clockEnd + 1));
  if (Number.isNaN(time) || day === undefined) return undefined;
  return { text: trimmed, local: new Date(day.midnight + time), zone: day.zone };
}

/** Milliseconds since midnight of `h:m:s`, with up to six digits of a fraction; NaN when it is none. */
function readTime(text: string, end: number): number {
  const point = text.indexOf('.');
  const secondsEnd = point < 0 || point > end ? end : point;
  let colons = 0;
  let width = 0;
  let number = 0;
  let minutes = 0;
  for (let at = 0; at < secondsEnd; at += 1) {
    const digit = text.charCodeAt(at) - 0x30;
    if (digit >= 0 && digit <= 9 && width < 2) {
      number = number * 10 + digit;
      width += 1;
    } else if (digit === COLON && width > 0 && number < (colons === 0 ? 24 : 60)) {
      minutes = minutes * 60 + number;
      colons += 1;
      width = 0;
      number = 0;
    } else return Number.NaN;
  }
  // A leap second is printed as :60.
  if (colons !== 2 || width === 0 || number > 60) return Number.NaN;
  return (minutes * 60 + number) * 1000 + (secondsEnd === end ? 0 : fractionOf(text, secondsEnd + 1, end));
}

function fractionOf(text: string, from: number, to: number): number {
  if (Number.isNaN(digits(text, from, to, 6))) return Number.NaN;
  return Math.floor(Number(`0.${text.slice(from, to)}`) * 1000);
}

interface Day {
  readonly zone: string;
  /** In the router's own zone, as if that were UTC; milliseconds. */
  readonly midnight: number;
}

/** The certificates of a fleet begin and end on few days: those are kept as they were read. */
const DAYS = new Map<string, Day>();
const MOST_DAYS = 500;

/** `UTC [Sun] Mar  1 2026` */
function dayOf(text: string): Day | undefined {
  const known = DAYS.get(text);
  if (known !== undefined) return known;
  const zoneEnd = text.indexOf(' ');
  const zone = text.slice(0, zoneEnd);
  const midnight = readDay(text, zoneEnd + 1);
  if (zoneEnd < 0 || Number.isNaN(midnight) || !isWord(zone)) return undefined;
  if (DAYS.size === MOST_DAYS) DAYS.clear();
  DAYS.set(text, { zone, midnight });
  return DAYS.get(text);
}

/** Midnight of `[Sun] Mar  1 2026` in the router's own zone, as if that were UTC; NaN when there is no such day. */
function readDay(text: string, from: number): number {
  const monthAt = isCapital(text, from + 4) && isName(text, from) ? from + 4 : from;
  const month = isName(text, monthAt) ? MONTHS.get(text.slice(monthAt, monthAt + 3)) : undefined;
  if (month === undefined) return Number.NaN;
  let dayAt = monthAt + 4;
  while (text.charCodeAt(dayAt) === 0x20) dayAt += 1;
  const yearAt = text.length - 4;
  if (text.charCodeAt(yearAt - 1) !== 0x20) return Number.NaN;
  const day = digits(text, dayAt, yearAt - 1, 2);
  const year = digits(text, yearAt, text.length, 4);
  // Date.UTC carries a day that does not exist into the next month, and years below 100 into the 1900s.
  if (!(year >= 1900) || !(day >= 1 && day <= daysOf(month, year))) return Number.NaN;
  return Date.UTC(year, month, day);
}

function daysOf(month: number, year: number): number {
  if (month !== 1) return month === 3 || month === 5 || month === 8 || month === 10 ? 30 : 31;
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
}

/** `Sep ` or `Sun `. */
function isName(text: string, at: number): boolean {
  return isCapital(text, at) && isSmall(text, at + 1) && isSmall(text, at + 2) && text[at + 3] === ' ';
}

function isCapital(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 0x41 && code <= 0x5a;
}

function isSmall(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 0x61 && code <= 0x7a;
}

/** NaN unless there are 1 to `most` of them, and nothing else. */
function digits(text: string, from: number, to: number, most: number): number {
  if (to <= from || to - from > most) return Number.NaN;
  let number = 0;
  for (let at = from; at < to; at += 1) {
    const digit = text.charCodeAt(at) - 0x30;
    if (digit < 0 || digit > 9) return Number.NaN;
    number = number * 10 + digit;
  }
  return number;
}

function isWord(text: string): boolean {
  return text !== '' && !/\s/.test(text);
}
