import * as z from 'zod';
import type { FleetLimit } from '../domain/fleet-limit.ts';
import { integer, NAME, NAME_SENTENCE } from './schema-values.ts';

const RATE_SENTENCE = 'expected a number above 0, such as 5 or 0.5';

const rates = {
  sessions: integer(1, 100_000).optional().meta({ description: 'Devices in work at once.' }),
  startsPerSecond: z
    .number({ error: RATE_SENTENCE })
    .min(0.001, { error: RATE_SENTENCE })
    .max(10_000, { error: RATE_SENTENCE })
    .optional()
    .meta({ description: 'Devices started per second.' }),
};

const LIMIT = { description: 'What is taken at most; what is left out is without a limit of its own.' };
const Limit = z.strictObject(rates).meta(LIMIT);
const AuthorityLimit = z
  .strictObject({
    ...rates,
    renewals: integer(1, 1_000_000)
      .optional()
      .meta({ description: 'Certificates renewed in one run, the most urgent first.' }),
  })
  .meta(LIMIT);

function byName<Value extends z.ZodType>(limit: Value) {
  return z.record(z.string().regex(NAME, { error: NAME_SENTENCE }), limit);
}

/** What groups, jump hosts and CAs take at most, beside --concurrency and --start-rate of the whole run. */
export const Limits = z
  .strictObject({
    groups: byName(Limit).optional().meta({ description: 'Limits of groups, by name.' }),
    jumpHosts: byName(Limit).optional().meta({ description: 'Limits of jump hosts, by name.' }),
    authorities: byName(AuthorityLimit)
      .optional()
      .meta({ description: 'Limits of certificate authorities, by name.' }),
  })
  .meta({
    description:
      'What a group, a jump host or a CA takes at most, beside --concurrency and --start-rate of the whole run.',
  });
export type Limits = z.output<typeof Limits>;

/** The inventory's limits as a list. */
export function listLimits({ groups = {}, jumpHosts = {}, authorities = {} }: Limits): readonly FleetLimit[] {
  const of = (
    kind: FleetLimit['kind'],
    limits: Readonly<Record<string, z.output<typeof AuthorityLimit>>>,
  ): FleetLimit[] =>
    Object.entries(limits).map(([name, { sessions, startsPerSecond, renewals }]) => ({
      kind,
      name,
      ...(sessions === undefined ? {} : { sessions }),
      ...(startsPerSecond === undefined ? {} : { startsPerSecond }),
      ...(renewals === undefined ? {} : { renewals }),
    }));
  return [...of('group', groups), ...of('jump-host', jumpHosts), ...of('authority', authorities)];
}
