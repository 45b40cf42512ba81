import type { Device } from '../../domain/device.ts';
import type { Guard } from '../../domain/guard.ts';
import {
  cancelReload,
  foreseeCancelling,
  foreseeScheduling,
  scheduleReload,
} from '../../ios/dialogues/reload-guard.ts';
import {
  armRevertTimer,
  confirmRevertTimer,
  foreseeArming,
  foreseeConfirming,
  foreseeReverting,
  revertNow,
} from '../../ios/dialogues/revert-timer.ts';
import type { ForeseenLine } from '../../ios/foreseen.ts';
import type { Session } from '../../ios/session.ts';

/** A guard that the router has set: it acts by itself unless it is taken off. */
export interface HeldGuard {
  readonly guard: Guard;
  /** This machine's time at which the router acts, at the earliest. */
  readonly until: Date;
  /** What setting it brought to light. */
  readonly note: string | undefined;
}

type Where = { readonly session: Session; readonly device: Device; readonly now: () => Date };

/** Has the router set the guard, and reads back that it did. Throws DeviceError `plan-conflict` when it cannot. */
export async function holdGuard({ session, device, now }: Where, guard: Guard): Promise<HeldGuard> {
  const { minutes } = guard;
  const until = new Date(now().getTime() + minutes * 60_000);
  const timing = { minutes, timeoutMs: device.timeouts.command };
  if (guard.kind === 'revert') {
    await armRevertTimer(session, timing);
    return { guard, until, note: undefined };
  }
  const { hadUnsavedChanges } = await scheduleReload(session, timing);
  const note = hadUnsavedChanges
    ? 'the running configuration held changes that nobody saved: if the guard reloads the router, they are lost'
    : undefined;
  return { guard, until, note };
}

/** The work is right: the guard is taken off. Throws DeviceError `guard-expired` when it was not there any more. */
export async function takeOffGuard({ session, device }: Where, { guard }: HeldGuard): Promise<void> {
  const timing = { timeoutMs: device.timeouts.command };
  if (guard.kind === 'revert') await confirmRevertTimer(session, timing);
  else await cancelReload(session, timing);
}

/** Rolls back now what the timer would roll back later. */
export async function rollBackNow({ session, device }: Where): Promise<void> {
  await revertNow(session, { timeoutMs: Math.max(device.timeouts.command, ROLLBACK_MS) });
}

/** A rollback reads and compares two whole configurations, which takes an old router a while. */
const ROLLBACK_MS = 300_000;

/** `goes back to its running configuration by 10:12Z`. */
export function whatItDoes({ guard, until }: HeldGuard): string {
  const by = `${until.toISOString().slice(0, 16)}Z`;
  return guard.kind === 'revert'
    ? `rolls its running configuration back by itself, by ${by}`
    : `reloads by itself, by ${by}, and comes back with its startup configuration`;
}

export function foreseeHolding({ kind, minutes }: Guard): readonly ForeseenLine[] {
  return kind === 'revert' ? foreseeArming(minutes) : foreseeScheduling(minutes);
}

export function foreseeTakingOff({ kind }: Guard): readonly ForeseenLine[] {
  return kind === 'revert' ? foreseeConfirming() : foreseeCancelling();
}

/** What takes a guard off, or lets it act at once, when the work has failed and the router still answers. */
export function foreseeFailing({ kind }: Guard): readonly ForeseenLine[] {
  return kind === 'revert' ? foreseeReverting() : foreseeCancelling();
}
