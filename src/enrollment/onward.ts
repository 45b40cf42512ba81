import { CONFIGURE } from '../ios/modes.ts';
import type { Action } from './plan.ts';

/** What begins with a line in configuration mode, before anything is read. */
const BEGINS_THERE: ReadonlySet<Action['kind']> = new Set([
  'configure',
  'remove-trustpoint',
  'generate-keypair',
  'authenticate',
]);

/**
 * The command that comes first behind an action, where the next one needs configuration mode: it is typed ahead then, or
 * that mode is not left in between.
 */
export function behindAction(next: Action | undefined): readonly string[] {
  return next !== undefined && BEGINS_THERE.has(next.kind) ? [CONFIGURE] : [];
}
