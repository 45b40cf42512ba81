import type { ClockSettings, NtpServer, NtpSettings, SummerTime, TimeZone } from '../domain/device.ts';
import { parseDuration } from '../domain/duration.ts';
import { parseOffset } from './offset.ts';
import type { ClockLevel, NtpLevel, NtpMapLevel } from './settings.ts';

/** Milliseconds of a text that the schema found to be a duration. */
export function milliseconds(text: string): number {
  const value = parseDuration(text);
  if (value === undefined) throw new Error(`not checked by the schema: ${text} is no duration`);
  return value;
}

/** The clock of a device, with what nobody set: UTC, no NTP, 30 s to wait for it, 5 min of skew. */
export function buildClock(clock: ClockLevel): ClockSettings {
  return {
    timezone: timezone(clock.timezone ?? 'UTC'),
    ...(clock.summerTime === undefined ? {} : { summerTime: summerTime(clock.summerTime) }),
    ntp: ntpSettings(clock.ntp ?? []),
    ntpWaitMs: milliseconds(clock.ntpWait ?? '30s'),
    maxSkewMs: milliseconds(clock.maxSkew ?? '5m'),
  };
}

function timezone(zone: NonNullable<ClockLevel['timezone']>): TimeZone {
  if (typeof zone === 'string') return { name: zone, offsetMinutes: 0 };
  return { name: zone.name, offsetMinutes: parseOffset(zone.offset) ?? 0 };
}

function summerTime({ name, recurring, offset }: NonNullable<ClockLevel['summerTime']>): SummerTime {
  return { name, ...(typeof recurring === 'string' ? { recurring } : {}), offsetMinutes: offset ?? 60 };
}

function ntpSettings(ntp: NtpLevel): NtpSettings {
  const { servers, sourceInterface, keys }: NtpMapLevel = Array.isArray(ntp) ? { servers: ntp } : ntp;
  return {
    servers: (servers ?? []).map(ntpServer),
    ...(sourceInterface === undefined ? {} : { sourceInterface }),
    keys: keys ?? [],
  };
}

function ntpServer(server: NonNullable<NtpMapLevel['servers']>[number]): NtpServer {
  if (typeof server === 'string') return { address: server, prefer: false };
  const { address, vrf, key, prefer } = server;
  return {
    address,
    ...(vrf === undefined ? {} : { vrf }),
    ...(key === undefined ? {} : { key }),
    prefer: prefer ?? false,
  };
}
