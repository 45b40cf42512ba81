/** A sweep through a service that has room for five passwords: how much of that room is used. */
import * as crypto from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { LabFleet } from '../lab-fleet.ts';
import { measure } from '../measure.ts';
import { inTurn, type Race } from '../race.ts';

const RTT_MS = 150;
const generateKeyPair = promisify(crypto.generateKeyPair);

/** How many slots are in use from one moment on. */
const SLOTS = z.object({
  type: z.literal('challenge-slots'),
  used: z.number(),
  capacity: z.number(),
  waiting: z.number(),
  at: z.iso.datetime().transform((text) => Date.parse(text)),
});
type Slots = z.infer<typeof SLOTS>;

/** A line of the ledger, as far as it tells when a password was asked for and when its slot was taken for free. */
const PASSWORD = z.object({ begun_at: z.number().optional(), settled_at: z.number().nullish() });

export const NDES: Race = {
  name: 'ndes',
  run: async (settings) => {
    const routers = settings.quick ? 15 : 200;
    const rounds = Math.min(settings.rounds, 3);
    const keys = await makeKeys(routers);
    const results = await inTurn([{ name: 'trustfleet enroll', run: () => sweep(keys) }], {
      ...settings,
      rounds,
    });
    return {
      title: `Enroll ${routers} routers ${RTT_MS} ms away through NDES, which keeps five passwords`,
      aim: 'at least 95 % of the limit, which is slots ÷ hold time',
      columns: [
        { name: '% of limit', digits: 1 },
        { name: 'slots in use %', digits: 1 },
        { name: 'hold s', digits: 2 },
        { name: 'slot s', digits: 2 },
        { name: 'enrolled/min', digits: 1 },
        { name: 'wall s', digits: 1 },
      ],
      results,
      notes: [
        'The limit is five slots divided by the hold time, which runs from the router’s question for the password to the CA’s answer by the CA’s own clock. A slot is taken for longer: the router has to tell of the answer, and that is half a round trip and its reading away (`slot s`: from asking the admin page for a password to the moment at which the slot is known to be free). The share of the limit is how many of the five are in use while routers wait or all are taken, times hold time ÷ slot time.',
        'Routers and CA are the lab’s, on one core. The routers’ keys were made before: so many at a time would keep that core from all else.',
      ],
    };
  },
};

/** As many RSA keys as there are routers, as PEM. */
export async function makeKeys(routers: number): Promise<readonly string[]> {
  const making = Array.from({ length: routers }, () => generateKeyPair('rsa', { modulusLength: 2048 }));
  const made = await Promise.all(making);
  return made.map(({ privateKey }) => privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
}

/** Throws an Error when not every password that was asked for led to an answer that was heard of. */
export async function sweep(keys: readonly string[]): Promise<Readonly<Record<string, number>>> {
  await using fleet = await LabFleet.start({ routers: keys.length, ca: 'ndes', rttMs: RTT_MS, keys });
  const { seconds } = await measure(
    fleet.command(['enroll', '--concurrency', '50', '--start-rate', '100', '--json', 'result.json']),
  );
  const runs = path.join(fleet.dir, '.trustfleet/runs');
  const [run = ''] = await readdir(runs);
  const linesOf = async (file: string): Promise<readonly string[]> =>
    (await readFile(path.join(runs, run, file), 'utf8')).split('\n').filter((line) => line !== '');
  const ledger = (await linesOf('challenges.jsonl')).map((line) => PASSWORD.parse(JSON.parse(line)));
  const slots = (await linesOf('events.jsonl'))
    .filter((line) => line.includes('"challenge-slots"'))
    .map((line) => SLOTS.parse(JSON.parse(line)));
  const { answers = 0, answeredAt = 0 } = await fleet.counted();
  const begun = ledger.flatMap(({ begun_at: at }) => at ?? []);
  const freed = ledger.flatMap(({ settled_at: at }) => at ?? []);
  if (answers === 0 || begun.length !== answers || freed.length !== answers)
    throw new Error(
      `${begun.length} passwords, ${answers} requests answered, ${freed.length} answers heard of`,
    );
  // When the password is asked for, the router's question has travelled half a round trip.
  const holdMs = (answeredAt - sum(begun)) / answers + RTT_MS / 2;
  const slotMs = (sum(freed) - sum(begun)) / answers;
  const share = inUse(slots);
  const lasts = (slots.at(-1)?.at ?? 0) - (slots[0]?.at ?? 0);
  return {
    '% of limit': (100 * share * holdMs) / slotMs,
    'slots in use %': 100 * share,
    'hold s': holdMs / 1000,
    'slot s': slotMs / 1000,
    'enrolled/min': (60_000 * answers) / lasts,
    'wall s': seconds,
  };
}

/** The share of the slots that is in use, over the time in which somebody waits for one or all are. */
function inUse(slots: readonly Slots[]): number {
  let [used, all] = [0, 0];
  for (const [index, now] of slots.entries()) {
    const next = slots[index + 1];
    if (next === undefined || (now.waiting === 0 && now.used < now.capacity)) continue;
    const lasts = next.at - now.at;
    used += now.used * lasts;
    all += now.capacity * lasts;
  }
  return used / all;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
