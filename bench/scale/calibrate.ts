/** Small runs, and what they say of one device. */
import type { Figures, Work } from './figures.ts';
import type { Cost, LabRun } from './lab-runs.ts';

/** The defaults of the command line, far away: for what a device costs where most of the time is spent waiting. */
export const PACED = { small: 350, large: 700, concurrency: 50, startsPerSecond: 20 } as const;

/** Near and far, few at once, for what a device takes alone; then two sizes at full speed, for what it costs. */
export interface SmallRuns {
  readonly near: Cost;
  readonly far: Cost;
  readonly small: Cost;
  readonly large: Cost;
}

export interface Sizes {
  readonly few: number;
  readonly small: number;
  readonly large: number;
}

export const SIZES = {
  enroll: { few: 12, small: 60, large: 180 },
  verify: { few: 24, small: 100, large: 800 },
} as const satisfies Record<LabRun['command'], Sizes>;

/** Routers that calibrating enrolls, each of them once. */
export const CALIBRATED_ROUTERS = 2 * SIZES.enroll.few + SIZES.enroll.small + SIZES.enroll.large;

/** At full speed. */
export const AT_ONCE = 100;
const FULL_SPEED = { concurrency: AT_ONCE, startsPerSecond: 1000 };
const UNHURRIED = { concurrency: 3, startsPerSecond: 20 };

/** The routers `from` and up are not enrolled yet. */
export async function smallRuns(
  command: LabRun['command'],
  from: number,
  run: (what: LabRun) => Promise<Cost>,
): Promise<SmallRuns> {
  const { few, small, large } = SIZES[command];
  let next = from;
  const routers = (devices: number): readonly [number, number] => {
    const first = next;
    // What is enrolled is enrolled; a verification may come as often as it likes.
    if (command === 'enroll') next += devices;
    return command === 'enroll' ? [first, next] : [0, from];
  };
  const of = (devices: number, isFar: boolean, pace: typeof FULL_SPEED): Promise<Cost> =>
    run({ command, routers: routers(devices), devices, isFar, ...pace });
  return {
    near: await of(few, false, UNHURRIED),
    far: await of(few, true, UNHURRIED),
    small: await of(small, false, FULL_SPEED),
    large: await of(large, false, FULL_SPEED),
  };
}

/** What one device takes and costs. */
export function workOf(sizes: Sizes, { near, far, small, large }: SmallRuns, rttMs: number): Work {
  const more = sizes.large - sizes.small;
  const slope = (of: (cost: Cost) => number): number => Math.max(0, (of(large) - of(small)) / more);
  const loopMs = slope((cost) => cost.loopMs);
  const helpersMs = slope((cost) => cost.helpersMs);
  const labLoopMs = large.labLoopMs / sizes.large;
  const labHelpersMs = large.labHelpersMs / sizes.large;
  const names = Object.keys(near.stepMs);
  const turnsOf = (name: string): number =>
    Math.max(0, ((far.stepMs[name] ?? 0) - (near.stepMs[name] ?? 0)) / rttMs);
  const allTurns = names.reduce((sum, name) => sum + turnsOf(name), 0);
  const cpuOf = (turns: number): number => ((loopMs + helpersMs + labLoopMs) * turns) / Math.max(1, allTurns);
  const own = (takenMs: number, turns: number, keysMs = 0): number =>
    Math.max(0, takenMs - cpuOf(turns) - keysMs);
  const heldTurns = Math.max(0, (far.heldMs - near.heldMs) / rttMs);
  return {
    startUpMs: Math.max(0, large.loopMs - loopMs * sizes.large),
    startUpHelpersMs: Math.max(0, large.helpersMs - helpersMs * sizes.large),
    loopMs,
    helpersMs,
    blockedMs: 0,
    labLoopMs,
    labHelpersMs,
    distanceMs: far.distanceMs / sizes.few,
    steps: names.map((name) => ({
      name,
      turns: turnsOf(name),
      ownMs: own(near.stepMs[name] ?? 0, turnsOf(name), name === MAKES_KEYS ? labHelpersMs : 0),
    })),
    held: { turns: heldTurns, ownMs: own(near.heldMs, heldTurns) },
    caRequests: large.caRequests / sizes.large,
    keptKb: large.keptKb,
  };
}

type Computed = Pick<Cost, 'loopMs' | 'helpersMs'>;

/** How much more a device costs that is not followed by the next at once, as if there were no other at all. */
export function coldnessOf(work: Work, small: Computed, large: Computed): number {
  const moreMs = large.loopMs + large.helpersMs - small.loopMs - small.helpersMs;
  const cold = moreMs / (PACED.large - PACED.small) / (work.loopMs + work.helpersMs);
  const busy = Math.min(0.9, (PACED.startsPerSecond * work.loopMs) / 1000);
  return Math.max(1, 1 + (cold - 1) / (1 - busy));
}

/** The step in which a router computes. */
export const MAKES_KEYS = 'generate-keypair';

/**
 * Of `verify`. The small run has as many sessions at once as the large one and is over before V8 has much to collect, so
 * it tells what a session takes; what the large one takes beyond that is what V8 has not collected yet.
 */
export function memoryOf(
  { near, small, large }: SmallRuns,
  sizes: Sizes,
  deviceMb: number,
): Figures['memory'] {
  const baseMb = near.megabytes;
  const sessionMb = Math.max(0, small.megabytes - baseMb - deviceMb * sizes.small) / AT_ONCE;
  const slackMb = Math.max(0, large.megabytes - baseMb - deviceMb * sizes.large - sessionMb * AT_ONCE);
  return { baseMb, sessionMb, deviceMb, slackMb, slackDevices: sizes.large };
}

/** Each session has its socket and its transcript. */
export function descriptorsOf({ near, large }: SmallRuns): Figures['descriptors'] {
  const session = Math.max(
    0,
    (large.usualDescriptors - near.usualDescriptors) / (AT_ONCE - UNHURRIED.concurrency),
  );
  const base = near.usualDescriptors - session * UNHURRIED.concurrency;
  return { base, session, startUp: near.descriptors };
}
