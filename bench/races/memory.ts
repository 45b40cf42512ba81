/** What an open session takes. */
import { z } from 'zod';
import { Fleet, LOGIN } from '../fleet.ts';
import { measure } from '../measure.ts';
import { own } from '../peers.ts';
import { inTurn, type Race } from '../race.ts';

const SAID = z.object({ resident: z.number(), heap: z.number(), all: z.number() });

export const MEMORY: Race = {
  name: 'memory',
  run: async (settings) => {
    const sizes = settings.quick ? [20, 40] : [100, 500, 2000];
    const rounds = Math.min(settings.rounds, 3);
    const results = await inTurn(
      sizes.map((size) => ({ name: `trustfleet, ${size} open sessions`, run: () => keepOpen(size) })),
      { ...settings, rounds },
    );
    return {
      title: 'Memory of open sessions',
      aim: 'below 0.3 MB a session',
      columns: [
        { name: 'MB/session', digits: 3 },
        { name: 'of it heap', digits: 3 },
        { name: 'process MB', digits: 0 },
      ],
      results,
      notes: [
        'Resident memory beyond that of a process with one session, after a full garbage collection, by the number of sessions, each of which has shown `show version`.',
      ],
    };
  },
};

async function keepOpen(size: number): Promise<Readonly<Record<string, number>>> {
  await using fleet = await Fleet.start({ routers: size, rttMs: 0 });
  const { said } = await measure({
    command: [process.execPath, own('sessions.mjs')],
    input: { inventory: fleet.inventoryFile },
    env: { BENCH_LOGIN: LOGIN[1] },
  });
  const { resident, heap, all } = SAID.parse(JSON.parse(said));
  return { 'MB/session': resident, 'of it heap': heap, 'process MB': all };
}
