/** Old key exchanges beside modern sessions. */
import { z } from 'zod';
import { Fleet, LOGIN } from '../fleet.ts';
import { measure } from '../measure.ts';
import { own } from '../peers.ts';
import { inTurn, type Race } from '../race.ts';

const SAID = z.object({ p99: z.number(), max: z.number(), middle: z.number(), lasted: z.number() });
const OLD = [
  ['diffie-hellman-group1-sha1', 'group1-sha1'],
  ['diffie-hellman-group-exchange-sha1', 'group exchange'],
] as const;

export const LEGACY: Race = {
  name: 'legacy',
  run: async (settings) => {
    const [modern, legacy, seconds] = settings.quick ? [20, 5, 2] : [200, 50, 8];
    const beside = (kex?: string) => async () => {
      await using workers = await Fleet.start({ routers: modern, rttMs: 0 });
      await using old =
        kex === undefined
          ? undefined
          : await Fleet.start({ routers: legacy, rttMs: 0, kex: [kex], background: true });
      const inventories = {
        modern: workers.inventoryFile,
        ...(old === undefined ? {} : { legacy: old.inventoryFile }),
      };
      const { said, cpu } = await measure({
        command: [process.execPath, own('legacy.mjs')],
        input: { ...inventories, seconds },
        env: { BENCH_LOGIN: LOGIN[1] },
      });
      const { p99, max, middle, lasted } = SAID.parse(JSON.parse(said));
      return {
        'p99 ms': p99,
        'worst ms': max,
        'show clock ms': middle,
        'lasted s': lasted / 1000,
        'CPU s': cpu,
      };
    };
    const results = await inTurn(
      [
        { name: 'trustfleet, no legacy logins', run: beside() },
        ...OLD.map(([kex, name]) => ({
          name: `trustfleet, beside ${legacy} logins, ${name}`,
          run: beside(kex),
        })),
      ],
      settings,
    );
    return {
      title: `${legacy} legacy logins while ${modern} modern sessions work`,
      aim: 'event loop at most 20 ms late in 99 of 100 cases, modern sessions slowed by less than 10 %',
      columns: [
        { name: 'p99 ms', digits: 1 },
        { name: 'worst ms', digits: 1 },
        { name: 'show clock ms', digits: 2 },
        { name: 'lasted s', digits: 1 },
        { name: 'CPU s', digits: 1 },
      ],
      ratioOf: 'show clock ms',
      results,
      notes: [
        'Each modern session types `show clock` twice a second; 20 legacy logins are under way at any time. The delay is that of the event loop, `show clock ms` the median from its typing to its prompt. The sessions are those of the built library in one process.',
      ],
    };
  },
};
