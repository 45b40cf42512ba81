/** One whole enrollment at a distance, against what its conversation makes inevitable. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { since } from '../helper-process.ts';
import { LabFleet } from '../lab-fleet.ts';
import { measure } from '../measure.ts';
import { inTurn, type Race } from '../race.ts';
import { median } from '../table.ts';
import { dependentTurns, waitedMs } from '../transcript.ts';

const RTT_MS = 150;
const RESULT = z.object({
  devices: z.array(z.object({ outcome: z.string(), durationMs: z.number() })),
});

export const ENROLL: Race = {
  name: 'enroll',
  run: async (settings) => {
    const near: number[] = [];
    const turns: number[] = [];
    const results = await inTurn(
      [
        {
          name: 'trustfleet enroll',
          run: async () => {
            near.push((await enroll(0)).waited);
            const far = await enroll(RTT_MS);
            turns.push(far.needed);
            const floor = (far.needed * RTT_MS + (near.at(-1) ?? 0)) / 1000;
            return {
              'wall s': far.seconds,
              'floor s': floor,
              '× floor': far.seconds / floor,
              turns: far.turns,
            };
          },
        },
      ],
      settings,
    );
    return {
      title: `One whole SCEP enrollment of a router ${RTT_MS} ms away`,
      aim: 'at most 1.25 times the floor',
      columns: [
        { name: 'wall s', digits: 2 },
        { name: 'floor s', digits: 2 },
        { name: '× floor', digits: 2 },
        { name: 'turns', digits: 0 },
      ],
      results,
      notes: [
        `The floor is ${median(turns)} round trips that depend on each other, and the router’s and CA’s own time, which is what the same enrollment waited for replies without a distance (${(median(near) / 1000).toFixed(2)} s). Round trips are counted from the transcript: one for a row of show commands, one for a row of configuration lines, one for each command that acts and each question, eight around them.`,
        'The router is the lab’s, whose keys take a tenth of a second; the time is that of the device, from the connecting to the end of the session. No other tool enrolls.',
      ],
    };
  },
};

interface Enrolled {
  readonly seconds: number;
  readonly turns: number;
  /** Round trips that depend on each other. */
  readonly needed: number;
  /** For replies, in milliseconds. */
  readonly waited: number;
}

async function enroll(rttMs: number): Promise<Enrolled> {
  await using fleet = await LabFleet.start({ routers: 1, ca: 'generic', rttMs });
  const before = await fleet.counted();
  await measure(fleet.command(['enroll', '--json', 'result.json']));
  const { turns = 0 } = since(before, await fleet.counted());
  const { devices } = RESULT.parse(JSON.parse(await readFile(path.join(fleet.dir, 'result.json'), 'utf8')));
  const [device] = devices;
  if (device?.outcome !== 'verified') throw new Error(`the enrollment ended as ${device?.outcome}`);
  const transcript = await transcriptOf(fleet);
  return {
    seconds: device.durationMs / 1000,
    turns,
    needed: dependentTurns(transcript),
    waited: waitedMs(transcript),
  };
}

async function transcriptOf({ dir, names }: LabFleet): Promise<string> {
  const folder = path.join(dir, '.trustfleet/transcripts');
  const [run = ''] = await readdir(folder);
  return readFile(path.join(folder, run, `${names[0]}.txt`), 'utf8');
}
