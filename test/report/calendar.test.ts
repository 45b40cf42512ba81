import { describe, expect, it } from 'vitest';
import type { RenewalForecast } from '../../src/domain/forecast.ts';
import { calendarJson, drawCalendar } from '../../src/report/calendar.ts';
import { columnsOf } from '../../src/report/columns.ts';
import { createStyle } from '../../src/report/style.ts';

const DAY_MS = 86_400_000;
const START = Date.parse('2026-11-21T00:00:00Z');
const STYLE = createStyle({ color: false, unicode: true });

/** 1,500 end on the 50th day and are renewed in the ten days from the 20th on. */
const WAVE: RenewalForecast = {
  days: Array.from({ length: 730 }, (_, index) => ({
    day: new Date(START + index * DAY_MS).toISOString().slice(0, 10),
    ends: index === 50 ? 1500 : 0,
    renewals: index >= 20 && index < 30 ? 150 : 0,
    lost: 0,
  })),
  ended: 0,
  later: 0,
};
const FACTS = { forecast: WAVE, certificates: 1500, devices: 1500, unread: [] };

describe.each([80, 120])('the calendar at %i columns', (width) => {
  const lines = drawCalendar(FACTS, width, STYLE);

  it('fits, with a line for each month and for each of the next 30 days', () => {
    expect(Math.max(...lines.map(columnsOf))).toBeLessThanOrEqual(width);
    expect(lines.filter((line) => /^20\d\d-\d\d /.test(line))).toHaveLength(25);
    expect(lines.filter((line) => /^(?:Sun|Mon|Tue|Wed|Thu|Fri|Sat) \d\d-\d\d /.test(line))).toHaveLength(30);
  });

  it('draws ends and renewals to one scale', () => {
    const bar = (line: string): number[] => [...line.matchAll(/█+/g)].map(([text]) => text.length);
    const january = lines.find((line) => line.startsWith('2027-01')) ?? '';
    const december = lines.find((line) => line.startsWith('2026-12')) ?? '';
    expect(january).toMatch(/^2027-01 +1500 █+/);
    expect(bar(january)).toEqual(bar(december));
    expect(lines.find((line) => line.startsWith('Fri 12-11'))).toMatch(/^Fri 12-11 +- +150 █+$/);
  });
});

it('tells what ended, what will end unrenewed, and what nobody could see', () => {
  const [first, ...rest] = WAVE.days;
  if (first === undefined) throw new Error('there are days');
  const days = [{ ...first, lost: 2 }, ...rest];
  const facts = { ...FACTS, forecast: { days, ended: 1, later: 3 }, unread: ['br-1', 'br-2'] };
  expect(drawCalendar(facts, 100, STYLE).slice(-5)).toEqual([
    '✗ 1 certificate ended already',
    '✗ 2 certificates would end before a renewal: widen windows, renew.before or limits',
    '3 certificates in use end later',
    '! nothing is known of br-1, br-2',
    'Renewals are foreseen for one trustfleet renew a day, on a day with a window inside it.',
  ]);
});

it('gives programs months and days', () => {
  const document = JSON.parse(calendarJson(FACTS)) as { months: object[]; days: object[] };
  expect(document).toMatchObject({ schema: 1, devices: 1500, certificates: 1500, ended: 0, unread: [] });
  expect(document.months[2]).toEqual({ month: '2027-01', ends: 1500, renewals: 0, lost: 0 });
  expect(document.days[20]).toEqual({ day: '2026-12-11', ends: 0, renewals: 150, lost: 0 });
});
