import path from 'node:path';
import type { Device } from '../domain/device.ts';
import { InputError } from '../domain/errors.ts';
import type { FleetLimit } from '../domain/fleet-limit.ts';
import { foreseePlan } from '../enrollment/foresee.ts';
import { enrollDevice, type JobOptions, renewDevice } from '../enrollment/job.ts';
import { agreementOf, changedSincePlan, changeSince, isRestOf } from '../enrollment/planning/agreement.ts';
import { plural } from '../report/outcomes.ts';
import { writePrivately } from '../report/private-file.ts';
import type { DeviceJob } from '../run/device-job.ts';
import { unfinishedRun } from '../run/state/selection.ts';
import { RUNS_FOLDER, StateStore } from '../run/state/store.ts';
import type { CommandContext } from './commands.ts';
import { CONSENT_OPTIONS } from './consents.ts';
import type { ExitCode } from './exit-code.ts';
import { runFleetCommand, type SharedJobOptions } from './fleet-command.ts';
import { inFolder } from './io.ts';
import { devicesWithWork, PLAN_FILE, readPlan, type SavedPlan, type SavedPlanDevice } from './plan-file.ts';
import { capacitiesFor } from './renew-orders.ts';
import { takeOver } from './taken-over.ts';
import { redact } from './thrown.ts';

/** The name under which a run that carries out a plan remembers that it does. */
const BOUND = 'plan';

/** Carries out a saved plan: what is to be done to a device now must be what was planned for it. Throws InputError. */
export function applyPlan(context: CommandContext, file: string): Promise<ExitCode> {
  requireNothingBeside(context, { mayResume: false });
  return carryOut(context, { file, begun: new Set() });
}

/**
 * Goes on with a run that carried out a plan, by the copy of the plan that it kept. Undefined when the run to be continued
 * had none. Throws InputError.
 */
export async function resumePlan(context: CommandContext): Promise<ExitCode | undefined> {
  const { options, given = new Set(), io } = context;
  const state = inFolder(io, options.state);
  using store = StateStore.open(state);
  const { run, settings, begun } = unfinishedRun(store);
  if (settings[BOUND] === undefined) return undefined;
  requireNothingBeside(context, { mayResume: true });
  const { options: taken } = takeOver(options, given, settings, []);
  const file = path.join(state, RUNS_FOLDER, run, PLAN_FILE);
  const whence = ', taken over from the run that is continued';
  return carryOut(context, { file, begun, whence, maxAgeMs: taken.planMaxAge });
}

async function carryOut(
  context: CommandContext,
  {
    file,
    begun,
    whence = '',
    maxAgeMs = context.options.planMaxAge,
  }: {
    readonly file: string;
    readonly begun: ReadonlySet<string>;
    readonly whence?: string;
    readonly maxAgeMs?: number;
  },
): Promise<ExitCode> {
  const { io } = context;
  const plan = await readPlan(file, { maxAgeMs, now: io.now() }, io);
  return runFleetCommand(plan.purpose.kind, context, (shared) => jobFor(plan, shared, begun), {
    choose: (devices, limits) => choose(plan, { file, devices, limits, whence }, isNarrowed(context)),
    settings: { [BOUND]: plan.id },
    keep: (folder) => writePrivately(path.join(folder, PLAN_FILE), plan.text),
  });
}

/** The plan says what is done: nothing that would make it another one is taken beside it. */
function requireNothingBeside(
  { options }: CommandContext,
  { mayResume }: { readonly mayResume: boolean },
): void {
  const given = [
    ...(options.resume && !mayResume ? ['--resume'] : []),
    ...(options.allowOverwriteNvram ? ['--allow-overwrite-nvram'] : []),
    ...Object.entries(CONSENT_OPTIONS).flatMap(([consent, name]) =>
      options[name] === undefined ? [] : [`--${consent}`],
    ),
  ];
  if (given.length === 0) return;
  const hint = 'give it to trustfleet plan, and carry out the plan that comes of it';
  throw new InputError(
    given.map((key) => ({
      file: 'command line',
      key,
      message: 'is not taken beside --plan',
      hint:
        key === '--resume'
          ? 'leave --plan out: the run that is continued has kept its plan; or make a new one'
          : hint,
    })),
  );
}

function isNarrowed({ options: { limit, group, tag } }: CommandContext): boolean {
  return limit !== undefined || group !== undefined || tag !== undefined;
}

