import type { Device } from '../domain/device.ts';
import type { DeviceResult, ErrorReport } from '../domain/result.ts';
import type { RenewBefore } from '../domain/trustpoint.ts';
import type { DevicePlan } from '../enrollment/planning/device-plan.ts';
import type { RiskLevel } from '../enrollment/planning/risk.ts';
import { type Forecast, type ForecastRules, forecast, type StepTimes } from '../run/forecast.ts';

/** Raised when a field changes its meaning or goes; new fields may come without. */
export const PLAN_SCHEMA = 1;

/** How a device stands in a plan, and the words for so many of them. */
export const PLANNED_AS = {
  enroll: 'to enroll',
  renew: 'to renew',
  repair: 'to repair',
  wait: 'waiting for the CA',
  unchanged: 'unchanged',
  conflict: 'in conflict',
  unreachable: 'unreachable',
  failed: 'failed',
  'not-read': 'not read',
} as const satisfies Record<string, string>;

export type PlannedAs = keyof typeof PLANNED_AS;

/** What a plan was made for. */
export interface PlanPurpose {
  readonly kind: 'enroll' | 'renew';
  readonly before?: RenewBefore;
  readonly ignoreWindows?: boolean;
}

/** One device of a plan. Without `plan` nobody could read it. */
export interface PlanEntry {
  readonly device: string;
  readonly host: string;
  readonly as: PlannedAs;
  readonly error?: ErrorReport;
  /** What the device's result noted beside the plan. */
  readonly notes: readonly string[];
  readonly plan?: DevicePlan;
}

/** A plan as it is saved and given to programs. Holds no secret once its texts went through the redaction. */
export interface PlanDocument {
  readonly schema: typeof PLAN_SCHEMA;
  /** Version. */
  readonly trustfleet: string;
  readonly id: string;
  readonly createdAt: Date;
  readonly purpose: PlanPurpose;
  readonly allowOverwriteNvram: boolean;
  readonly counts: Readonly<Record<PlannedAs, number>>;
  readonly risks: Readonly<Record<RiskLevel, number>>;
  readonly forecast?: Forecast;
  readonly devices: readonly PlanEntry[];
}

export interface PlanMaterial {
  readonly id: string;
  readonly version: string;
  readonly createdAt: Date;
  readonly purpose: PlanPurpose;
  readonly allowOverwriteNvram: boolean;
  readonly devices: readonly Device[];
  readonly results: readonly DeviceResult[];
  readonly plans: ReadonlyMap<string, DevicePlan>;
  readonly times: StepTimes;
  readonly rules: ForecastRules;
}

/** The plan of a fleet from the plans of its devices. Pure. */
export function planDocument(material: PlanMaterial): PlanDocument {
  const { id, version, createdAt, purpose, allowOverwriteNvram, devices, plans, times, rules } = material;
  const entries = material.results.map((result) => entryOf(result, plans.get(result.device)));
  const planned = entries.flatMap(({ device: name, as, plan }) => {
    const device = devices.find((each) => each.name === name);
    return plan === undefined || device === undefined || !isWork(as) ? [] : [{ device, plan }];
  });
  const foretold = forecast(planned, times, rules);
  return {
    schema: PLAN_SCHEMA,
    trustfleet: version,
    id,
    createdAt,
    purpose,
    allowOverwriteNvram,
    counts: countBy(Object.keys(PLANNED_AS) as PlannedAs[], entries, ({ as }) => as),
    risks: countBy(['none', 'low', 'medium', 'high'], planned, ({ plan }) => plan.risk.level),
    ...(foretold === undefined ? {} : { forecast: foretold }),
    devices: entries,
  };
}

export function isWork(as: PlannedAs): boolean {
  return as === 'enroll' || as === 'renew' || as === 'repair' || as === 'wait';
}

function entryOf(result: DeviceResult, plan: DevicePlan | undefined): PlanEntry {
  const { device, host, error, notes } = result;
  const told = new Set(plan?.notes);
  return {
    device,
    host,
    as: plannedAs(result, plan),
    ...(error === undefined ? {} : { error }),
    notes: notes.filter((note) => !told.has(note)),
    ...(plan === undefined ? {} : { plan }),
  };
}

const CONFLICTS: ReadonlySet<string> = new Set(['plan-conflict', 'keypair-conflict', 'guard-pending']);

function plannedAs({ outcome, error }: DeviceResult, plan: DevicePlan | undefined): PlannedAs {
  if (outcome === 'planned' && plan !== undefined && plan.work !== 'none') return plan.work;
  if (outcome === 'unchanged') return 'unchanged';
  if (outcome !== 'failed' || error === undefined) return 'not-read';
  if (CONFLICTS.has(error.code)) return 'conflict';
  return error.step === 'connect' ? 'unreachable' : 'failed';
}

function countBy<T, Key extends string>(
  keys: readonly Key[],
  all: readonly T[],
  of: (one: T) => Key,
): Record<Key, number> {
  const counts = Object.fromEntries(keys.map((key) => [key, 0])) as Record<Key, number>;
  for (const one of all) counts[of(one)] += 1;
  return counts;
}
