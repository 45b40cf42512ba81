import type { ForecastDay, RenewalForecast } from '../domain/forecast.ts';
import type { RenewBefore, RenewRules } from '../domain/trustpoint.ts';
import { dueAt, emergencyAt, isYoung, type Life, leadOf } from './renewal-due.ts';
import { nextOpening, windowAt } from './renewal-windows.ts';

/** A certificate in use, and what is to be done about it. */
export interface HeldCertificate extends Life {
  readonly authority: string;
  readonly rules: Pick<RenewRules, 'before' | 'spreadMs' | 'windows'>;
  /** IANA name. */
  readonly zone: string;
}

export interface ForecastOptions {
  readonly now: Date;
  /** How many days from today, which counts. */
  readonly days: number;
  /** Renewals in one run, by authority; one run a day. */
  readonly capacities: ReadonlyMap<string, number>;
  readonly before?: RenewBefore;
  readonly ignoreWindows?: boolean;
}

const DAY_MS = 86_400_000;

interface Waiting {
  readonly held: HeldCertificate;
  readonly emergency: Date;
}

/**
 * Foresees what `trustfleet renew` does when it is run every day, and on a day with a window inside it: who is due gets
 * a certificate of the same life, the most urgent first where a CA has room for so many only. Pure.
 */
export function forecastRenewals(
  certificates: readonly HeldCertificate[],
  options: ForecastOptions,
): RenewalForecast {
  const { now, days } = options;
  const today = startOfDay(now);
  const counts = Array.from({ length: days }, (_, index) => ({
    day: new Date(today + index * DAY_MS).toISOString().slice(0, 10),
    ends: 0,
    renewals: 0,
    lost: 0,
  }));
  const inUse = certificates.filter(({ notAfter }) => notAfter > now);
  let later = 0;
  for (const { notAfter } of inUse) {
    const count = counts[dayOf(notAfter, today)];
    if (count === undefined) later += 1;
    else count.ends += 1;
  }
  new Simulation(options, today, counts).run(inUse);
  return { days: counts, ended: certificates.length - inUse.length, later };
}

type Counts = { -readonly [Key in keyof ForecastDay]: ForecastDay[Key] };

class Simulation {
  readonly #options: ForecastOptions;
  readonly #today: number;
  readonly #counts: readonly Counts[];
  /** Who may be renewed from that day on. */
  readonly #fromDay = new Map<number, HeldCertificate[]>();
  readonly #openDays = new Map<string, boolean>();

  constructor(options: ForecastOptions, today: number, counts: readonly Counts[]) {
    this.#options = options;
    this.#today = today;
    this.#counts = counts;
  }

  run(held: readonly HeldCertificate[]): void {
    for (const one of held) this.#wait(one, this.#options.now);
    let waiting: readonly Waiting[] = [];
    for (const [index, count] of this.#counts.entries()) {
      const begun = (this.#fromDay.get(index) ?? []).map((one) => ({
        held: one,
        emergency: emergencyAt(one),
      }));
      this.#fromDay.delete(index);
      waiting = this.#workOn(index, count, [...waiting, ...begun]);
    }
  }

  /** Returns who waits on. */
  #workOn(index: number, count: Counts, waiting: readonly Waiting[]): readonly Waiting[] {
    const left = new Map(this.#options.capacities);
    const on: Waiting[] = [];
    const order = waiting.toSorted((a, b) => a.held.notAfter.getTime() - b.held.notAfter.getTime());
    for (const one of order) {
      const { held } = one;
      const room = left.get(held.authority);
      if (room === 0 || !this.#isPossible(one, index)) {
        if (dayOf(held.notAfter, this.#today) <= index) count.lost += 1;
        else on.push(one);
        continue;
      }
      if (room !== undefined) left.set(held.authority, room - 1);
      count.renewals += 1;
      this.#renew(held, index);
    }
    return on;
  }

  #renew(held: HeldCertificate, index: number): void {
    const { now } = this.#options;
    const notBefore = new Date(Math.max(now.getTime(), this.#today + index * DAY_MS));
    const lifeMs = held.notAfter.getTime() - held.notBefore.getTime();
    const notAfter = new Date(notBefore.getTime() + lifeMs);
    this.#wait({ ...held, notBefore, notAfter, serial: `${held.serial}+` }, notBefore);
  }

  /** Puts it in the day on which it first may be renewed: not before tomorrow when it is new. */
  #wait(held: HeldCertificate, from: Date): void {
    const { before, now } = this.#options;
    const due = dueAt(held, leadOf(held, held.rules, before));
    const at = Math.max(from.getTime(), Math.min(due.getTime(), this.#lastWindow(held, due).getTime()));
    const day = Math.max(dayOf(new Date(at), this.#today), from > now ? dayOf(from, this.#today) + 1 : 0);
    if (day >= this.#counts.length) return;
    const list = this.#fromDay.get(day);
    if (list === undefined) this.#fromDay.set(day, [held]);
    else list.push(held);
  }

  /** The last window before it is due, where there is no other before its last twentieth; else the moment it is due. */
  #lastWindow(held: HeldCertificate, due: Date): Date {
    const { windows } = held.rules;
    if (windows.length === 0 || this.#options.ignoreWindows === true) return due;
    const emergency = emergencyAt(held);
    const next = windowAt(windows, held.zone, due);
    if (next.open || (next.next !== undefined && next.next < emergency)) return due;
    let last = due;
    let at: Date | undefined = held.notBefore;
    while (at !== undefined && at < due) {
      if (!isYoung(held, at)) last = at;
      at = nextOpening(windows, held.zone, at);
    }
    return last;
  }

  #isPossible({ held, emergency }: Waiting, index: number): boolean {
    const { windows } = held.rules;
    if (windows.length === 0 || this.#options.ignoreWindows === true) return true;
    if (dayOf(emergency, this.#today) <= index) return true;
    const key = `${index} ${held.zone} ${JSON.stringify(windows)}`;
    const known = this.#openDays.get(key);
    if (known !== undefined) return known;
    const begin = new Date(Math.max(this.#options.now.getTime(), this.#today + index * DAY_MS));
    const end = this.#today + (index + 1) * DAY_MS;
    const state = windowAt(windows, held.zone, begin);
    const isOpen = state.open || (state.next !== undefined && state.next.getTime() < end);
    this.#openDays.set(key, isOpen);
    return isOpen;
  }
}

function startOfDay(date: Date): number {
  return Math.floor(date.getTime() / DAY_MS) * DAY_MS;
}

function dayOf(date: Date, today: number): number {
  return Math.floor((date.getTime() - today) / DAY_MS);
}
