/** One end of a recurring summer time: `last Sun Mar 2:00`. Times are local wall times. */
export interface Changeover {
  /** 1-4, or `last`. */
  readonly week: number | 'last';
  /** 0 = Sunday. */
  readonly day: number;
  /** 0 = January. */
  readonly month: number;
  readonly hour: number;
  readonly minute: number;
}

export interface SummerRule {
  readonly start: Changeover;
  readonly end: Changeover;
  /** Minutes added in summer. */
  readonly offsetMinutes: number;
}

/** What `clock summer-time <name> recurring` means alone: the US rule. */
export const US_RULE: SummerRule = {
  start: { week: 2, day: 0, month: 2, hour: 2, minute: 0 },
  end: { week: 1, day: 0, month: 10, hour: 2, minute: 0 },
  offsetMinutes: 60,
};

/** Whether summer time is in force at an instant, for a zone so many minutes east of UTC. */
export function isSummer(rule: SummerRule, instant: Date, zoneMinutes: number): boolean {
  const year = new Date(instant.getTime() + zoneMinutes * 60_000).getUTCFullYear();
  const { start, end } = summerOf(rule, year, zoneMinutes);
  const now = instant.getTime();
  return start < end ? now >= start && now < end : now >= start || now < end;
}

/** The two changeovers of a year, as instants in milliseconds. */
export function summerOf(
  rule: SummerRule,
  year: number,
  zoneMinutes: number,
): { start: number; end: number } {
  return {
    start: wallTime(rule.start, year) - zoneMinutes * 60_000,
    end: wallTime(rule.end, year) - (zoneMinutes + rule.offsetMinutes) * 60_000,
  };
}

function wallTime({ week, day, month, hour, minute }: Changeover, year: number): number {
  const first = new Date(Date.UTC(year, month, 1)).getUTCDay();
  const firstMatch = 1 + ((day - first + 7) % 7);
  const daysInMonth = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  const lastMatch = firstMatch + 7 * Math.floor((daysInMonth - firstMatch) / 7);
  const date = week === 'last' ? lastMatch : Math.min(firstMatch + 7 * (week - 1), lastMatch);
  return Date.UTC(year, month, date, hour, minute);
}
