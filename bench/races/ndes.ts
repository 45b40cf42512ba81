/** A sweep through a service that has room for five passwords: how much of that room is used. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { LabFleet } from '../lab-fleet.ts';
import { measure } from '../measure.ts';
import { inTurn, type Race } from '../race.ts';

const RTT_MS = 150;
const SLOTS = z.object({
  type: z.literal('challenge-slots'),
  used: z.number(),
  capacity: z.number(),
  waiting: z.number(),
  at: z.iso.datetime().transform((text) => Date.parse(text)),
});

export const NDES: Race = {
  name: 'ndes',
  run: async (settings) => {
    const routers = settings.quick ? 15 : 200;
    const rounds = Math.min(settings.rounds, 3);
    const results = await inTurn([{ name: 'trustfleet enroll', run: () => sweep(routers) }], {
      ...settings,
      rounds,
    });
    return {
      title: `Enroll ${routers} routers ${RTT_MS} ms away through NDES, which keeps five passwords`,
      aim: 'at least 95 % of the limit, which is slots ÷ hold time',
      columns: [
        { name: '% of limit', digits: 1 },
        { name: 'hold s', digits: 2 },
        { name: 'enrolled/min', digits: 1 },
        { name: 'wall s', digits: 1 },
      ],
      results,
      notes: [
        'A slot is held from the moment its password is asked for, which is when the router asks, until the CA has answered. The hold time is the mean one (Little’s law: the slots in use over time, divided by the passwords), and the share of the limit is how many of the five are in use, from the first password to the last, while others wait or all are taken.',
        'Routers and CA are the lab’s: all of them make their keys on one core, which is what the wall time shows.',
      ],
    };
  },
};

async function sweep(routers: number): Promise<Readonly<Record<string, number>>> {
  await using fleet = await LabFleet.start({ routers, ca: 'ndes', rttMs: RTT_MS });
  const { seconds } = await measure(
    fleet.command(['enroll', '--concurrency', '50', '--start-rate', '100', '--json', 'result.json']),
  );
  const runs = path.join(fleet.dir, '.trustfleet/runs');
  const [run = ''] = await readdir(runs);
  const text = await readFile(path.join(runs, run, 'events.jsonl'), 'utf8');
  const ledger = await readFile(path.join(runs, run, 'challenges.jsonl'), 'utf8');
  // A slot that is filled the moment it comes free shows in no count of slots.
  const minted = ledger.split('\n').filter((line) => line.includes('"state":"minting"')).length;
  const slots = text
    .split('\n')
    .filter((line) => line.includes('"challenge-slots"'))
    .map((line) => SLOTS.parse(JSON.parse(line)));
  let inUse = 0;
  let busyMs = 0;
  let busyUse = 0;
  for (const [index, { used, waiting, capacity, at }] of slots.entries()) {
    const next = slots[index + 1];
    if (next === undefined) continue;
    const lasts = next.at - at;
    inUse += used * lasts;
    if (waiting === 0 && used < capacity) continue;
    busyMs += lasts;
    busyUse += used * lasts;
  }
  const [first, last] = [slots[0], slots.at(-1)];
  if (first === undefined || last === undefined) throw new Error('no password was asked for');
  return {
    '% of limit': (100 * busyUse) / (busyMs * first.capacity),
    'hold s': inUse / minted / 1000,
    'enrolled/min': (60_000 * minted) / (last.at - first.at),
    'wall s': seconds,
  };
}
