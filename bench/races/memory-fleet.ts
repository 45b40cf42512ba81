/** What a run takes with the size of its fleet. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { LabFleet } from '../lab-fleet.ts';
import { measure } from '../measure.ts';
import { own } from '../peers.ts';
import { inTurn, type Race } from '../race.ts';
import { median } from '../table.ts';

const USED = z.array(z.number()).min(2);
const MB = 2 ** 20;
/** Between two collections, for each device: some seventy of them while a large fleet is visited. */
const COLLECT_MS_A_DEVICE = 0.5;

export const MEMORY_FLEET: Race = {
  name: 'memory-fleet',
  run: async (settings) => {
    const { quick, say } = settings;
    const [sizes, routers, concurrency] = quick ? [[20, 40], 5, 10] : [[100, 1000, 10_000], 50, 100];
    await using fleet = await LabFleet.start({ routers, ca: 'generic' });
    await measure(fleet.command(['enroll', '--concurrency', '20', '--start-rate', '100']));
    say(`  ${routers} routers are enrolled`);
    const results = await inTurn(
      sizes.map((size) => ({
        name: `trustfleet verify, ${size} devices`,
        run: () => verify(fleet, size, concurrency),
      })),
      { rounds: 1, say },
    );
    return {
      title: `Memory of fleets, ${concurrency} devices at once`,
      aim: 'flat in fleet size',
      columns: [
        { name: 'loaded MB', digits: 1 },
        { name: 'work MB', digits: 1 },
        { name: 'at most MB', digits: 1 },
        { name: 'peak MB', digits: 0 },
        { name: 'CPU ms/device', digits: 1 },
        { name: 'wall s', digits: 1 },
      ],
      results,
      notes: [
        `\`verify\`, which logs in and reads as an enrollment does, over inventories that name ${routers} routers of the lab many times. \`loaded MB\` is what is in use when the first connection is made: the program and its inventory. \`work MB\` is what is in use beyond that while devices are in work, the median of some seventy looks in the large fleets, and \`at most MB\` the most of them: sessions and all that is kept of devices that are done. Both are heap and buffers after a full garbage collection; \`peak MB\` is resident memory, with what was not collected yet.`,
        'Results go to the disk as they come; what the run keeps of a device that is done is a name and an outcome. One round: a run has its own repetition in its devices.',
      ],
    };
  },
};

async function verify(
  fleet: LabFleet,
  size: number,
  concurrency: number,
): Promise<Readonly<Record<string, number>>> {
  const inventory = await fleet.nameMany(size);
  const file = path.join(fleet.dir, `memory-${size}.json`);
  const pace = ['--concurrency', String(concurrency), '--start-rate', '1000'];
  const program = fleet.command(
    ['verify', '--inventory', inventory, '--state', `state-${size}`, ...pace],
    ['--import', own('memory.mjs')],
  );
  const told = { BENCH_MEMORY: file, BENCH_COLLECT_MS: String(Math.max(200, size * COLLECT_MS_A_DEVICE)) };
  const { seconds, cpu, megabytes } = await measure({ ...program, env: { ...program.env, ...told } });
  const [loaded = 0, ...atWork] = USED.parse(JSON.parse(await readFile(file, 'utf8')));
  return {
    'loaded MB': loaded / MB,
    'work MB': (median(atWork) - loaded) / MB,
    'at most MB': (Math.max(...atWork) - loaded) / MB,
    'peak MB': megabytes,
    'CPU ms/device': (1000 * cpu) / size,
    'wall s': seconds,
  };
}
