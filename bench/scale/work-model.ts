/** Figures become a model: a device's way through its steps. */
import { MAKES_KEYS } from './calibrate.ts';
import type { Work } from './figures.ts';
import type { Model, Phase } from './simulate.ts';
import type { Rules } from './start-model.ts';

/** The lockout guard's, as the command has it unless told otherwise. */
const UNPROVEN_AT_ONCE = 3;
/** A step is cut into so many pieces at most; more of them change nothing but how long the simulation takes. */
const FINEST = 8;

export interface Scenario {
  readonly work: Work;
  readonly rules: Rules;
  readonly cores: number;
  readonly rttMs: number;
  /** Passwords that the CA's service has out at once; none are needed without. */
  readonly passwords?: number;
  /** The lab is on the same cores; without it routers cost nobody here anything and take `routers`. */
  readonly lab?: boolean;
  /** What real routers and CAs take beyond the lab's, in milliseconds, by the name of the step. */
  readonly slower?: Readonly<Record<string, number>>;
  /** How much of that falls into the time a password is kept. */
  readonly heldLongerMs?: number;
  readonly pieces?: number;
}

/** With the CPU that a device costs at this pace: the more of the time is spent waiting, the colder everything is. */
export function atItsPace(scenario: Scenario, coldness: number): Scenario {
  const { work, rules, rttMs, slower = {} } = scenario;
  const alone = work.steps.reduce(
    (sum, { name, turns, ownMs }) => sum + turns * rttMs + ownMs + (slower[name] ?? 0),
    work.loopMs,
  );
  const { concurrency, startsPerSecond = Number.POSITIVE_INFINITY } = rules;
  const startsAMs = Math.min(startsPerSecond / 1000, concurrency / alone);
  const idle = 1 - Math.min(1, startsAMs * work.loopMs);
  const times = 1 + (coldness - 1) * idle;
  return { ...scenario, work: { ...work, loopMs: work.loopMs * times, helpersMs: work.helpersMs * times } };
}

export function modelOf(scenario: Scenario): Model {
  const { work, rules, cores, passwords, lab = false } = scenario;
  return {
    machines: { machine: cores },
    programs: {
      trustfleet: { machine: 'machine', threads: 1 },
      helpers: { machine: 'machine', threads: 4 },
      ...(lab
        ? {
            lab: { machine: 'machine', threads: 1 },
            keys: { machine: 'machine', threads: 4 },
            distance: { machine: 'machine', threads: 1 },
          }
        : {}),
    },
    rooms: passwords === undefined ? {} : { passwords },
    rules: { unprovenAtOnce: UNPROVEN_AT_ONCE, ...rules },
    startUp: [{ kind: 'work', program: 'trustfleet', ms: work.startUpMs }],
    job: jobOf(scenario),
  };
}

function jobOf(scenario: Scenario): readonly Phase[] {
  const { work, passwords, slower = {} } = scenario;
  const allTurns = Math.max(
    1,
    work.steps.reduce((sum, { turns }) => sum + turns, 0),
  );
  const phases: Phase[] = [];
  for (const { name, turns, ownMs } of work.steps) {
    const more = slower[name] ?? 0;
    if (passwords !== undefined && name === ASKS) {
      phases.push(...keptPassword(scenario, allTurns));
      continue;
    }
    if (passwords !== undefined && name === ANSWERS) continue;
    phases.push(...talk(scenario, turns / allTurns, turns), ...wait(ownMs + more));
    if (name === MAKES_KEYS && scenario.lab === true)
      phases.push({ kind: 'work', program: 'keys', ms: work.labHelpersMs });
    if (name === LOGS_IN) phases.push({ kind: 'accepted' });
  }
  return phases;
}

const LOGS_IN = 'connect';
/** A password is asked for in the one step, and is free again in the other. */
const ASKS = 'enroll';
const ANSWERS = 'await-grant';

/** Both steps as one, with the password in their last part. */
function keptPassword(scenario: Scenario, allTurns: number): readonly Phase[] {
  const { work, slower = {}, heldLongerMs = 0 } = scenario;
  const both = work.steps.filter(({ name }) => name === ASKS || name === ANSWERS);
  const turns = both.reduce((sum, step) => sum + step.turns, 0);
  const ownMs = both.reduce((sum, step) => sum + step.ownMs, 0);
  const more = (slower[ASKS] ?? 0) + (slower[ANSWERS] ?? 0);
  const { held } = work;
  const before = Math.max(0, turns - held.turns);
  return [
    ...talk(scenario, before / allTurns, before),
    ...wait(Math.max(0, ownMs - held.ownMs) + Math.max(0, more - heldLongerMs)),
    { kind: 'take', room: 'passwords' },
    ...talk(scenario, held.turns / allTurns, held.turns),
    ...wait(held.ownMs + heldLongerMs),
    { kind: 'give', room: 'passwords' },
  ];
}

/** Round trips, with a part of the job's CPU: what trustfleet computes, the way, the router, and the way back. */
function talk(scenario: Scenario, share: number, turns: number): readonly Phase[] {
  const { work, rttMs, lab = false, pieces: finest = FINEST } = scenario;
  if (turns <= 0) return [];
  const pieces = Math.max(1, Math.min(finest, Math.round(turns)));
  const part = share / pieces;
  const one: readonly Phase[] = [
    { kind: 'work', program: 'trustfleet', ms: (work.loopMs + work.blockedMs) * part },
    { kind: 'work', program: 'helpers', ms: work.helpersMs * part },
    ...wait((turns * rttMs) / pieces),
    ...(lab
      ? ([
          ...(rttMs > 0 ? [{ kind: 'work', program: 'distance', ms: work.distanceMs * part } as const] : []),
          { kind: 'work', program: 'lab', ms: work.labLoopMs * part },
        ] as const)
      : []),
  ];
  return Array.from({ length: pieces }, () => one).flat();
}

function wait(ms: number): readonly Phase[] {
  return ms > 0 ? [{ kind: 'wait', ms }] : [];
}
