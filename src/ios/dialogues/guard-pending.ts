import { DeviceError } from '../../domain/errors.ts';
import type { Refusal } from '../refusals.ts';
import type { Session } from '../session.ts';

/** What a router said to a show command, or that it refused it. */
export interface Answer {
  readonly text: string;
  readonly refusal?: Refusal;
}

/**
 * Asks a router that was just logged in to. A lower privilege knows fewer commands, so an unknown one is asked again
 * when `show` has raised it: what is refused then, the release does not know.
 */
export async function askRaised(session: Session, command: string): Promise<Answer> {
  const first = await session.ask(command);
  if (first.refusal?.kind !== 'syntax') return first;
  await session.show(command).catch((thrown: unknown) => {
    if (!(thrown instanceof DeviceError && thrown.code === 'command-refused')) throw thrown;
  });
  return session.ask(command);
}

/** What a router says to the question whether it is about to undo what it holds. */
export type PendingGuard =
  | { readonly kind: 'none' }
  /** Its release knows no such guard, so none can be pending. `error` says so of one that was to be set. */
  | { readonly kind: 'unknown'; readonly error: DeviceError }
  /** It may not tell: DeviceError `plan-conflict`. */
  | { readonly kind: 'untold'; readonly error: DeviceError }
  /** DeviceError `guard-pending`. */
  | { readonly kind: 'pending'; readonly error: DeviceError };

/** `minutes`: how long it may take at most, where the router says so. */
export function guardPending(what: string, text: string, minutes: string | undefined): DeviceError {
  const wait = minutes === undefined ? '' : `, ${minutes} minutes at most`;
  return new DeviceError('guard-pending', what, {
    detail: text.trim(),
    hint: `an earlier attempt was cut off, or somebody works on it: wait until it has run out${wait}, then run again`,
  });
}
