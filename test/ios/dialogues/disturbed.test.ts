import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openSession } from '../../../src/ios/session.ts';
import { loadScript, type Step } from '../../dialogue/script.ts';
import { ScriptedTransport, type Split } from '../../dialogue/scripted-transport.ts';
import { disturbances, disturbed, narrowed } from '../disturbed.ts';
import { scriptedDevice } from '../router.ts';
import { inVirtualTime } from '../virtual-time.ts';
import { type Golden, SUCCESSES } from './goldens.ts';

/** For each script and terminal; set it to 250 to look for what a thousand conversations would not show. */
const RUNS = Number(process.env.DISTURBED_RUNS ?? 6);

interface Held {
  readonly result: unknown;
  readonly typed: string;
}

/** Holds a conversation to its end, which must go as its script says. */
async function hold(steps: readonly Step[], act: Golden['act'], split: Split): Promise<Held> {
  const transport = new ScriptedTransport(steps, split);
  const result = await inVirtualTime(transport, async () => {
    const session = await openSession({ device: scriptedDevice({}, 20_000), transport, lockPauseMs: 0 });
    const done = await act(session);
    await session.close();
    return done;
  });
  transport.finish();
  return { result, typed: transport.typed };
}

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
