import { InputError } from '../domain/errors.ts';
import { ownerOf } from '../domain/generation.ts';
import type { DeviceResult } from '../domain/result.ts';
import { assessDevice, renewDevice } from '../enrollment/job.ts';
import { type RenewalOrders, waitForCapacity } from '../enrollment/renewal.ts';
import { plural } from '../report/outcomes.ts';
import type { DeviceJob } from '../run/device-job.ts';
import { RenewalAllotment, type RenewalWish } from '../run/renewal-allotment.ts';
import type { CommandContext } from './commands.ts';
import type { ExitCode } from './exit-code.ts';
import { type FleetInHand, runFleetCommand, type SharedJobOptions } from './fleet-command.ts';
import { capacitiesFor, ordersFrom } from './renew-orders.ts';

export async function run(context: CommandContext): Promise<ExitCode> {
  if (context.options.calendar) {
    const { showCalendar } = await import('./renew-calendar.ts');
    return showCalendar(context);
  }
  if (context.options.offline) {
    const hint = 'add --calendar: nothing can be renewed without connecting';
    throw new InputError([{ file: 'command line', key: '--offline', message: 'is for the calendar', hint }]);
  }
  const orders = ordersFrom(context.options);
  return runFleetCommand('renew', context, async (shared, fleet) => {
    const capacities = capacitiesFor(fleet);
    if (capacities.size > 0) return inTwoPasses(shared, fleet, orders, capacities);
    return (device, hooks) => renewDevice(device, { ...shared, ...hooks, orders });
  });
}

/**
 * Reads the whole fleet before anything is renewed: only then is it known who is the most urgent. Whoever gets a place
 * is worked on; of the others the reading is the result.
 */
async function inTwoPasses(
  shared: SharedJobOptions,
  fleet: FleetInHand,
  orders: RenewalOrders,
  capacities: ReadonlyMap<string, number>,
): Promise<DeviceJob> {
  const read = await fleet.read('renew, reading', (device, hooks) =>
    assessDevice(device, { ...shared, ...hooks, orders }),
  );
  const seen = new Map(read.devices.map((result) => [result.device, result]));
  const wishes = fleet.devices.flatMap((device) => wishesOf(device.trustpoints, seen.get(device.name)));
  const allotment = new RenewalAllotment(capacities, wishes);
  fleet.tell(tellPlaces(capacities, wishes));
  return async (device, hooks) => {
    const mayRenew: NonNullable<RenewalOrders['mayRenew']> = ({ name, authority }) =>
      allotment.mayRenew({ device: device.name, trustpoint: name, authority: authority.name });
    const isNamed = shared.consents(device.name).has('retire');
    const found = seen.get(device.name);
    if (found !== undefined && hooks.attempt === 1 && !isNamed) {
      const result = withoutPlaces(found, device.trustpoints, mayRenew);
      if (!hasWork(result)) return result;
    }
    // The reading has written the first transcripts.
    const attempt = hooks.attempt + (found?.attempts ?? 1);
    return renewDevice(device, { ...shared, ...hooks, attempt, orders: { ...orders, mayRenew } });
  };
}

type Trustpoints = FleetInHand['devices'][number]['trustpoints'];

function wishesOf(trustpoints: Trustpoints, result: DeviceResult | undefined): readonly RenewalWish[] {
  if (result === undefined) return [];
  return result.decisions.flatMap(({ trustpoint, decision }) => {
    const authority = ownerOf(trustpoints, trustpoint)?.authority.name;
    const held = result.certificates.find((certificate) => certificate.trustpoint === trustpoint);
    if (decision !== 'due' || authority === undefined || held === undefined) return [];
    return [{ device: result.device, trustpoint, authority, notAfter: held.notAfter }];
  });
}

function withoutPlaces(
  result: DeviceResult,
  trustpoints: Trustpoints,
  mayRenew: NonNullable<RenewalOrders['mayRenew']>,
): DeviceResult {
  const decisions = result.decisions.map((decision) => {
    const trustpoint = generationIn(trustpoints, decision.trustpoint);
    if (decision.decision !== 'due' || trustpoint === undefined || mayRenew(trustpoint)) return decision;
    return waitForCapacity(decision, trustpoint);
  });
  return { ...result, decisions };
}

/** A trustpoint as it is called on the router. */
function generationIn(trustpoints: Trustpoints, name: string): Trustpoints[number] | undefined {
  const owner = ownerOf(trustpoints, name);
  return owner === undefined ? undefined : { ...owner, name };
}

/** A device that is to be renewed, or whose request is to be waited for. One that could not be read is not. */
function hasWork({ decisions }: DeviceResult): boolean {
  return decisions.some(({ decision }) => decision === 'due' || decision === 'pending');
}

function tellPlaces(
  capacities: ReadonlyMap<string, number>,
  wishes: readonly RenewalWish[],
): readonly string[] {
  return [...capacities].map(([name, capacity]) => {
    const due = wishes.filter(({ authority }) => authority === name).length;
    const all = `${name}: ${plural(due, 'certificate')} due`;
    return due <= capacity ? `${all}, all renewed now` : `${all}, the ${capacity} that end first renewed now`;
  });
}
