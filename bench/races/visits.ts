/** Races in which routers are visited: everybody has the same conversation with the same stand-in. */
import { ANSIBLE_VISITOR, CONFIGURERS, VISITORS, type Visitor, type Work } from '../contenders.ts';
import { Fleet } from '../fleet.ts';
import { since } from '../helper-process.ts';
import { measure } from '../measure.ts';
import { EXPECTED, SWEEP } from '../outputs.ts';
import { whyMissing } from '../peers.ts';
import { type Entrant, inTurn, type Outcome, type Race, type Settings } from '../race.ts';

const LINES = 30;

export const READS: Race = {
  name: 'reads',
  run: async (settings) => {
    const concurrency = 50;
    const { outcome } = await visits(settings, { rttMs: 0, work: reading(concurrency) });
    return {
      ...outcome,
      title: `Read ${settings.routers} routers: log in, three show commands, log out; no distance`,
      aim: 'routers a CPU second: 10 times Netmiko, 4 times Scrapli with asyncssh, 50 times Ansible',
      columns: [
        { name: 'routers/CPU s', digits: 1 },
        { name: 'CPU ms/router', digits: 1 },
        { name: 'routers/s', digits: 1 },
        { name: 'peak MB', digits: 0 },
      ],
      ratioOf: 'routers/CPU s',
      more: true,
      notes: [
        `\`${SWEEP.join('`, `')}\`, ${concurrency} routers at once (threads, tasks, forks). CPU time is that of the contender with all its children, its start included.`,
        ...outcome.notes,
      ],
    };
  },
};

export const READS_FAR: Race = {
  name: 'reads-far',
  run: async (settings) => {
    const [rttMs, concurrency] = [100, 200];
    const { outcome, theirCpu } = await visits(settings, { rttMs, work: reading(concurrency) });
    const waves = Math.ceil(settings.routers / concurrency);
    const apart = (waves * FLOOR_TURNS * rttMs) / 1000;
    const floor = Math.max(apart, theirCpu.routers + theirCpu.distance);
    return {
      ...outcome,
      title: `Read ${settings.routers} routers ${rttMs} ms away, ${concurrency} at once`,
      aim: 'first, and within 1.25 times the floor',
      columns: [
        { name: 'wall s', digits: 2 },
        { name: '× floor', digits: 2 },
        { name: 'turns/router', digits: 1 },
        { name: 'CPU s', digits: 2 },
      ],
      ratioOf: 'wall s',
      results: outcome.results.map((result) => ({
        ...result,
        figures: {
          ...result.figures,
          '× floor': (result.figures['wall s'] ?? []).map((wall) => wall / floor),
        },
      })),
      notes: [
        `The floor is ${floor.toFixed(2)} s, the larger of two: ${apart.toFixed(2)} s for ${waves} waves of ${concurrency} routers, ${FLOOR_TURNS} round trips each (connect; identification and key exchange lists; key exchange; service; password; channel; terminal and shell; all reads at once; log out), ${rttMs} ms each; and the CPU time of the router’s side, which has one core: ${theirCpu.routers.toFixed(2)} s for the routers and ${theirCpu.distance.toFixed(2)} s for the distance, with the contender that asks least of them.`,
        'A turn is counted where a contender speaks after it has heard from the router. A contender that visits fewer routers than the others has fewer waves to go through.',
        ...outcome.notes,
      ],
    };
  },
};

export const CONFIGURE: Race = {
  name: 'configure',
  run: async (settings) => {
    const [rttMs, routers] = [150, settings.quick ? 2 : 10];
    const configure = Array.from(
      { length: LINES },
      (_, index) => `ip host peer-${index} 192.0.2.${index + 1}`,
    );
    const work = { ...reading(routers), configure, expected: [] };
    const fewer = { ...settings, routers, ansibleRouters: routers };
    const { outcome } = await visits(fewer, { rttMs, work, visitors: CONFIGURERS });
    return {
      ...outcome,
      title: `Configure ${LINES} lines on ${routers} routers ${rttMs} ms away, all at once`,
      aim: 'at most a tenth of Netmiko’s time',
      columns: [
        { name: 'wall s', digits: 2 },
        { name: 'turns/router', digits: 1 },
        { name: 'CPU s', digits: 2 },
      ],
      ratioOf: 'wall s',
      notes: [
        '`session.configure`, `send_configs`, `send_config_set`, `netmiko_send_config`, `ios_config`, log in and log out included. The aim is held against the row that does the same work: trustfleet, Ansible and Scrapli look for a refusal in every reply by default, and Netmiko where it is given an `error_pattern`, which stops at the first one.',
        'Netmiko’s default (`Netmiko, threads`) types a line, waits for its echo and for the prompt behind it, and looks for no refusal. That it looks costs it no round trip: its two rows differ by chance; the ratio to either stands in the table.',
        ...outcome.notes,
      ],
    };
  },
};

