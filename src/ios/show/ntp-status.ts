import { outputLines, unreadable } from './output.ts';

/** Whether NTP runs and has found its time. */
export interface NtpStatus {
  readonly enabled: boolean;
  readonly synchronized: boolean;
  /** Address or name of the reference clock. */
  readonly reference?: string;
  readonly stratum?: number;
}

const COMMAND = 'show ntp status';
const DISABLED = /^\s*%?\s*NTP is not (?:enabled|initialized|configured|running)/i;
const STATE =
  /^\s*Clock is (?<not>un)?synchronized(?:, stratum (?<stratum>\d+))?(?:, (?:reference is (?<reference>[^\s,]+)|no reference clock))?(?=$|[\s,.])/i;

/**
 * Reads the first line of `show ntp status`; the figures below it are not looked at.
 * Throws DeviceError `output-unreadable` when no line tells the state.
 */
export function readNtpStatus(text: string): NtpStatus {
  const lines = outputLines(text).filter((line) => line !== '');
  if (lines.some((line) => DISABLED.test(line))) return { enabled: false, synchronized: false };
  const states = lines.map((line) => STATE.exec(line)?.groups).filter((groups) => groups !== undefined);
  const [state] = states;
  if (state === undefined || states.length > 1)
    throw unreadable(COMMAND, lines[0], 'no single state of the clock');
  const { not, stratum, reference } = state;
  return {
    enabled: true,
    synchronized: not === undefined,
    ...(reference === undefined ? {} : { reference }),
    ...(stratum === undefined ? {} : { stratum: Number(stratum) }),
  };
}
