import { Cron } from 'croner';
import type { RenewWindow } from '../domain/trustpoint.ts';

/** From when to when; the end is not part of it. */
export interface Interval {
  readonly from: Date;
  readonly to: Date;
}

/** Where a moment lies among windows. */
export type WindowState =
  /** There are no windows, or one is open; `until` is missing in the first case. */
  | { readonly open: true; readonly until?: Date }
  /** `next` is missing when no window ever opens again. */
  | { readonly open: false; readonly next?: Date };

/**
 * Whether renewals may be made at `now`. A window without a zone of its own is meant in `zone` (IANA name). A rule that
 * falls into the hour that summer time leaves out opens when that hour is over; one in the hour that comes twice opens
 * once, at the first of the two. It stays open for its duration by any clock. Pure.
 */
export function windowAt(windows: readonly RenewWindow[], zone: string, now: Date): WindowState {
  if (windows.length === 0) return { open: true };
  const found = windows.flatMap((window) => firstOpen(window, zone, now) ?? []);
  const open = found.filter(({ from }) => from <= now);
  if (open.length > 0)
    return { open: true, until: new Date(Math.max(...open.map(({ to }) => to.getTime()))) };
  if (found.length === 0) return { open: false };
  return { open: false, next: new Date(Math.min(...found.map(({ from }) => from.getTime()))) };
}

/** The first time after `now` at which a window opens, also when one is open; undefined when none does any more. */
export function nextOpening(windows: readonly RenewWindow[], zone: string, now: Date): Date | undefined {
  const next = windows.flatMap((window) => ruleOf(window, zone).nextRun(now) ?? []);
  return next.length === 0 ? undefined : new Date(Math.min(...next.map((date) => date.getTime())));
}

/** The first opening of one window that is not over at `now`. */
function firstOpen(window: RenewWindow, zone: string, now: Date): Interval | undefined {
  // It is open as long as it opened less than its duration ago.
  const from = ruleOf(window, zone).nextRun(new Date(now.getTime() - window.durationMs));
  return from === null ? undefined : { from, to: new Date(from.getTime() + window.durationMs) };
}

const rules = new Map<string, Rule>();

/** Reading a rule is dear, and a fleet has few. */
function ruleOf({ cron, zone }: RenewWindow, deviceZone: string): Rule {
  const timezone = zone ?? deviceZone;
  const key = `${timezone} ${cron}`;
  const known = rules.get(key);
  if (known !== undefined) return known;
  const rule = new Rule(cron, timezone);
  rules.set(key, rule);
  return rule;
}

/** A rule that keeps its last answers: it is asked about the same hours for each device. */
class Rule {
  readonly #cron: Cron;
  /** Nothing opens between the two, but at the second. */
  #gaps: readonly { readonly from: Date; readonly next: Date }[] = [];

  constructor(cron: string, timezone: string) {
    this.#cron = new Cron(cron, { mode: '5-part', timezone, paused: true });
  }

  /** The first opening after `time`. */
  nextRun(time: Date): Date | null {
    const known = this.#gaps.find(({ from, next }) => from <= time && time < next);
    if (known !== undefined) return known.next;
    const next = this.#cron.nextRun(time);
    if (next !== null) this.#gaps = [{ from: time, next }, ...this.#gaps.slice(0, GAPS_KEPT - 1)];
    return next;
  }
}

const GAPS_KEPT = 4;
