import type { DeviceResult } from '../../domain/result.ts';
import type { RunEvent } from '../events.ts';
import type { RunFacts } from './records.ts';

/** The names under which a shape holds dates, at any depth. */
type NamesOfDates<T> = T extends readonly (infer Each)[]
  ? NamesOfDates<Each>
  : T extends Date
    ? never
    : T extends object
      ? {
          [Name in keyof T]-?: NonNullable<T[Name]> extends Date ? Name : NamesOfDates<NonNullable<T[Name]>>;
        }[keyof T]
      : never;

/** A date that is added to a result, an event or the facts of a run is missed by the compiler here. */
const DATES: Readonly<Record<string, true>> = {
  at: true,
  startedAt: true,
  notBefore: true,
  notAfter: true,
  dueAt: true,
  nextWindow: true,
  fullUntil: true,
} satisfies Record<NamesOfDates<DeviceResult | RunEvent | RunFacts>, true>;

/** For JSON.parse: dates become dates again, by their names. A text that looks like one, as in a finding, stays a text. */
export function reviveDates(name: string, value: unknown): unknown {
  return typeof value === 'string' && Object.hasOwn(DATES, name) ? new Date(value) : value;
}
