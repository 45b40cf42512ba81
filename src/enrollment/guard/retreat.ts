import { DeviceError, type ErrorCode, toDeviceError } from '../../domain/errors.ts';
import { removeTrustpoint } from '../../ios/dialogues/remove-trustpoint.ts';
import { look } from '../look.ts';
import type { Observation } from '../observation.ts';
import type { Action } from '../plan.ts';
import type { StepContext } from '../steps/context.ts';
import { undoSwitch } from '../steps/switch-over.ts';
import { type HeldGuard, rollBackNow, takeOffGuard, whatItDoes } from './hold.ts';
import { planUndoing } from './undo.ts';

/** After these nothing more can be typed, or may be. */
const DEAF: ReadonlySet<ErrorCode> = new Set([
  'connection-lost',
  'interrupted',
  'internal',
  'reload-announced',
  'timeout',
]);
/** What the router holds now is not what was wanted: its reload puts the old certificate back, too. */
const WRONG: ReadonlySet<ErrorCode> = new Set(['health-failed', 'verification-failed']);

/** What becomes of a router whose work has failed: data, decided before anything is typed. */
export type Retreat =
  /** Nothing is done; `why` tells what the router will do, if anything. */
  | { readonly kind: 'leave'; readonly why?: string }
  | { readonly kind: 'roll-back' }
  | { readonly kind: 'call-off' }
  | { readonly kind: 'undo' };

const GONE = 'the guard may have acted meanwhile: what the router holds is known only when it is read again';

/** Pure. */
export function chooseRetreat(code: ErrorCode, held: HeldGuard | undefined): Retreat {
  if (held === undefined) return code === 'health-failed' ? { kind: 'undo' } : { kind: 'leave' };
  if (code === 'guard-expired') return { kind: 'leave', why: GONE };
  const why = `the guard was not taken off: the router ${whatItDoes(held)}`;
  if (DEAF.has(code)) return { kind: 'leave', why };
  if (held.guard.kind === 'revert') return { kind: 'roll-back' };
  return WRONG.has(code) ? { kind: 'leave', why } : { kind: 'call-off' };
}

/** Carries a retreat out. Sentences tell how the router was left; it never throws but for a signal. */
export async function retreat(
  context: StepContext,
  chosen: Retreat,
  held: HeldGuard | undefined,
  { before, actions }: { readonly before: Observation; readonly actions: readonly Action[] },
): Promise<readonly string[]> {
  switch (chosen.kind) {
    case 'leave':
      return chosen.why === undefined ? [] : [chosen.why];
    case 'call-off':
      if (held === undefined) return [];
      return told('the router’s reload was called off', () => takeOffGuard(context, held));
    case 'roll-back':
      return [
        ...(await told('the router rolled its running configuration back', () => rollBackNow(context))),
        ...planUndoing(before, actions).stays.filter((line) => !line.includes('clock')),
        await comparison(context, before),
      ];
    case 'undo':
      return [...(await undo(context, before, actions)), await comparison(context, before)];
  }
}

async function undo(
  context: StepContext,
  before: Observation,
  actions: readonly Action[],
): Promise<readonly string[]> {
  const { session, device } = context;
  const { remove, lines, stays } = planUndoing(before, actions);
  const done: string[] = [];
  for (const action of actions) {
    if (action.kind !== 'switch') continue;
    const act = (): Promise<void> => undoSwitch(context, action);
    done.push(...(await told(`${action.from} is in use as before`, act)));
  }
  for (const trustpoint of remove) {
    const timeoutMs = device.timeouts.command;
    const act = (): Promise<void> => removeTrustpoint(session, { trustpoint, timeoutMs });
    done.push(...(await told(`trustpoint ${trustpoint} was removed again, with its certificates`, act)));
  }
  for (const { trustpoint, lines: block } of lines) {
    const act = (): Promise<void> => session.configure(block);
    done.push(...(await told(`the lines of trustpoint ${trustpoint} were put back`, act)));
  }
  return [...done, ...stays];
}

async function told(what: string, act: () => Promise<void>): Promise<readonly string[]> {
  try {
    await act();
    return [what];
  } catch (thrown) {
    const { code, message } = toDeviceError(thrown);
    if (code === 'guard-expired') return [`the guard had acted, or was taken off, before: ${message}`];
    return [`not done, ${message}: ${what}`];
  }
}

/** Reads the trustpoints once more: whether a retreat did what it should is not taken on trust. */
async function comparison({ session, device }: StepContext, before: Observation): Promise<string> {
  const needed = { trustpoints: device.trustpoints.map(({ name }) => name), keypairs: [] };
  const read = await look(session, ['running'], needed).catch(toDeviceError);
  if (read instanceof DeviceError) return `how the router is now could not be read: ${read.message}`;
  const different = needed.trustpoints.filter((name) => {
    const [was, is] = [before.running, read.running].map((each) => ({
      lines: each.trustpoints.find((one) => one.name === name)?.lines,
      heads: each.chains.find(({ trustpoint }) => trustpoint === name)?.certificates.map(({ head }) => head),
    }));
    return JSON.stringify(was) !== JSON.stringify(is);
  });
  return different.length === 0
    ? 'its trustpoints were read again: they are as they were'
    : `its trustpoints were read again: not as before is ${different.join(', ')}`;
}
