import { CHANGING_STEPS as FORWARD } from '../../domain/step.ts';

/** Steps that change the router, the way back included: their intent is on the disk before the router hears of it. */
export const CHANGING_STEPS: ReadonlySet<string> = new Set<string>([...FORWARD, 'retreat']);
