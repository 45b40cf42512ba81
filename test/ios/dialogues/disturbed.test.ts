import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadScript, type Step } from '../../dialogue/script.ts';
import { disturbances, disturbed, narrowed } from '../disturbed.ts';
import { hold } from '../held-session.ts';
import { SUCCESSES } from './goldens.ts';

/** For each script and terminal; set it to 250 to look for what a thousand conversations would not show. */
const RUNS = Number(process.env.DISTURBED_RUNS ?? 6);

describe.each([
  ['made wide', (steps: readonly Step[]) => [...steps]],
  ['that stays at 80 columns', narrowed],
] as const)('a conversation at a terminal %s', (_, atTerminal) => {
  it.each(SUCCESSES)(
    '$name types the same and ends the same, however it is read and whatever is logged in between',
    { timeout: 60_000 },
    async ({ name, act, result }) => {
      const steps = atTerminal(loadScript(name));
      const undisturbed = await hold(steps, act, 'whole');
      expect(undisturbed.result).toEqual(result);
      await fc.assert(
        fc.asyncProperty(
          disturbances(steps.length),
          fc.infiniteStream(fc.integer({ min: 1, max: 60 })),
          async (around, sizes) => {
            const held = await hold(disturbed(steps, around), act, () => Number(sizes.next().value));
            expect(held).toEqual(undisturbed);
          },
        ),
        { numRuns: RUNS },
      );
    },
  );
});
