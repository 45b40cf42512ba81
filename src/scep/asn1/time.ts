import { malformed } from '../errors.ts';
import type { Element } from './read.ts';
import { TAG } from './tags.ts';

/** Reads UTCTime or GeneralizedTime in UTC, seconds optional as old encoders have it. Throws ScepError `malformed`. */
export function readTime(element: Element): Date {
  const text = Buffer.from(element.content).toString('latin1');
  const pattern =
    element.tag === TAG.utcTime
      ? /^(?<year>\d\d)(?<month>\d\d)(?<day>\d\d)(?<hour>\d\d)(?<minute>\d\d)(?<second>\d\d)?Z$/
      : /^(?<year>\d{4})(?<month>\d\d)(?<day>\d\d)(?<hour>\d\d)(?<minute>\d\d)(?<second>\d\d)?Z$/;
  const known = element.tag === TAG.utcTime || element.tag === TAG.generalizedTime;
  const groups = known ? pattern.exec(text)?.groups : undefined;
  if (groups === undefined) throw malformed('a time cannot be read');
  const { year = '', month = '', day = '', hour = '', minute = '', second = '00' } = groups;
  const date = new Date(`${fourDigits(year)}-${month}-${day}T${hour}:${minute}:${second}Z`);
  if (Number.isNaN(date.getTime())) throw malformed('a time is no date');
  return date;
}

/** RFC 5280 4.1.2.5.1: two digits from 50 on are of the twentieth century. */
function fourDigits(year: string): string {
  if (year.length === 4) return year;
  return `${Number(year) >= 50 ? '19' : '20'}${year}`;
}
