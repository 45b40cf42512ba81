import { readPrintedDate } from './date.ts';
import { outputLines, unreadable } from './output.ts';

/** The router's clock, and how far the router itself believes in it. */
export interface Clock {
  /** `*` before the time: never set, or not by a source that counts. `.`: set once, NTP lost since. */
  readonly authority: 'authoritative' | 'not-authoritative' | 'lost-sync';
  /** The fields as printed, in the router's local time, taken as if they were UTC. */
  readonly local: Date;
  /** A word the router's owner chose: it names no offset. */
  readonly zone: string;
  /** `NTP`, `user configuration`, `hardware calendar`; undefined when the router names none. */
  readonly source?: string;
  readonly notUnderstood: readonly string[];
}

const COMMAND = 'show clock detail';
const AUTHORITY = { '': 'authoritative', '*': 'not-authoritative', '.': 'lost-sync' } as const;
const TIME = /^\s*(?<mark>[*.]?)(?<date>\d{1,2}:\d{1,2}:\d{1,2}.*)$/;

/** Reads `show clock detail` (or `show clock`). Throws DeviceError `output-unreadable`. */
export function readClock(text: string): Clock {
  const lines = outputLines(text).filter((line) => line !== '');
  const times = lines.filter((line) => TIME.test(line));
  const [time] = times;
  if (time === undefined) throw unreadable(COMMAND, lines[0], 'no time in the output');
  if (times.length > 1) throw unreadable(COMMAND, times[1], 'more than one time in the output');
  const groups = TIME.exec(time)?.groups;
  const date = readPrintedDate(groups?.date ?? '');
  if (date === undefined) throw unreadable(COMMAND, time, 'not a date');
  const source = lines
    .map((line) => /^\s*Time source is (.+)$/i.exec(line)?.[1])
    .find((name) => name !== undefined);
  return {
    authority: AUTHORITY[(groups?.mark ?? '') as keyof typeof AUTHORITY],
    local: date.local,
    zone: date.zone,
    ...(source === undefined ? {} : { source }),
    notUnderstood: lines.filter((line) => line !== time && !isKnown(line)),
  };
}

function isKnown(line: string): boolean {
  return /^\s*(?:Time source is |No time source|Summer time (?:starts|ends|is) )/i.test(line);
}
