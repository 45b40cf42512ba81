import type { ClockSettings, SummerTime, TimeZone } from '../domain/device.ts';

/** What clock.hbs prints, or why the router has no words for it. */
export type ClockView =
  | { readonly timezone: object; readonly summerTime: object | null }
  | { readonly problem: string };

/** Second Sunday of March to first Sunday of November: what `recurring` means when no rule is given. */
const US_RULE = '2 Sun Mar 2:00 1 Sun Nov 2:00';
const USUAL_OFFSET = 60;

/** The clock's settings in the words of `clock timezone` and `clock summer-time`, as the running configuration spells them. */
export function viewClock({
  timezone,
  summerTime,
}: Pick<ClockSettings, 'timezone' | 'summerTime'>): ClockView {
  const zone = viewZone(timezone);
  if ('problem' in zone) return zone;
  if (summerTime === undefined) return { timezone: zone, summerTime: null };
  const summer = viewSummer(summerTime);
  return 'problem' in summer ? summer : { timezone: zone, summerTime: summer };
}

/** The sign stands before the hours and counts for the minutes too: `-3 30` is three and a half hours west. */
function viewZone({ name, offsetMinutes }: TimeZone): object | { readonly problem: string } {
  const hours = Math.trunc(offsetMinutes / 60);
  if (!Number.isInteger(offsetMinutes) || Math.abs(hours) > 23) {
    return { problem: `the time zone’s offset of ${offsetMinutes} minutes is none a router takes` };
  }
  if (offsetMinutes < 0 && hours === 0) {
    return { problem: 'clock timezone has no words for an offset between -1 hour and 0' };
  }
  return { name, hours, minutes: Math.abs(offsetMinutes % 60) };
}

/** An offset can only stand behind a rule, so the rule is spelt out when the offset is not the usual one. */
function viewSummer({ name, recurring, offsetMinutes }: SummerTime): object | { readonly problem: string } {
  const offset = offsetMinutes === USUAL_OFFSET ? null : offsetMinutes;
  if (recurring === undefined) return { name, rule: offset === null ? null : US_RULE, offset };
  const rule = spellRule(recurring);
  if (rule === undefined) {
    return { problem: `“${recurring}” is no rule such as “last Sun Mar 2:00 last Sun Oct 3:00”` };
  }
  return { name, rule, offset };
}

/** `First sunday march 02:00 …` as the router writes it back: `1 Sun Mar 2:00 …`. */
function spellRule(text: string): string | undefined {
  const words = text.trim().split(/\s+/);
  if (words.length !== 8) return undefined;
  const halves = [words.slice(0, 4), words.slice(4)].map(([week = '', day = '', month = '', time = '']) =>
    spellHalf(week, day, month, time),
  );
  return halves.includes(undefined) ? undefined : halves.join(' ');
}

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

function spellHalf(week: string, day: string, month: string, time: string): string | undefined {
  const weekWord = /^(?:[1-4]|last)$/i.test(week)
    ? week.toLowerCase()
    : /^first$/i.test(week)
      ? '1'
      : undefined;
  const clock = /^(?<hour>[01]?\d|2[0-3]):(?<minute>[0-5]\d)$/.exec(time)?.groups;
  const dayWord = spellName(day, DAYS);
  const monthWord = spellName(month, MONTHS);
  if (weekWord === undefined || clock === undefined || dayWord === undefined || monthWord === undefined) {
    return undefined;
  }
  return `${weekWord} ${dayWord} ${monthWord} ${Number(clock.hour)}:${clock.minute ?? ''}`;
}

function spellName(typed: string, names: readonly string[]): string | undefined {
  if (typed.length < 3) return undefined;
  return names.find((name) => name.toLowerCase().startsWith(typed.toLowerCase()))?.slice(0, 3);
}
