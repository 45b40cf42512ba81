import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { type LabFleet, startLabFleet } from '../e2e/lab-fleet.ts';
import { throwDice } from './dice.ts';
import { type Moment, randomMoment } from './moments.ts';
import { whatIsWrong } from './proof.ts';

/** How often the program is killed in all. */
const KILLS = Number(process.env.KILL_COUNT ?? 200);
const SEED = Number(process.env.KILL_SEED ?? 1);
const ROUTERS = 20;
/** A fleet is done after so many; then the next one begins. */
const KILLS_A_SWEEP = 12;
/** Long enough for a router on a busy machine to use it, short enough to be waited out. */
const VALIDITY_MS = 20_000;
/** Runs after the last kill that may be needed: a password that expired while a router was slow fails it once. */
const LAST_RUNS = 6;

const sweeps = Math.ceil(KILLS / KILLS_A_SWEEP);

describe(`${KILLS} kills in sweeps over ${ROUTERS} routers`, () => {
  it.each(Array.from({ length: sweeps }, (_, index) => index + 1))('sweep %i ends right', async (sweep) => {
    const dice = throwDice(SEED * 1000 + sweep);
    const kills = Math.min(KILLS_A_SWEEP, KILLS - (sweep - 1) * KILLS_A_SWEEP);
    await using fleet = await startLabFleet({ routers: ROUTERS, passwordValidityMs: VALIDITY_MS });
    const story: string[] = [];
    for (let kill = 0; kill < kills; kill += 1) {
      const moment = randomMoment(fleet, dice);
      story.push(`${moment.name}: ${await runUntil(fleet, moment)}`);
      await expectAllTold(fleet);
    }
    for (let run = 0; run < LAST_RUNS; run += 1) {
      const { exit, outcomes } = await fleet.run('enroll', ...(run === 0 ? resume(fleet) : []));
      story.push(`exit ${exit}: ${JSON.stringify(outcomes)}`);
      if (exit === 0 && Object.keys(outcomes).length === ROUTERS) break;
    }
    if (process.env.KILL_STORY !== undefined) console.log(story.join('\n'));
    expect(whatIsWrong(fleet), story.join('\n')).toEqual([]);
    const again = await fleet.run('enroll');
    expect(again.outcomes, story.join('\n')).toEqual(
      Object.fromEntries(fleet.names.map((name) => [name, 'unchanged'])),
    );
  });
});

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
