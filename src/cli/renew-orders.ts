import type { RenewalOrders } from '../enrollment/renewal.ts';
import type { FleetInHand } from './fleet-command.ts';
import type { OptionValues } from './options.ts';

/** What the command line says of renewals. */
export function ordersFrom({ before, ignoreWindows }: OptionValues): RenewalOrders {
  return { ignoreWindows, ...(before === undefined ? {} : { before }) };
}

/** What CAs of these devices renew in one run at most, by name. */
export function capacitiesFor({
  devices,
  limits,
}: Pick<FleetInHand, 'devices' | 'limits'>): ReadonlyMap<string, number> {
  const used = new Set(
    devices.flatMap(({ trustpoints }) => trustpoints.map(({ authority }) => authority.name)),
  );
  return new Map(
    limits.flatMap(({ kind, name, renewals }) =>
      kind === 'authority' && renewals !== undefined && used.has(name) ? [[name, renewals] as const] : [],
    ),
  );
}
