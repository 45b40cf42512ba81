import type { Conversation } from '../../dialogue/exchange.ts';
import { DeviceError } from '../../domain/errors.ts';
import { type ForeseenLine, foreseeCommand, foreseeConversation } from '../foreseen.ts';
import { answering, type IosCommand } from '../question.ts';
import { explainRefusal, findRefusal } from '../refusals.ts';
import type { Session } from '../session.ts';
import { type Answer, askRaised, guardPending, type PendingGuard } from './guard-pending.ts';

/** The questions of `reload in`. */
export const RELOAD_QUESTIONS = {
  'save-before-reload': /System configuration has been modified\.\s*Save\s*\?\s*\[yes\/no\]\s*:\s*/i,
  'proceed-with-reload': /Proceed with reload\s*\?\s*\[confirm\]\s*/i,
} as const;

const SAVE = {
  name: 'save-before-reload',
  question: 'System configuration has been modified. Save? [yes/no]:',
  answer: 'no',
  remark: 'what was not saved before is not ours to save',
} as const;
const PROCEED = {
  name: 'proceed-with-reload',
  question: 'Proceed with reload? [confirm]',
  answer: '',
} as const;

const SHOW_RELOAD = 'show reload';
const CANCEL = 'reload cancel';
const NONE_SCHEDULED = /No reload is scheduled/i;
const SCHEDULED = /^\s*Reload scheduled\b/im;
const MINUTES_LEFT = /\bin (?<minutes>\d+) minutes?\b/i;

export function reloadIn(minutes: number): IosCommand {
  return { mode: 'privileged-exec', opening: `reload in ${minutes}`, questions: [SAVE, PROCEED] };
}

interface Timed {
  /** Longest silence, in milliseconds. */
  readonly timeoutMs: number;
}

/** What `reload in` told besides. */
export interface ScheduledReload {
  /** The running configuration held changes that were not saved: a reload loses them. */
  readonly hadUnsavedChanges: boolean;
}

/**
 * Has the router restart from its startup configuration in `minutes` unless that is called off (IOS configuration
 * fundamentals command reference, `reload`), and reads back that it will. From then on the session takes its announcements
 * for its own. Throws DeviceError `guard-pending` when a reload is scheduled already, `plan-conflict` when the router
 * does not schedule one.
 */
export async function scheduleReload(
  session: Session,
  { minutes, timeoutMs }: Timed & { readonly minutes: number },
): Promise<ScheduledReload> {
  mustBeFree(await session.ask(SHOW_RELOAD));
  session.expectReload(true);
  try {
    const heard = await typeReload(session, minutes, timeoutMs);
    const shown = await session.show(SHOW_RELOAD);
    if (!SCHEDULED.test(shown)) throw notScheduled(heard, shown);
    return { hadUnsavedChanges: heard.asked.includes(SAVE.name) };
  } catch (thrown) {
    session.expectReload(false);
    throw thrown;
  }
}

/** Types one show command: whether the router is about to reload. */
export async function askForReload(session: Session): Promise<PendingGuard> {
  return scheduledIn(await askRaised(session, SHOW_RELOAD));
}

function mustBeFree(answer: Answer): void {
  const found = scheduledIn(answer);
  if (found.kind !== 'none') throw found.error;
}

function scheduledIn({ text, refusal }: Answer): PendingGuard {
  if (NONE_SCHEDULED.test(text)) return { kind: 'none' };
  if (refusal !== undefined) {
    const error = new DeviceError('plan-conflict', `the router does not tell of reloads: ${refusal.line}`, {
      detail: text.trim(),
    });
    return { kind: refusal.kind === 'syntax' ? 'unknown' : 'untold', error };
  }
  const minutes = MINUTES_LEFT.exec(text)?.groups?.minutes;
  return {
    kind: 'pending',
    error: guardPending('a reload of the router is scheduled already', text, minutes),
  };
}

/** Calls the reload off. Throws DeviceError `guard-expired` when the router does not say that none is scheduled. */
export async function cancelReload(session: Session, { timeoutMs }: Timed): Promise<void> {
  await session.converse(
    { name: 'reload-guard', opening: CANCEL, exchanges: [], timeoutMs },
    'privileged-exec',
  );
  const { text } = await session.ask(SHOW_RELOAD);
  if (!NONE_SCHEDULED.test(text)) {
    throw new DeviceError('guard-expired', 'the router still says that it will reload', {
      detail: text.trim(),
      hint: 'type reload cancel on the router at once, or let it restart from its startup configuration',
    });
  }
  session.expectReload(false);
}

export function foreseeNoReload(): readonly ForeseenLine[] {
  return [foreseeCommand(SHOW_RELOAD)];
}

export function foreseeScheduling(minutes: number): readonly ForeseenLine[] {
  return [
    foreseeCommand(SHOW_RELOAD),
    ...foreseeConversation(reloadIn(minutes)),
    foreseeCommand(SHOW_RELOAD),
  ];
}

export function foreseeCancelling(): readonly ForeseenLine[] {
  return [foreseeCommand(CANCEL), foreseeCommand(SHOW_RELOAD)];
}

function typeReload(session: Session, minutes: number, timeoutMs: number): Promise<Conversation> {
  const { mode, opening } = reloadIn(minutes);
  const exchanges = [
    answering(SAVE, RELOAD_QUESTIONS['save-before-reload'], { atMost: 2 }),
    answering(PROCEED, RELOAD_QUESTIONS['proceed-with-reload']),
  ];
  return session.converse({ name: 'reload-guard', opening, exchanges, timeoutMs }, mode);
}

function notScheduled({ text }: Conversation, shown: string): DeviceError {
  const refusal = findRefusal(text);
  const said = `${text.trim()}\n${shown.trim()}`.trim();
  return new DeviceError(
    'plan-conflict',
    `the router scheduled no reload${refusal === undefined ? '' : `: ${refusal.line}`}`,
    {
      ...(refusal === undefined ? { detail: said } : explainRefusal(refusal, said)),
      hint: 'permit reload for the user, or choose another guard in the inventory',
    },
  );
}
