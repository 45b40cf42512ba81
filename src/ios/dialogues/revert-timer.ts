import { DeviceError } from '../../domain/errors.ts';
import { type ForeseenLine, foreseeCommand, foreseeConversation } from '../foreseen.ts';
import type { IosCommand } from '../question.ts';
import { explainRefusal, findRefusal, type Refusal } from '../refusals.ts';
import type { Session } from '../session.ts';
import { type Answer, askRaised, guardPending, type PendingGuard } from './guard-pending.ts';

/** Says whether a rollback is pending, and in how many minutes it was to come. */
const SHOW_TIMER = 'show archive config rollback timer';
/** Where the rollback finds what it goes back to. */
const SHOW_ARCHIVE = 'show running-config | section ^archive';
const NO_TIMER_HINT =
  'configure an archive with a path on the router (archive, path flash:before-), or choose another guard in the inventory';
const CONFIRM = 'configure confirm';
const REVERT_NOW = 'configure revert now';

const NONE_PENDING = /No Rollback Confirmed Change pending/i;
const TIMER_VALUE = /^\s*Timer value\s*:\s*(?<minutes>\d+)\s*min/im;
const ROLLED_BACK = /^\s*Rollback Done\b/im;

function armCommand(minutes: number): IosCommand {
  return {
    mode: 'privileged-exec',
    opening: `configure terminal revert timer ${minutes}`,
    questions: [],
  };
}

/** A command that asks nothing, and the longest silence behind it, in milliseconds. */
interface Timed {
  readonly timeoutMs: number;
}

/**
 * Has the router go back to its running configuration of now unless that is confirmed within `minutes` (IOS
 * configuration management command reference, `configure terminal revert`; it needs an `archive` with a `path`), and
 * reads back that it will. Throws DeviceError `plan-conflict` when the router cannot, `guard-pending` when a rollback is
 * pending already.
 */
export async function armRevertTimer(
  session: Session,
  { minutes, timeoutMs }: Timed & { readonly minutes: number },
): Promise<void> {
  mustBeFree(await session.ask(SHOW_TIMER));
  const { mode, opening } = armCommand(minutes);
  const heard = await session.converse({ name: 'revert-timer', opening, exchanges: [], timeoutMs }, mode);
  const no = findRefusal(heard.text);
  if (no !== undefined) throw cannot(no, heard.text);
  const shown = await session.show(SHOW_TIMER);
  if (Number(TIMER_VALUE.exec(shown)?.groups?.minutes) === minutes) return;
  throw new DeviceError('plan-conflict', 'the router does not say that it would roll back', {
    detail: `${heard.text.trim()}\n${shown.trim()}`.trim(),
    hint: 'look at show archive on the router; without the guard nothing was changed',
  });
}

/** Types one show command: whether the router is about to roll back what it holds. */
export async function askForRollback(session: Session): Promise<PendingGuard> {
  return pendingIn(await askRaised(session, SHOW_TIMER));
}

/**
 * Types one show command. DeviceError `plan-conflict` where the router has no archive with a path: it would set no timer.
 * Undefined where it has one, and where it does not show it.
 */
export async function findMissingArchive(session: Session): Promise<DeviceError | undefined> {
  const { text, refusal } = await session.ask(SHOW_ARCHIVE);
  if (refusal !== undefined || /^\s+path \S/m.test(text)) return undefined;
  return new DeviceError(
    'plan-conflict',
    'the router cannot roll back by a timer: it has no archive with a path',
    {
      detail: text.trim(),
      hint: NO_TIMER_HINT,
    },
  );
}

function mustBeFree(answer: Answer): void {
  const found = pendingIn(answer);
  if (found.kind !== 'none') throw found.error;
}

function pendingIn({ text, refusal }: Answer): PendingGuard {
  if (NONE_PENDING.test(text)) return { kind: 'none' };
  if (refusal !== undefined) {
    return { kind: refusal.kind === 'syntax' ? 'unknown' : 'untold', error: cannot(refusal, text) };
  }
  const minutes = TIMER_VALUE.exec(text)?.groups?.minutes;
  const error = guardPending('a rollback is pending on the router already', text, minutes);
  return { kind: 'pending', error };
}

/** Keeps what was configured. Throws DeviceError `guard-expired` when no rollback was pending any more. */
export async function confirmRevertTimer(session: Session, { timeoutMs }: Timed): Promise<void> {
  const text = await type(session, CONFIRM, timeoutMs);
  const refusal = findRefusal(text);
  if (refusal !== undefined) throw expired(refusal, text);
  const shown = (await session.ask(SHOW_TIMER)).text;
  if (NONE_PENDING.test(shown)) return;
  throw new DeviceError('guard-expired', 'the router did not take off its rollback', {
    detail: shown.trim(),
  });
}

/** Rolls back at once. Throws DeviceError `guard-expired` when the router does not say that it did. */
export async function revertNow(session: Session, { timeoutMs }: Timed): Promise<void> {
  const text = await type(session, REVERT_NOW, timeoutMs);
  const shown = (await session.ask(SHOW_TIMER)).text;
  // What it types for itself may print lines of its own: `% Removing an enrolled trustpoint …`.
  if (ROLLED_BACK.test(text)) return;
  const refusal = findRefusal(text);
  if (refusal !== undefined) throw expired(refusal, text);
  // Some releases may roll back behind the prompt.
  if (NONE_PENDING.test(shown)) return;
  throw new DeviceError('guard-expired', 'the router does not say that it rolled back', {
    detail: `${text.trim()}\n${shown.trim()}`.trim(),
  });
}

export function foreseeNoRollback(): readonly ForeseenLine[] {
  return [foreseeCommand(SHOW_TIMER)];
}

export function foreseeArming(minutes: number): readonly ForeseenLine[] {
  return [
    foreseeCommand(SHOW_TIMER),
    ...foreseeConversation(armCommand(minutes)),
    { mode: 'configuration', text: 'end', instead: [], questions: [] },
    foreseeCommand(SHOW_TIMER),
  ];
}

export function foreseeConfirming(): readonly ForeseenLine[] {
  return [foreseeCommand(CONFIRM), foreseeCommand(SHOW_TIMER)];
}

export function foreseeReverting(): readonly ForeseenLine[] {
  return [foreseeCommand(REVERT_NOW), foreseeCommand(SHOW_TIMER)];
}

async function type(session: Session, opening: string, timeoutMs: number): Promise<string> {
  const { text } = await session.converse(
    { name: 'revert-timer', opening, exchanges: [], timeoutMs },
    'privileged-exec',
  );
  return text;
}

function cannot(refusal: Refusal, text: string): DeviceError {
  const why =
    refusal.kind === 'syntax'
      ? 'its release knows no rollback timer: that came with 12.4(20)T, 12.2(33)SRC and IOS XE'
      : refusal.line;
  return new DeviceError('plan-conflict', `the router cannot roll back by a timer: ${why}`, {
    ...explainRefusal(refusal, text),
    hint: NO_TIMER_HINT,
  });
}

function expired(refusal: Refusal, text: string): DeviceError {
  return new DeviceError('guard-expired', refusal.line, { detail: explainRefusal(refusal, text).detail });
}
