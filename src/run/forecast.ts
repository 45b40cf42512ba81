import type { Device } from '../domain/device.ts';
import type { StepName } from '../domain/step.ts';
import type { ChallengeSpec } from '../domain/trustpoint.ts';
import type { DevicePlan } from '../enrollment/planning/device-plan.ts';
import type { PoolLimit } from './pools.ts';

/** One device with work to do. */
export interface PlannedDevice {
  readonly device: Device;
  readonly plan: Pick<DevicePlan, 'steps' | 'actions' | 'link'>;
}

export interface ForecastRules {
  readonly concurrency: number;
  readonly startsPerSecond?: number;
  readonly limits?: readonly PoolLimit[];
}

/** How long steps took in earlier runs, in milliseconds; those that are not there are not known. */
export type StepTimes = ReadonlyMap<StepName, number>;

export interface Forecast {
  readonly atLeastMs: number;
  readonly atMostMs: number;
  /** What keeps it from being faster. */
  readonly bound: string;
  readonly slowest: { readonly device: string; readonly durationMs: number; readonly commandMs: number };
  /** What counts as nothing, because no earlier run tells how long it takes. */
  readonly notCounted: readonly string[];
}

/** Steps that wait for more than the line: what an earlier run saw of them counts. */
export const WAITING = {
  'set-clock': 'NTP',
  'generate-keypair': 'key generation',
  authenticate: 'the fetching of the CA certificate',
  'await-grant': 'the answer of the CA',
  save: 'the writing of the startup configuration',
} as const satisfies Partial<Record<StepName, string>>;

/**
 * How long a run of these plans will take, without batches and retries. At least: the longest of the slowest device, all
 * work by the places for it (concurrency, each limit of the inventory, each CA's challenge passwords), and all starts by their
 * rate. At most: that and the slowest device once more. Undefined when there is no work. Pure.
 */
export function forecast(
  planned: readonly PlannedDevice[],
  times: StepTimes,
  rules: ForecastRules,
): Forecast | undefined {
  const loads = planned.map(({ device, plan }) => loadOf(device, plan, times));
  const slowest = maxBy(loads, ({ durationMs }) => durationMs);
  if (slowest === undefined) return undefined;
  const bounds: readonly Bound[] = [
    { text: `the slowest device, ${slowest.device.name}`, ms: slowest.durationMs },
    ...capacityBounds(loads, rules),
    ...challengeBounds(loads),
  ];
  const bound = maxBy(bounds, ({ ms }) => ms) ?? { text: '', ms: 0 };
  const steps = new Set(planned.flatMap(({ plan }) => plan.steps.map(({ step }) => step)));
  return {
    atLeastMs: bound.ms,
    atMostMs: planned.length === 1 ? bound.ms : bound.ms + slowest.durationMs,
    bound: bound.text,
    slowest: {
      device: slowest.device.name,
      durationMs: slowest.durationMs,
      commandMs: slowest.commandMs,
    },
    notCounted: (Object.keys(WAITING) as (keyof typeof WAITING)[])
      .filter((step) => steps.has(step) && !times.has(step))
      .map((step) => WAITING[step]),
  };
}

interface Bound {
  readonly text: string;
  readonly ms: number;
}

interface Load {
  readonly device: Device;
  readonly durationMs: number;
  readonly commandMs: number;
  /** Trustpoints that take a challenge password, and how long each keeps it. */
  readonly challenges: readonly { readonly trustpoint: string; readonly heldMs: number }[];
}

function loadOf(device: Device, { steps, actions, link }: PlannedDevice['plan'], times: StepTimes): Load {
  const timed = steps.map(({ step, trustpoint, lines }) => {
    const typedMs = lines.reduce((sum, line) => sum + roundTrips(line), 0) * link.commandMs;
    const waitMs = step !== 'leave' && Object.hasOwn(WAITING, step) ? (times.get(step) ?? 0) : 0;
    return { step, trustpoint, ms: Math.max(typedMs, waitMs) };
  });
  const challenges = actions
    .filter(({ kind, challenge }) => kind === 'enroll' && challenge === true)
    .map(({ trustpoint = '' }) => ({
      trustpoint,
      heldMs: timed
        .filter(
          (one) => one.trustpoint === trustpoint && (one.step === 'enroll' || one.step === 'await-grant'),
        )
        .reduce((sum, { ms }) => sum + ms, 0),
    }));
  const durationMs = timed.reduce((sum, { ms }) => sum + ms, link.loginMs);
  return { device, durationMs, commandMs: link.commandMs, challenges };
}

/** What is typed on a condition, or again and again, is left out: nobody knows how often. */
function roundTrips({ onlyIf, again, questions }: DevicePlan['steps'][number]['lines'][number]): number {
  if (onlyIf !== undefined || again !== undefined) return 0;
  return 1 + questions.filter(({ answer, stops }) => answer !== undefined && stops !== true).length;
}

function capacityBounds(
  loads: readonly Load[],
  { concurrency, startsPerSecond, limits = [] }: ForecastRules,
): readonly Bound[] {
  const all = {
    name: '',
    concerns: () => true,
    sessions: concurrency,
    ...(startsPerSecond === undefined ? {} : { startsPerSecond }),
  };
  return [all, ...limits].flatMap(({ name, concerns, sessions, startsPerSecond: rate }) => {
    const own = loads.filter(({ device }) => concerns(device));
    const about = name === '' ? '' : ` of ${name}`;
    return [
      ...(sessions === undefined
        ? []
        : [
            {
              text: `${sessions} devices${about} at once`,
              ms: total(own) / Math.min(sessions, Math.max(1, own.length)),
            },
          ]),
      ...(rate === undefined
        ? []
        : [{ text: `${rate} starts a second${about}`, ms: (Math.max(0, own.length - 1) * 1000) / rate }]),
    ];
  });
}

/** A service that mints one-time passwords has so many out at once; a device holds its one until the CA has answered. */
function challengeBounds(loads: readonly Load[]): readonly Bound[] {
  const held = new Map<string, { capacity: number; ms: number }>();
  for (const { device, challenges } of loads) {
    for (const { trustpoint, heldMs } of challenges) {
      const authority = device.trustpoints.find(({ name }) => name === trustpoint)?.authority;
      const capacity = authority === undefined ? undefined : capacityOf(authority.challenge);
      if (authority === undefined || capacity === undefined) continue;
      const before = held.get(authority.name)?.ms ?? 0;
      held.set(authority.name, { capacity, ms: before + heldMs });
    }
  }
  return [...held].map(([name, { capacity, ms }]) => ({
    text: `${capacity} challenge passwords of ${name} at once`,
    ms: ms / capacity,
  }));
}

/** A certificate server on a router knows one password at a time. */
function capacityOf(challenge: ChallengeSpec): number | undefined {
  if (challenge.kind === 'ios-cs') return 1;
  return challenge.kind === 'ndes' ? challenge.capacity : undefined;
}

function total(loads: readonly Load[]): number {
  return loads.reduce((sum, { durationMs }) => sum + durationMs, 0);
}

function maxBy<T>(all: readonly T[], value: (one: T) => number): T | undefined {
  return all.reduce<T | undefined>(
    (best, one) => (best === undefined || value(one) > value(best) ? one : best),
    undefined,
  );
}
