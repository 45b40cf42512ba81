import { WRONG_AUTHORITIES } from './authorities.ts';
import type { WrongCase } from './case.ts';
import { WRONG_FILES } from './file.ts';
import { WRONG_GUARDS } from './guards.ts';
import { WRONG_METHODS } from './methods.ts';
import { WRONG_SETTINGS } from './settings.ts';
import { WRONG_TRUSTPOINTS } from './trustpoints.ts';

export const WRONG: readonly WrongCase[] = [
  ...WRONG_FILES,
  ...WRONG_AUTHORITIES,
  ...WRONG_TRUSTPOINTS,
  ...WRONG_METHODS,
  ...WRONG_SETTINGS,
  ...WRONG_GUARDS,
];
