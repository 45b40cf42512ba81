import { isSummer, type SummerRule } from './summer-time.ts';

/** Who set the clock last. */
export type TimeSource = 'none' | 'user' | 'ntp' | 'calendar';

export interface Zone {
  readonly name: string;
  /** Minutes east of UTC. */
  readonly offsetMinutes: number;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
/** Where a router without a calendar starts. */
const EPOCH_1993 = Date.UTC(1993, 2, 1);

export interface ClockStart {
  readonly start: Date | 'system' | 'unset';
  readonly authoritative: boolean;
}

/** The router's own time: it starts where it is told, runs with the host's time, and knows how far it is trusted. */
export class RouterClock {
  readonly #hostNow: () => Date;
  readonly #changed: (() => void)[] = [];
  #aheadMs: number;
  #source: TimeSource;
  #synchronized = true;
  zone: Zone = { name: 'UTC', offsetMinutes: 0 };
  summer: (SummerRule & { readonly name: string }) | undefined;

  constructor({ start, authoritative }: ClockStart, hostNow: () => Date) {
    this.#hostNow = hostNow;
    const first = start === 'system' ? hostNow().getTime() : start === 'unset' ? EPOCH_1993 : start.getTime();
    this.#aheadMs = first - hostNow().getTime();
    this.#source = authoritative ? 'calendar' : 'none';
  }

  now(): Date {
    return new Date(this.#hostNow().getTime() + this.#aheadMs);
  }

  get source(): TimeSource {
    return this.#source;
  }

  get authoritative(): boolean {
    return this.#source !== 'none';
  }

  /** `*` never set, `.` NTP lost, empty when the time is good. */
  get mark(): '*' | '.' | '' {
    if (!this.authoritative) return '*';
    return this.#source === 'ntp' && !this.#synchronized ? '.' : '';
  }

  set(to: Date, source: 'user' | 'ntp'): void {
    this.#aheadMs = to.getTime() - this.#hostNow().getTime();
    this.#source = source;
    this.#synchronized = true;
    for (const tell of this.#changed) tell();
  }

  /** The NTP server went away: the time stays, its mark becomes `.`. */
  loseSynchronization(): void {
    this.#synchronized = false;
  }

  onChange(listener: () => void): void {
    this.#changed.push(listener);
  }

  /** The zone in force at an instant, summer time included. */
  zoneAt(instant: Date): Zone {
    const { zone, summer } = this;
    if (summer === undefined || !isSummer(summer, instant, zone.offsetMinutes)) return zone;
    return { name: summer.name, offsetMinutes: zone.offsetMinutes + summer.offsetMinutes };
  }

  /** The instant that local wall time (its fields given as if they were UTC) names in the router's zone. */
  fromLocal(fields: Date): Date {
    const standard = new Date(fields.getTime() - this.zone.offsetMinutes * 60_000);
    return new Date(fields.getTime() - this.zoneAt(standard).offsetMinutes * 60_000);
  }

  /** `18:56:04.554 EST Mon Oct 17 2016` */
  formatClock(instant: Date): string {
    const { at, zone } = this.#local(instant);
    return `${timeOf(at)}.${pad(at.getUTCMilliseconds(), 3)} ${zone} ${DAYS[at.getUTCDay()]} ${dateOf(at)}`;
  }

  /** `18:56:04 EST Mon Oct 17 2016` */
  formatSeconds(instant: Date): string {
    const { at, zone } = this.#local(instant);
    return `${timeOf(at)} ${zone} ${DAYS[at.getUTCDay()]} ${dateOf(at)}`;
  }

  /** `03:08:21 UTC Sep 21 2025` */
  formatDate(instant: Date): string {
    const { at, zone } = this.#local(instant);
    return `${timeOf(at)} ${zone} ${dateOf(at)}`;
  }

  /** The time of a log line: `Sep 21 03:05:02.312`, in UTC unless the service is told `localtime`. */
  formatLogTime(
    instant: Date,
    options: { msec: boolean; localtime: boolean; showZone: boolean; year: boolean },
  ): string {
    const { at, zone } = options.localtime ? this.#local(instant) : { at: instant, zone: 'UTC' };
    const day = String(at.getUTCDate()).padStart(2);
    const year = options.year ? ` ${at.getUTCFullYear()}` : '';
    const fraction = options.msec ? `.${pad(at.getUTCMilliseconds(), 3)}` : '';
    return `${MONTHS[at.getUTCMonth()]} ${day}${year} ${timeOf(at)}${fraction}${options.showZone ? ` ${zone}` : ''}`;
  }

  #local(instant: Date): { at: Date; zone: string } {
    const zone = this.zoneAt(instant);
    return { at: new Date(instant.getTime() + zone.offsetMinutes * 60_000), zone: zone.name };
  }
}

/** The number 0-11 of a month given by its name or a prefix of at least three letters; -1 when it is none. */
export function monthNumber(text: string): number {
  return text.length < 3 ? -1 : MONTHS.indexOf(capitalized(text.slice(0, 3)));
}

/** The number 0-6 of a week day, or -1. */
export function dayNumber(text: string): number {
  return text.length < 3 ? -1 : DAYS.indexOf(capitalized(text.slice(0, 3)));
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1).toLowerCase();
}

function timeOf(at: Date): string {
  return `${pad(at.getUTCHours(), 2)}:${pad(at.getUTCMinutes(), 2)}:${pad(at.getUTCSeconds(), 2)}`;
}

function dateOf(at: Date): string {
  return `${MONTHS[at.getUTCMonth()]} ${at.getUTCDate()} ${at.getUTCFullYear()}`;
}

function pad(value: number, digits: number): string {
  return String(value).padStart(digits, '0');
}