/** Of one session, as far as the protocols make one thing wait for another. */
const FLOOR_TURNS = 9;

function reading(concurrency: number): Work {
  return { commands: SWEEP, expected: EXPECTED, concurrency };
}

interface Visits {
  readonly rttMs: number;
  readonly work: Work;
  readonly visitors?: readonly Visitor[];
}

/** Seconds on the one core of the router's side, with the contender that asked least of it. */
interface TheirCpu {
  readonly routers: number;
  readonly distance: number;
}

async function visits(
  settings: Settings,
  { rttMs, work, visitors = VISITORS }: Visits,
): Promise<{ readonly outcome: Pick<Outcome, 'results' | 'notes'>; readonly theirCpu: TheirCpu }> {
  await using all = await Fleet.start({ routers: settings.routers, rttMs });
  const few = Math.min(settings.ansibleRouters, settings.routers);
  await using some = few === settings.routers ? undefined : await Fleet.start({ routers: few, rttMs });
  const costs: TheirCpu[] = [];
  const entrants = visitors.map((visitor): Entrant => {
    const fleet = visitor === ANSIBLE_VISITOR ? (some ?? all) : all;
    return {
      name:
        visitor === ANSIBLE_VISITOR && some !== undefined ? `${visitor.name} (${few} routers)` : visitor.name,
      missing: visitor.group === undefined ? undefined : whyMissing(visitor.group),
      run: async () => {
        const { figures, theirCpu } = await visit(visitor, fleet, work);
        if (fleet === all) costs.push(theirCpu);
        return figures;
      },
    };
  });
  const results = await inTurn(entrants, settings);
  const sum = ({ routers, distance }: TheirCpu): number => routers + distance;
  const [theirCpu = { routers: 0, distance: 0 }] = costs.toSorted((one, other) => sum(one) - sum(other));
  const each = (seconds: number): string => ((1000 * seconds) / settings.routers).toFixed(1);
  const distance = rttMs === 0 ? '' : `, and ${each(theirCpu.distance)} ms for its distance`;
  const notes = [
    `The router’s side needs ${each(theirCpu.routers)} ms of CPU for a session${distance}. trustfleet checks host keys and reads what came into its own terms; the others are spared both.`,
    ...(some === undefined ? [] : [`Ansible visits ${few} routers; its figures are for so many.`]),
  ];
  return { outcome: { results, notes }, theirCpu };
}

interface Visit {
  readonly figures: Readonly<Record<string, number>>;
  readonly theirCpu: TheirCpu;
}

/** Throws an Error when not every router had the whole conversation. */
async function visit(visitor: Visitor, fleet: Fleet, work: Work): Promise<Visit> {
  const count = fleet.routers.length;
  const before = await fleet.counted();
  const { seconds, cpu, megabytes, said } = await measure(await visitor.program(fleet, work));
  const counted = since(before, await fleet.counted());
  const good = /\{"good": ?(?<good>\d+)\}/.exec(said)?.groups?.good;
  if (good !== undefined && Number(good) !== count)
    throw new Error(`${good} of ${count} routers gave what was asked`);
  const { sessions = 0, lines = 0, turns = 0, cpu: ofRouters = 0, proxyCpu: ofDistance = 0 } = counted;
  if (sessions !== count) throw new Error(`${sessions} sessions with ${count} routers`);
  const wanted = count * (work.configure?.length ?? 0);
  if (lines !== wanted) throw new Error(`${lines} lines were configured in place of ${wanted}`);
  const figures = {
    'wall s': seconds,
    'CPU s': cpu,
    'peak MB': megabytes,
    'routers/s': count / seconds,
    'routers/CPU s': count / cpu,
    'CPU ms/router': (1000 * cpu) / count,
    'turns/router': turns / count,
  };
  return { figures, theirCpu: { routers: ofRouters, distance: ofDistance } };
}
