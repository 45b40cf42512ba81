import path from 'node:path';
import { planForDevice } from '../enrollment/job.ts';
import type { Purpose } from '../enrollment/plan.ts';
import type { DevicePlan } from '../enrollment/planning/device-plan.ts';
import { writePrivately } from '../report/private-file.ts';
import type { DeviceJob } from '../run/device-job.ts';
import type { Reporter, RunEvent } from '../run/events.ts';
import type { StepTimes } from '../run/forecast.ts';
import type { CommandContext } from './commands.ts';
import type { ExitCode } from './exit-code.ts';
import { type FleetInHand, type RunAtHand, runFleetCommand } from './fleet-command.ts';
import { inFolder } from './io.ts';
import { type PlanPurpose, planDocument } from './plan-document.ts';
import { PLAN_FILE, planJson } from './plan-file.ts';
import { drawPlan } from './plan-view.ts';
import { capacitiesFor, ordersFrom } from './renew-orders.ts';
import { conversationsOf, RenewalPlaces, withoutPlaces } from './renewal-places.ts';
import { writableFile } from './result-file.ts';
import { readStepTimes } from './step-times.ts';
import { VERSION } from './version.ts';

export async function run(context: CommandContext): Promise<ExitCode> {
  const { options, io } = context;
  const purpose = purposeFrom(context);
  const out = options.out === undefined ? undefined : await writableFile(options.out, '--out', io);
  const times = await readStepTimes(inFolder(io, options.state));
  const plans = new Map<string, DevicePlan>();
  return runFleetCommand(
    'plan',
    context,
    (shared, fleet) => {
      const planWith =
        (given: Purpose): DeviceJob =>
        (device, hooks) =>
          planForDevice(device, {
            ...shared,
            ...hooks,
            purpose: given,
            onPlan: (plan) => plans.set(device.name, plan),
          });
      const capacities = purpose.kind === 'renew' ? capacitiesFor(fleet) : new Map<string, number>();
      return capacities.size === 0 ? planWith(purpose) : sharedOut(planWith, fleet, purpose, capacities);
    },
    // Twenty conflicts in a row are what somebody wants to know, and reading hurts nobody.
    {
      rules: { maxSameCause: 0 },
      reporters: (run) => [createPlanReport(context, run, { purpose, plans, out, times })],
    },
  );
}

function purposeFrom({ options }: CommandContext): PlanPurpose {
  return options.for === 'renew' ? { kind: 'renew', ...ordersFrom(options) } : { kind: 'enroll' };
}

/**
 * What a CA renews in one run is shared out as a renewal does it: those that end first have a place. Who has none is read
 * once more, and planned without.
 */
async function sharedOut(
  planWith: (purpose: Purpose) => DeviceJob,
  fleet: FleetInHand,
  purpose: PlanPurpose,
  capacities: ReadonlyMap<string, number>,
): Promise<DeviceJob> {
  const read = await fleet.read('plan, reading', planWith(purpose));
  const seen = new Map(read.devices.map((result) => [result.device, result]));
  const places = new RenewalPlaces(fleet.devices, seen, capacities);
  return async (device, hooks) => {
    const mayRenew = places.for(device.name);
    const found = seen.get(device.name);
    if (found !== undefined && hooks.attempt === 1) {
      const { decisions } = withoutPlaces(found, device.trustpoints, mayRenew);
      if (decisions.every(({ decision }, index) => decision === found.decisions[index]?.decision))
        return found;
    }
    const attempt = hooks.attempt + (found?.attempts ?? 1);
    const result = await planWith({ ...purpose, kind: 'renew', mayRenew })(device, { ...hooks, attempt });
    const earlier = hooks.attempt === 1 ? conversationsOf(found) : [];
    return earlier.length === 0 ? result : { ...result, earlierTranscripts: earlier };
  };
}

interface Subject {
  readonly purpose: PlanPurpose;
  readonly plans: ReadonlyMap<string, DevicePlan>;
  /** The file that `--out` names. */
  readonly out: string | undefined;
  readonly times: StepTimes;
}

/** Makes the plan of the fleet when all devices are done: for people, and as JSON in all the places it belongs. */
function createPlanReport(
  { options, io }: CommandContext,
  { id, folder, devices, rules, terminal, target }: RunAtHand,
  { purpose, plans, out, times }: Subject,
): Reporter {
  let json: string | undefined;
  return {
    onEvent(event: RunEvent): void {
      if (event.type !== 'run-finished') return;
      // A plan is one document about the whole fleet.
      const results = [...event.result.devices];
      const document = planDocument({
        id,
        version: VERSION,
        createdAt: io.now(),
        purpose,
        allowOverwriteNvram: options.allowOverwriteNvram,
        devices,
        results,
        plans,
        times,
        rules,
      });
      json = planJson(document);
      const look = { width: terminal.columns() - 1, style: terminal.style };
      terminal.write(drawPlan(document, results, look, options));
    },
    async finish(): Promise<void> {
      if (json === undefined) return;
      const files = [path.join(folder, PLAN_FILE), ...(out === undefined ? [] : [out])];
      for (const file of files) await writePrivately(file, json);
      await target?.write(json);
      if (out !== undefined) {
        terminal.write([
          '',
          `saved in ${options.out}; to carry it out: trustfleet enroll --plan ${options.out}`,
        ]);
      }
    },
  };
}
