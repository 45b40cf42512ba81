import type { PrintedDate } from '../../domain/printed-certificate.ts';

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const DATE =
  /^(?<hour>\d{1,2}):(?<minute>\d{1,2}):(?<second>\d{1,2})(?:\.(?<fraction>\d{1,6}))? (?<zone>\S+) (?:(?<weekday>[A-Z][a-z]{2}) )?(?<month>[A-Z][a-z]{2}) +(?<day>\d{1,2}) (?<year>\d{4})$/;

/**
 * A date as IOS prints it: `03:08:21 UTC Sep 21 2025`, with a day of the week and a fraction in the clock.
 * Undefined when the text is no such date or names a day that does not exist.
 */
export function readPrintedDate(text: string): PrintedDate | undefined {
  const trimmed = text.trim();
  const groups = DATE.exec(trimmed)?.groups;
  if (groups === undefined) return undefined;
  const month = MONTHS.indexOf((groups.month ?? '').toLowerCase());
  const [year, day] = [Number(groups.year), Number(groups.day)];
  const [hour, minute, second] = [Number(groups.hour), Number(groups.minute), Number(groups.second)];
  if (month < 0 || hour > 23 || minute > 59 || second > 60) return undefined;
  const milliseconds = Math.floor(Number(`0.${groups.fraction ?? '0'}`) * 1000);
  const local = new Date(Date.UTC(year, month, day, hour, minute, second, milliseconds));
  // Date.UTC carries a day that does not exist into the next month, and years below 100 into the 1900s.
  const dayOnly = new Date(Date.UTC(year, month, day));
  if (dayOnly.getUTCDate() !== day || dayOnly.getUTCMonth() !== month || year < 1900) return undefined;
  return { text: trimmed, local, zone: groups.zone ?? '' };
}
