import type { ClockSettings } from '../domain/device.ts';
import { formatDuration } from '../domain/duration.ts';
import type { Clock } from '../ios/show/clock.ts';
import type { NtpStatus } from '../ios/show/ntp-status.ts';
import { routerInstant } from './router-time.ts';

export interface ClockVerdict {
  readonly trusted: boolean;
  readonly why: string;
  /** The router's time, where its zone is known. */
  readonly routerNow?: Date;
  /** NTP vouches for a time that differs from ours: nobody may overrule it by hand. */
  readonly disputed: boolean;
}

interface ClockReading {
  readonly clock: Clock;
  readonly ntp: NtpStatus;
  /** This machine's time when the clock was read. */
  readonly at: Date;
}

/** Whether certificates may be asked for by this clock: authoritative, and near enough to ours. */
export function judgeClock(
  { clock, ntp, at }: ClockReading,
  timeLines: readonly string[],
  settings: ClockSettings,
): ClockVerdict {
  const routerNow = routerInstant(clock, timeLines);
  const known = routerNow === undefined ? {} : { routerNow };
  if (clock.authority === 'not-authoritative') {
    return {
      trusted: false,
      why: `the clock was never set (it shows ${clock.local.getUTCFullYear()})`,
      disputed: false,
      ...known,
    };
  }
  if (routerNow === undefined) {
    return { trusted: false, why: `the offset of the zone ${clock.zone} is not known`, disputed: false };
  }
  const skew = Math.abs(routerNow.getTime() - at.getTime());
  if (skew > settings.maxSkewMs) {
    const why = `the clock differs from this machine’s by ${formatDuration(skew)}`;
    return { trusted: false, why, disputed: ntp.synchronized, routerNow };
  }
  const source = ntp.synchronized ? 'NTP is synchronized' : 'the clock is set';
  return { trusted: true, why: `${source}, ${formatDuration(skew)} from ours`, disputed: false, routerNow };
}
