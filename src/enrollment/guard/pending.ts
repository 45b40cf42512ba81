import type { Device } from '../../domain/device.ts';
import type { DeviceError } from '../../domain/errors.ts';
import type { Guard } from '../../domain/guard.ts';
import type { PendingGuard } from '../../ios/dialogues/guard-pending.ts';
import { askForReload, foreseeNoReload } from '../../ios/dialogues/reload-guard.ts';
import { askForRollback, findMissingArchive, foreseeNoRollback } from '../../ios/dialogues/revert-timer.ts';
import type { ForeseenLine } from '../../ios/foreseen.ts';
import type { Session } from '../../ios/session.ts';

/** What a router tells of guards before anything of it is read. Nothing without a guard in the inventory. */
export interface GuardNews {
  /** What runs already would undo what is found, right as it may be: DeviceError `guard-pending`. */
  readonly pending?: DeviceError;
  /** The router may not tell of the guard that the inventory has: DeviceError `plan-conflict`. */
  readonly untold?: DeviceError;
  /** It cannot set that guard: DeviceError `plan-conflict`. Asked for by plans only; setting it finds out, too. */
  readonly impossible?: DeviceError;
  /** For the operator. */
  readonly notes: readonly string[];
}

type Where = { readonly session: Session; readonly device: Pick<Device, 'guard'> };

const KINDS: readonly Guard['kind'][] = ['revert', 'reload'];
const ASK = { revert: askForRollback, reload: askForReload };
const FORESEE = { revert: foreseeNoRollback, reload: foreseeNoReload };
const WORDS = { revert: 'a rollback is pending', reload: 'a reload is scheduled' };

/**
 * Asks for guards of either kind: the inventory may have named another when an earlier attempt was cut off. Types two
 * show commands; none without a guard in the inventory.
 */
export async function askForGuards({ session, device: { guard } }: Where): Promise<GuardNews> {
  if (guard === undefined) return { notes: [] };
  const found = new Map<Guard['kind'], PendingGuard>();
  for (const kind of ownFirst(guard)) found.set(kind, await ASK[kind](session));
  const errorOf = (wanted: PendingGuard['kind'], kinds = KINDS): DeviceError | undefined =>
    kinds.flatMap((kind) => errorIn(found.get(kind), wanted))[0];
  const [pending, untold] = [errorOf('pending'), errorOf('untold', [guard.kind])];
  const impossible = errorOf('unknown', [guard.kind]);
  const silent = KINDS.filter((kind) => kind !== guard.kind && found.get(kind)?.kind === 'untold');
  return {
    ...(pending === undefined ? {} : { pending }),
    ...(untold === undefined ? {} : { untold }),
    ...(impossible === undefined ? {} : { impossible }),
    notes: silent.map((kind) => `whether ${WORDS[kind]} on the router is not known: it may not tell`),
  };
}

/** The same, and whether the guard of the inventory can be set at all. Types a third show command for a rollback timer. */
export async function foretellGuards(where: Where): Promise<GuardNews> {
  const news = await askForGuards(where);
  if (where.device.guard?.kind !== 'revert' || news.impossible !== undefined) return news;
  const impossible = await findMissingArchive(where.session);
  return impossible === undefined ? news : { ...news, impossible };
}

/**
 * Before a router is read that is to be changed. Throws DeviceError `guard-pending`, or `plan-conflict` when the router may
 * not tell of the guard that the inventory has.
 */
export async function refusePending(where: Where): Promise<readonly string[]> {
  const { pending, untold, notes } = await askForGuards(where);
  const refused = pending ?? untold;
  if (refused !== undefined) throw refused;
  return notes;
}

/** The lines that `askForGuards` types. */
export function foreseeGuards({ guard }: Pick<Device, 'guard'>): readonly ForeseenLine[] {
  return guard === undefined ? [] : ownFirst(guard).flatMap((kind) => FORESEE[kind]());
}

function ownFirst({ kind: own }: Guard): readonly Guard['kind'][] {
  return KINDS.toSorted((a, b) => Number(b === own) - Number(a === own));
}

function errorIn(found: PendingGuard | undefined, wanted: PendingGuard['kind']): readonly DeviceError[] {
  return found === undefined || found.kind === 'none' || found.kind !== wanted ? [] : [found.error];
}
