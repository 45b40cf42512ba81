import { setTimeout as sleep } from 'node:timers/promises';
import type { ConfigLine } from '../../domain/config-line.ts';
import type { Device } from '../../domain/device.ts';
import { formatDuration } from '../../domain/duration.ts';
import { DeviceError } from '../../domain/errors.ts';
import {
  conditional,
  type ForeseenLine,
  foreseeCommand,
  foreseeConfiguration,
  repeated,
} from '../../ios/foreseen.ts';
import { commandsOf, foreseeLook, look } from '../look.ts';
import type { Action } from '../plan.ts';
import { clockSetArgument, standardOffset } from '../router-time.ts';
import { type ClockVerdict, judgeClock } from '../trusted-clock.ts';
import type { StepContext } from './context.ts';

type SetClock = Extract<Action, { kind: 'set-clock' }>;

const POLL_MS = 1_000;
const CLOCK = ['clock'] as const;
const BEHIND_CLOCK = ['ntp', 'timeLines'] as const;
const VERDICT = [...CLOCK, ...BEHIND_CLOCK] as const;
const ZONE = ['timeLines'] as const;
/** The first setting may be off by an hour of summer time. */
const SETTINGS = 2;

/**
 * Time before trust: zone and NTP lines, then a wait for NTP, else `clock set` in the router's own zone.
 * A clock that NTP vouches for is never overruled. `behind` are commands that will be typed next if all is well.
 * Throws DeviceError `clock-not-trusted`.
 */
export async function setClock(
  context: StepContext,
  action: SetClock,
  note: (text: string) => void,
  behind: readonly string[] = [],
): Promise<void> {
  const { session, device } = context;
  if (action.lines.length > 0) await session.configure(action.lines, commandsOf(VERDICT));
  // A clock that was wrong before may well have to be waited for.
  let verdict = await readVerdict(context, action.adjust ? [] : behind);
  if (!verdict.trusted && device.clock.ntp.servers.length > 0) verdict = await waitForNtp(context, verdict);
  if (verdict.disputed) throw notTrusted(`${verdict.why}, and the router’s NTP is synchronized`);
  if (!verdict.trusted) verdict = await setByHand(context);
  note(`${action.why}; ${verdict.why}`);
}

async function waitForNtp(context: StepContext, first: ClockVerdict): Promise<ClockVerdict> {
  const { device, signal, monotonic } = context;
  const deadline = monotonic() + device.clock.ntpWaitMs;
  let verdict = first;
  while (!verdict.trusted && !verdict.disputed && monotonic() < deadline) {
    await sleep(Math.min(POLL_MS, Math.max(1, deadline - monotonic())), undefined, { signal });
    verdict = await readVerdict(context);
  }
  return verdict;
}

/**
 * `clock set` takes the router's local time. Whether summer time is in force there is not computed but read back:
 * when the first setting lands an offset away from now, the second one corrects it.
 */
async function setByHand(context: StepContext): Promise<ClockVerdict> {
  const { session, device, now } = context;
  let offset = standardOffset((await look(session, ZONE)).timeLines, device.clock);
  for (let attempt = 1; attempt <= SETTINGS; attempt += 1) {
    const command = clockSet(clockSetArgument(now(), offset));
    const { refusal } = await session.ask(command);
    if (refusal !== undefined) throw notTrusted(`the router refused "${command}": ${refusal.line}`);
    const verdict = await readVerdict(context);
    if (verdict.trusted) return verdict;
    if (verdict.routerNow === undefined) throw notTrusted(verdict.why);
    offset += Math.round((now().getTime() - verdict.routerNow.getTime()) / 60_000);
  }
  throw notTrusted('clock set was accepted, but the clock still shows another time');
}

async function readVerdict(
  { session, device, now }: StepContext,
  behind: readonly string[] = [],
): Promise<ClockVerdict> {
  const { clock } = await look(session, CLOCK, undefined, [...commandsOf(BEHIND_CLOCK), ...behind]);
  const at = now();
  const { ntp, timeLines } = await look(session, BEHIND_CLOCK, undefined, behind);
  return judgeClock({ clock, at, ntp }, timeLines, device.clock);
}

/** `clock set` with a time in the router's own zone. */
function clockSet(argument: string): string {
  return `clock set ${argument}`;
}

function notTrusted(message: string): DeviceError {
  return new DeviceError('clock-not-trusted', message, {
    detail: 'No certificate was asked for: its validity could not have been judged by this clock.',
  });
}

/** The lines that `setClock` types for these configuration lines. */
export function foreseeSetClock(
  { clock }: Pick<Device, 'clock'>,
  lines: readonly ConfigLine[],
): readonly ForeseenLine[] {
  const verdict = foreseeLook(VERDICT);
  const waited = `until NTP has set the clock, once a second for ${formatDuration(clock.ntpWaitMs)} at most`;
  const byHand = 'the clock cannot be trusted even then, and NTP does not vouch for it';
  const setting = [foreseeCommand(clockSet(MOMENT)), ...verdict];
  return [
    ...foreseeConfiguration(lines),
    ...verdict,
    ...(clock.ntp.servers.length > 0 ? repeated(waited, verdict) : []),
    ...conditional(byHand, [...foreseeLook(ZONE), ...setting]),
    ...conditional('it then shows another time, as summer time makes it', setting),
  ];
}

/** In the router's own zone. */
const MOMENT = '<hh:mm:ss day month year>';
