import type { ClockSettings } from '../domain/device.ts';
import type { Clock } from '../ios/show/clock.ts';

interface Zone {
  readonly name: string;
  readonly offsetMinutes: number;
}

/**
 * The instant a router's clock shows. The printed zone is free text, so its offset comes from the
 * `clock timezone` and `clock summer-time` lines of the router; undefined when they do not decide it.
 */
export function routerInstant(
  clock: Pick<Clock, 'local' | 'zone'>,
  timeLines: readonly string[],
): Date | undefined {
  const offsets = zonesOf(timeLines)
    .filter(({ name }) => name === clock.zone)
    .map(({ offsetMinutes }) => offsetMinutes);
  const [offset, ...others] = new Set(offsets);
  if (offset === undefined || others.length > 0) return undefined;
  return new Date(clock.local.getTime() - offset * 60_000);
}

/** The router's local time at an instant in its standard zone, as `clock set` takes it: `16:01:00 25 Sep 2020`. */
export function clockSetArgument(at: Date, offsetMinutes: number): string {
  const local = new Date(at.getTime() + offsetMinutes * 60_000);
  const time = local.toISOString().slice(11, 19);
  const month = local.toLocaleString('en-US', { month: 'short', timeZone: 'UTC' });
  return `${time} ${local.getUTCDate()} ${month} ${local.getUTCFullYear()}`;
}

/** Minutes east of UTC that the router's lines say its standard time has; the inventory's where they say nothing. */
export function standardOffset(timeLines: readonly string[], settings: ClockSettings): number {
  return timezoneOf(timeLines)?.offsetMinutes ?? settings.timezone.offsetMinutes;
}

function zonesOf(timeLines: readonly string[]): readonly Zone[] {
  const standard = timezoneOf(timeLines) ?? { name: 'UTC', offsetMinutes: 0 };
  const summer = timeLines
    .map((line) => /^clock summer-time (?<name>\S+) (?<rest>.*)$/.exec(line)?.groups)
    .find((groups) => groups !== undefined);
  if (summer?.name === undefined) return [standard];
  return [
    standard,
    { name: summer.name, offsetMinutes: standard.offsetMinutes + summerOffset(summer.rest ?? '') },
  ];
}

function timezoneOf(timeLines: readonly string[]): Zone | undefined {
  for (const line of timeLines) {
    const match = /^clock timezone (?<name>\S+) (?<sign>[+-]?)(?<hours>\d+)(?: (?<minutes>\d+))?$/.exec(
      line,
    )?.groups;
    if (match?.name === undefined) continue;
    const size = Number(match.hours) * 60 + Number(match.minutes ?? 0);
    return { name: match.name, offsetMinutes: match.sign === '-' ? -size : size };
  }
  return undefined;
}

/** The last word of a full rule is the offset in minutes; the short form `recurring` means 60. */
function summerOffset(rest: string): number {
  const words = rest.trim().split(/\s+/);
  const last = words.at(-1) ?? '';
  return words.length > 2 && /^\d+$/.test(last) ? Number(last) : 60;
}
