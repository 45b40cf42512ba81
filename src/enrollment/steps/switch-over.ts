import { maskedText } from '../../domain/config-line.ts';
import { DeviceError, type ErrorCode, toDeviceError } from '../../domain/errors.ts';
import { conditional, type ForeseenLine, foreseeConfiguration } from '../../ios/foreseen.ts';
import { type PlacedLine, placeLines } from '../../ios/show/running-lines.ts';
import { missingLines, remainingLines, tellLine } from '../generations.ts';
import { foreseeLook, look } from '../look.ts';
import type { Action } from '../plan.ts';
import type { StepContext } from './context.ts';

type Switch = Extract<Action, { kind: 'switch' }>;

const LINES = ['lines'] as const;
/** After these nothing more can be typed, or may be. */
const DEAF: ReadonlySet<ErrorCode> = new Set([
  'connection-lost',
  'timeout',
  'interrupted',
  'reload-announced',
]);

/**
 * Moves what uses the old generation to the new one, and reads back that it did. Should that fail, what is not as before
 * is typed back, and read back, too. Throws what typing throws, or DeviceError `verification-failed`; the message tells
 * which generation the router is left with.
 */
export async function switchOver(
  context: StepContext,
  action: Switch,
  note: (text: string) => void,
): Promise<void> {
  try {
    await context.session.configure(action.lines);
    const problem = await difference(context, action.lines);
    if (problem !== undefined)
      throw new DeviceError('verification-failed', `the switch to ${action.trustpoint}: ${problem}`);
  } catch (thrown) {
    const error = toDeviceError(thrown);
    const left = await switchBack(context, action, error);
    const { code, message, detail, hint } = error;
    throw new DeviceError(code, `${message}; ${left}`, { detail, hint });
  }
  note(`${action.lines.length} lines typed and read back: ${action.trustpoint} is in force`);
}

async function switchBack(
  context: StepContext,
  action: Pick<Switch, 'from' | 'trustpoint' | 'undo'>,
  { code }: DeviceError,
): Promise<string> {
  const { from, trustpoint } = action;
  if (DEAF.has(code) || context.signal.aborted)
    return `whether ${from} or ${trustpoint} is in use now was not seen`;
  try {
    await undoSwitch(context, action);
    return `switched back: ${from} is in force as before`;
  } catch (thrown) {
    return `not switched back (${toDeviceError(thrown).message}): look which of ${from} and ${trustpoint} is used`;
  }
}

/** Types those lines of before that are not there, and reads them back. Throws DeviceError `verification-failed`. */
export async function undoSwitch(
  context: Pick<StepContext, 'session'>,
  { from, undo }: Pick<Switch, 'from' | 'undo'>,
): Promise<void> {
  const { session } = context;
  const now = (await look(session, LINES)).lines ?? [];
  await session.configure(needed(undo, now));
  const problem = await difference(context, undo);
  if (problem !== undefined) throw new DeviceError('verification-failed', `${from}: ${problem}`);
}

async function difference(
  { session }: Pick<StepContext, 'session'>,
  wanted: Switch['lines'],
): Promise<string | undefined> {
  const now = (await look(session, LINES)).lines ?? [];
  const [missing] = missingLines(wanted, now);
  if (missing !== undefined) return `the running configuration has no ${tellLine(missing)}`;
  const [remaining] = remainingLines(wanted, now);
  return remaining === undefined ? undefined : `the running configuration still has ${tellLine(remaining)}`;
}

/** Of lines that were to be typed those that change something, each below its own. */
function needed(lines: Switch['undo'], now: readonly PlacedLine[]): Switch['undo'] {
  const open = [...missingLines(lines, now), ...remainingLines(lines, now)];
  const isOpen = ({ below, text }: PlacedLine): boolean =>
    open.some((each) => each.below.join('\n') === below.join('\n') && each.text === text.replace(/^no /, ''));
  const real = lines.filter((line) => !/^\s*!/.test(maskedText(line)));
  const placed = placeLines(real.map(maskedText));
  const wanted = placed.filter(isOpen);
  const isAbove = ({ below, text }: PlacedLine): boolean =>
    wanted.some((each) => [...each.below].join('\n').startsWith([...below, text].join('\n')));
  return real.filter((_, index) => {
    const line = placed[index];
    return line !== undefined && (wanted.includes(line) || isAbove(line));
  });
}

/** The lines that `switchOver` types. */
export function foreseeSwitch({ lines, undo }: Switch): readonly ForeseenLine[] {
  return [
    ...foreseeConfiguration(lines),
    ...foreseeLook(LINES),
    ...conditional('the switch fails, and the router still answers', foreseeUndoSwitch({ undo })),
  ];
}

/** The lines that `undoSwitch` types: those of them that are not there. */
export function foreseeUndoSwitch({ undo }: Pick<Switch, 'undo'>): readonly ForeseenLine[] {
  return [...foreseeLook(LINES), ...foreseeConfiguration(undo), ...foreseeLook(LINES)];
}
