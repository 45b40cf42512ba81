import type { StepName } from '../../domain/step.ts';

const CHANGING: readonly StepName[] = [
  'set-clock',
  'configure',
  'generate-keypair',
  'authenticate',
  'enroll',
  'switch',
  'retire',
  'save',
  'retreat',
];

/** Steps that change the router: their intent has to be on the disk before the router hears of it. */
export const CHANGING_STEPS: ReadonlySet<string> = new Set<string>(CHANGING);
