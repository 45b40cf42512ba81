import type { ForecastDay, RenewalForecast } from '../domain/forecast.ts';
import { pad, wrap } from './columns.ts';
import { plural } from './outcomes.ts';
import type { Paint, Style } from './style.ts';

export interface CalendarFacts {
  readonly forecast: RenewalForecast;
  readonly certificates: number;
  readonly devices: number;
  /** Of which nothing is known. */
  readonly unread: readonly string[];
}

/** Days that are shown one by one. */
const DAYS_SHOWN = 30;
const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const DEVICES_NAMED = 10;

/** The wave of ends as bars, a month each and a day each for the days to come, beside the renewals foreseen. */
export function drawCalendar(
  { forecast, certificates, devices, unread }: CalendarFacts,
  width: number,
  style: Style,
): string[] {
  const { days } = forecast;
  const first = days[0]?.day ?? '';
  return [
    style.strong(`${plural(certificates, 'certificate')} on ${plural(devices, 'device')}, ${first} (UTC)`),
    '',
    ...drawBars(byMonth(days), width, style),
    '',
    ...drawBars(days.slice(0, DAYS_SHOWN).map(namedDay), width, style),
    '',
    ...drawNotes({ forecast, certificates, devices, unread }, width, style),
  ];
}

/** The forecast for programs. */
export function calendarJson({ forecast, certificates, devices, unread }: CalendarFacts): string {
  const { days, ended, later } = forecast;
  const months = byMonth(days).map(({ name, ends, renewals, lost }) => ({
    month: name,
    ends,
    renewals,
    lost,
  }));
  const document = { schema: 1, devices, certificates, unread, ended, later, months, days };
  return `${JSON.stringify(document, null, 2)}\n`;
}

interface Row extends Omit<ForecastDay, 'day'> {
  readonly name: string;
}

function byMonth(days: readonly ForecastDay[]): readonly Row[] {
  const months = new Map<string, ForecastDay[]>();
  for (const day of days) {
    const month = day.day.slice(0, 7);
    const list = months.get(month);
    if (list === undefined) months.set(month, [day]);
    else list.push(day);
  }
  return [...months].map(([name, own]) => ({
    name,
    ends: sum(own, ({ ends }) => ends),
    renewals: sum(own, ({ renewals }) => renewals),
    lost: sum(own, ({ lost }) => lost),
  }));
}

function namedDay({ day, ...counts }: ForecastDay): Row {
  const weekday = WEEKDAYS[new Date(`${day}T00:00:00Z`).getUTCDay()] ?? '';
  return { name: `${weekday} ${day.slice(5)}`, ...counts };
}

/** Both bars have one scale, so that a flat wave looks flat. */
function drawBars(rows: readonly Row[], width: number, style: Style): readonly string[] {
  const most = Math.max(1, ...rows.flatMap(({ ends, renewals }) => [ends, renewals]));
  const nameWidth = Math.max(...rows.map(({ name }) => name.length));
  const numberWidth = Math.max(String(most).length, 4);
  const room = Math.max(4, Math.floor((width - nameWidth - 2 * (numberWidth + 3)) / 2));
  const cell = (count: number): string => {
    const number = pad(count === 0 ? style.marks.skip : String(count), numberWidth, 'right');
    const bar = style.marks.full.repeat(count === 0 ? 0 : Math.max(1, Math.round((count / most) * room)));
    return `${number} ${pad(bar, room)}`;
  };
  const head = [' '.repeat(nameWidth), pad('ends', numberWidth + 1 + room), 'renewals foreseen'].join('  ');
  return [
    style.dim(head),
    ...rows.map(({ name, ends, renewals, lost }) => {
      const paint = lost > 0 ? style.bad : ends > 0 ? style.warn : style.dim;
      return `${pad(name, nameWidth)}  ${paint(cell(ends))}  ${style.accent(cell(renewals))}`.trimEnd();
    }),
  ];
}

function drawNotes({ forecast, unread }: CalendarFacts, width: number, style: Style): readonly string[] {
  const { marks, bad, warn, dim } = style;
  const { days, ended, later } = forecast;
  const lost = sum(days, ({ lost: count }) => count);
  const note = (paint: Paint, text: string, mark = ''): string[] => wrap(text, width, mark).map(paint);
  const lostText = `${plural(lost, 'certificate')} would end before a renewal: widen windows, renew.before or limits`;
  const named = unread.slice(0, DEVICES_NAMED).join(', ');
  const others = unread.length > DEVICES_NAMED ? ` and ${unread.length - DEVICES_NAMED} more` : '';
  return [
    ...(ended > 0 ? note(bad, `${plural(ended, 'certificate')} ended already`, `${marks.fail} `) : []),
    ...(lost > 0 ? note(bad, lostText, `${marks.fail} `) : []),
    ...(later > 0 ? note(dim, `${plural(later, 'certificate')} in use end later`) : []),
    ...(unread.length > 0 ? note(warn, `nothing is known of ${named}${others}`, `${marks.note} `) : []),
    ...note(dim, 'Renewals are foreseen for one trustfleet renew a day, on a day with a window inside it.'),
  ];
}

function sum(days: readonly ForecastDay[], of: (day: ForecastDay) => number): number {
  return days.reduce((total, day) => total + of(day), 0);
}
