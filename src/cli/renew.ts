import { InputError } from '../domain/errors.ts';
import type { DeviceResult } from '../domain/result.ts';
import { assessDevice, renewDevice } from '../enrollment/job.ts';
import type { RenewalOrders } from '../enrollment/renewal.ts';
import type { DeviceJob } from '../run/device-job.ts';
import type { CommandContext } from './commands.ts';
import type { ExitCode } from './exit-code.ts';
import { type FleetInHand, runFleetCommand, type SharedJobOptions } from './fleet-command.ts';
import { capacitiesFor, ordersFrom } from './renew-orders.ts';
import { conversationsOf, RenewalPlaces, withoutPlaces } from './renewal-places.ts';

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
  const places = new RenewalPlaces(fleet.devices, seen, capacities);
  fleet.tell(places.told());
  return async (device, hooks) => {
    const mayRenew = places.for(device.name);
    const isNamed = shared.consents(device.name).has('retire');
    const found = seen.get(device.name);
    const isFirst = hooks.attempt === 1;
    if (found !== undefined && isFirst && !isNamed) {
      const result = withoutPlaces(found, device.trustpoints, mayRenew);
      if (!hasWork(result)) return result;
    }
    // The reading has written the first transcripts.
    const attempt = hooks.attempt + (found?.attempts ?? 1);
    const result = await renewDevice(device, {
      ...shared,
      ...hooks,
      attempt,
      orders: { ...orders, mayRenew },
    });
    const earlier = isFirst ? conversationsOf(found) : [];
    return earlier.length === 0 ? result : { ...result, earlierTranscripts: earlier };
  };
}

/** A device that is to be renewed, or whose request is to be waited for. One that could not be read is not. */
function hasWork({ decisions }: DeviceResult): boolean {
  return decisions.some(({ decision }) => decision === 'due' || decision === 'pending');
}
