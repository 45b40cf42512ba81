import type { FaultSet } from './faults.ts';

/** Behind the host name of a router whose name is too long for configuration prompts. */
export const LONG_TAIL = '-second-floor-behind-the-stairs';

/** Greetings as people write them: nothing in it is a prompt of this router. */
export const TRICKY_BANNER = [
  '#######################################################',
  '#  R99# is gone, use R98> instead. No access [yes/no]?  #',
  '#######################################################',
  'R99#',
  'Username: ask the service desk',
  'Password: ',
  'R99>',
  '',
].join('\n');

/** The privilege that a fault gives to every user. */
export function givenPrivilege(faults: FaultSet): number | undefined {
  if (faults.has('privilege-1')) return 1;
  return faults.has('privilege-7') ? 7 : undefined;
}

/** Configuration that a fault brings with it. */
export function startingLines(faults: FaultSet): readonly string[] {
  if (faults.has('odd-zone')) return ['clock timezone Moscow 3 0'];
  return faults.has('ambiguous-zone') ? ['clock timezone IST 5 30'] : [];
}