interface Choice {
  readonly file: string;
  /** The selection. */
  readonly devices: readonly Device[];
  readonly limits: readonly FleetLimit[];
  /** Beside the plan's name, for the operator. */
  readonly whence: string;
}

/** Of the selection those that have work in the plan. */
function choose(
  plan: SavedPlan,
  { file, devices, limits, whence }: Choice,
  narrowed: boolean,
): { readonly devices: readonly Device[]; readonly told: readonly string[] } {
  const work = devicesWithWork(plan);
  const known = new Set(devices.map(({ name }) => name));
  const gone = work.filter(({ device }) => !known.has(device));
  if (gone.length > 0 && !narrowed) {
    throw new InputError(
      gone.map(({ device }) => ({
        file,
        key: device,
        message: 'is not in the inventory',
        hint: 'make the plan anew, or name the devices to work on with --limit',
      })),
    );
  }
  const planned = new Set(plan.devices.map(({ device }) => device));
  if (!devices.some(({ name }) => planned.has(name))) {
    const hint = 'leave --limit, --group and --tag out to take all devices of the plan';
    throw new InputError([{ file, message: 'holds no device of this selection', hint }]);
  }
  const names = new Set(work.map(({ device }) => device));
  const chosen = devices.filter(({ name }) => names.has(name));
  requireRoom(plan, chosen, limits, file);
  const left = plan.devices.length - chosen.length;
  return {
    devices: chosen,
    told: [
      `Plan ${plan.id} of ${plan.createdAt.toISOString()}${whence}: ${plural(chosen.length, 'device')} with work${left === 0 ? '' : `, ${left} left alone`}.`,
    ],
  };
}

/** What a CA renews in one run holds for a plan, too. */
function requireRoom(
  plan: SavedPlan,
  devices: readonly Device[],
  limits: readonly FleetLimit[],
  file: string,
): void {
  if (plan.purpose.kind !== 'renew') return;
  for (const [name, capacity] of capacitiesFor({ devices, limits })) {
    const count = devices.reduce((sum, device) => {
      const { requests = [] } = plan.devices.find((saved) => saved.device === device.name) ?? {};
      const own = device.trustpoints.filter(
        (trustpoint) => trustpoint.authority.name === name && requests.includes(trustpoint.name),
      );
      return sum + own.length;
    }, 0);
    if (count <= capacity) continue;
    const message = `renews ${count} certificates of ${name}, which takes ${capacity} in one run`;
    const hint = 'take some of its devices with --limit, or let trustfleet renew choose the most urgent ones';
    throw new InputError([{ file, message, hint }]);
  }
}

function jobFor(plan: SavedPlan, shared: SharedJobOptions, earlier: ReadonlySet<string>): DeviceJob {
  const saved = new Map(plan.devices.map((device) => [device.device, device]));
  const begun = new Set(earlier);
  const { allowOverwriteNvram } = plan;
  return (device, hooks) => {
    const options: JobOptions = {
      ...shared,
      ...hooks,
      allowOverwriteNvram,
      consents: (name) => new Set(saved.get(name)?.consents),
      approve: approver(saved, begun, allowOverwriteNvram),
    };
    const { kind, ...orders } = plan.purpose;
    return kind === 'renew' ? renewDevice(device, { ...options, orders }) : enrollDevice(device, options);
  };
}

/**
 * A device with nothing left to do is as the plan wanted it, whoever did it. One that this run, or the one it continues, has begun and was cut off
 * may be at any place of its plan, but types nothing beside it.
 */
function approver(
  saved: ReadonlyMap<string, SavedPlanDevice>,
  begun: Set<string>,
  allowOverwriteNvram: boolean,
): NonNullable<JobOptions['approve']> {
  return (device, found, plan) => {
    if (plan.actions.length === 0) return;
    const agreed = cleaned(saved.get(device.name)?.agreement ?? { rests: [], types: [] });
    const { dialect } = found;
    const steps = foreseePlan(device, plan, { allowOverwriteNvram, dialect });
    const now = cleaned(agreementOf(device, found, plan, steps));
    if (begun.has(device.name) && isRestOf(agreed, now)) return;
    const change = changeSince(agreed, now);
    if (change !== undefined) throw changedSincePlan(change);
    begun.add(device.name);
  };
}

/** Both sides go through the same redaction: what was saved went through it, too. */
function cleaned({ rests, types }: SavedPlanDevice['agreement']): SavedPlanDevice['agreement'] {
  return { rests: rests.map(redact), types: types.map(redact) };
}
