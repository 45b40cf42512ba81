import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { type LabFleet, startLabFleet } from '../e2e/lab-fleet.ts';
import { throwDice } from './dice.ts';
import { type Moment, randomMoment } from './moments.ts';
import { whatIsWrong } from './proof.ts';

/** How often the program is killed in all. */
const KILLS = Number(process.env.KILL_COUNT ?? 200);
const SEED = Number(process.env.KILL_SEED ?? 1);
const ROUTERS = 20;
/** Long enough for a router on a busy machine to use it, short enough to be waited out. */
const VALIDITY_MS = 20_000;
/** Runs after the last kill that may be needed: a password that expired while a router was slow fails it once. */
const LAST_RUNS = 6;

it(`${KILLS} kills in sweeps over ${ROUTERS} routers, resumed each time, leave every router right`, async () => {
  let kills = 0;
  for (let sweep = 1; kills < KILLS; sweep += 1) kills += await killedSweep(sweep, KILLS - kills);
  expect(kills).toBe(KILLS);
});

/** Enrolls a new fleet, killed at random moments, at most `most` times, until a run got to its end; returns how often. */
async function killedSweep(sweep: number, most: number): Promise<number> {
  const dice = throwDice(SEED * 1000 + sweep);
  await using fleet = await startLabFleet({ routers: ROUTERS, passwordValidityMs: VALIDITY_MS });
  const story = [`seed ${SEED}, sweep ${sweep}`];
  let kills = 0;
  while (kills < most) {
    const moment = randomMoment(fleet, dice);
    const end = await runUntil(fleet, moment);
    story.push(`${moment.name}: ${end}`);
    await expectAllTold(fleet);
    if (end !== 'killed') break;
    kills += 1;
  }
  for (let run = 0; run < LAST_RUNS; run += 1) {
    const { exit, outcomes } = await fleet.run('enroll', ...(run === 0 ? resume(fleet) : []));
    story.push(`exit ${exit}: ${JSON.stringify(outcomes)}`);
    if (exit === 0 && Object.keys(outcomes).length === ROUTERS) break;
  }
  if (process.env.KILL_STORY !== undefined) console.log(story.join('\n'));
  expect(whatIsWrong(fleet), story.join('\n')).toEqual([]);
  const again = await fleet.run('enroll');
  const unchanged = Object.fromEntries(fleet.names.map((name) => [name, 'unchanged']));
  expect(again.outcomes, story.join('\n')).toEqual(unchanged);
  return kills;
}

/** Kills the run at its moment; says how it ended. */
async function runUntil(fleet: LabFleet, moment: Moment): Promise<string> {
  const running = fleet.start('enroll', ...resume(fleet));
  const killed = moment.come.then(() => running.signal('SIGKILL'));
  const { exit } = await running.done;
  moment.stop();
  if (exit === null) {
    await killed;
    return 'killed';
  }
  return `ended by itself with ${exit}`;
}

/** Once a run is known it is resumed. */
function resume({ dir }: LabFleet): readonly string[] {
  const runs = path.join(dir, '.trustfleet', 'runs');
  const known =
    existsSync(runs) && readdirSync(runs).some((id) => existsSync(path.join(runs, id, 'run.json')));
  return known ? ['--resume'] : [];
}

async function expectAllTold(fleet: LabFleet): Promise<void> {
  const { exit, stdout, stderr } = await fleet.run('status', '--json');
  expect(exit, stderr).toBe(0);
  const { devices } = JSON.parse(stdout) as {
    devices: readonly { device: string; state: string; next: string }[];
  };
  expect(devices.map(({ device }) => device)).toEqual(fleet.names);
  for (const { state, next } of devices) {
    expect(state).toMatch(/^[a-z-]+$/);
    expect(next).toMatch(/\S/);
    expect(state).not.toMatch(/^(?:in-work|waiting)$/);
  }
}
