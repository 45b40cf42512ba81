import { setTimeout as sleep } from 'node:timers/promises';
import { DeviceError } from '../../domain/errors.ts';
import { readNtpStatus } from '../../ios/show/ntp-status.ts';
import { readTimeLines } from '../../ios/show/time-lines.ts';
import { observeClock, SHOW } from '../observe.ts';
import type { Action } from '../plan.ts';
import { clockSetArgument, standardOffset } from '../router-time.ts';
import { type ClockVerdict, judgeClock } from '../trusted-clock.ts';
import type { StepContext } from './context.ts';

type SetClock = Extract<Action, { kind: 'set-clock' }>;

const POLL_MS = 1_000;

/**
 * Time before trust: zone and NTP lines, then a wait for NTP, else `clock set` in the router's own zone.
 * A clock that NTP vouches for is never overruled. Throws DeviceError `clock-not-trusted`.
 */
export async function setClock(
  context: StepContext,
  action: SetClock,
  note: (text: string) => void,
): Promise<void> {
  const { session, device } = context;
  if (action.lines.length > 0) await session.configure(action.lines);
  let verdict = await readVerdict(context);
  if (!verdict.trusted && device.clock.ntp.servers.length > 0) verdict = await waitForNtp(context, verdict);
  if (verdict.disputed) throw notTrusted(`${verdict.why}, and the router’s NTP is synchronized`);
  if (!verdict.trusted) verdict = await setByHand(context);
  note(`${action.why}; ${verdict.why}`);
}

async function waitForNtp(context: StepContext, first: ClockVerdict): Promise<ClockVerdict> {
  const { device, signal, now } = context;
  const deadline = now().getTime() + device.clock.ntpWaitMs;
  let verdict = first;
  while (!verdict.trusted && !verdict.disputed && now().getTime() < deadline) {
    await sleep(Math.min(POLL_MS, Math.max(1, deadline - now().getTime())), undefined, { signal });
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
  let offset = standardOffset(readTimeLines(await session.show(SHOW.timeLines)), device.clock);
  for (let attempt = 1; attempt <= 2; attempt += 1) {
    const command = `clock set ${clockSetArgument(now(), offset)}`;
    const { refusal } = await session.ask(command);
    if (refusal !== undefined) throw notTrusted(`the router refused "${command}": ${refusal.line}`);
    const verdict = await readVerdict(context);
    if (verdict.trusted) return verdict;
    if (verdict.routerNow === undefined) throw notTrusted(verdict.why);
    offset += Math.round((now().getTime() - verdict.routerNow.getTime()) / 60_000);
  }
  throw notTrusted('clock set was accepted, but the clock still shows another time');
}

async function readVerdict({ session, device, now }: StepContext): Promise<ClockVerdict> {
  const clock = await observeClock(session);
  const at = now();
  const ntp = await session.ask(SHOW.ntp);
  const timeLines = readTimeLines(await session.show(SHOW.timeLines));
  return judgeClock(
    {
      clock,
      at,
      ntp: ntp.refusal === undefined ? readNtpStatus(ntp.text) : { enabled: false, synchronized: false },
    },
    timeLines,
    device.clock,
  );
}

function notTrusted(message: string): DeviceError {
  return new DeviceError('clock-not-trusted', message, {
    detail: 'No certificate was asked for: its validity could not have been judged by this clock.',
  });
}
