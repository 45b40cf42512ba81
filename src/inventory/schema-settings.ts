// What defaults, groups and devices may all set. Nothing has a default value here: merging comes first.
import * as z from 'zod';
import { parseOffset } from './offset.ts';
import { withHint } from './problems.ts';
import { Guard, Health } from './schema-guard.ts';
import { OFFSET_PATTERN, RECURRING_PATTERN } from './schema-patterns.ts';
import { Zone } from './schema-renew.ts';
import { SecretReferenceInput } from './schema-secret.ts';
import { Ssh } from './schema-ssh.ts';
import {
  Address,
  ConfigText,
  ConfigWord,
  configText,
  Domain,
  duration,
  Flag,
  integer,
  Name,
} from './schema-values.ts';

const Timeouts = z
  .strictObject({
    connect: duration({ timer: true })
      .optional()
      .meta({ description: 'TCP and SSH up to the login.', default: '30s' }),
    login: duration({ timer: true })
      .optional()
      .meta({ description: 'The login, up to the open shell.', default: '30s' }),
    command: duration({ timer: true }).optional().meta({
      description: 'One command until the prompt is back.',
      default: '60s',
    }),
    keygen: duration({ timer: true }).optional().meta({
      description: 'Key generation; minutes on an old router.',
      default: '10m',
    }),
    device: duration({ timer: true }).optional().meta({
      description: 'Everything on one device together, the wait for the CA included.',
      default: '30m',
    }),
  })
  .meta({ id: 'timeouts', description: 'Deadlines, as durations: 30s, 5m, 2h.' });

const ZONE_HINT = 'write { name: CET, offset: "+01:00" }';
const Offset = z
  .union([z.number().meta({ minimum: -14, maximum: 14 }), z.string().meta({ pattern: OFFSET_PATTERN })], {
    error: withHint('expected hours east of UTC', 'such as "+01:00", "-03:30" or 5.5'),
  })
  .superRefine((value, context) => {
    if (parseOffset(value) !== undefined) return;
    const message = withHint('is no offset from UTC', 'such as "+01:00", "-03:30" or 5.5; at most 14 hours');
    context.addIssue({ code: 'custom', message });
  });

const Timezone = z
  .union(
    [
      z.enum(['UTC', 'GMT']),
      z.strictObject({
        name: ConfigWord.meta({
          description: 'The word the router prints; free to choose, it carries no meaning.',
        }),
        offset: Offset.meta({ description: 'Hours east of UTC: "+01:00", "-03:30", 5.5.' }),
      }),
    ],
    {
      error: ({ input }) =>
        typeof input === 'string'
          ? withHint('a zone name alone says nothing: to a router only its offset from UTC counts', ZONE_HINT)
          : undefined,
    },
  )
  .meta({ description: 'UTC, GMT, or a name and an offset.', default: 'UTC' });

const RECURRING = new RegExp(RECURRING_PATTERN);

const SummerTime = z
  .strictObject({
    name: ConfigWord.meta({ description: 'The word the router prints in summer, such as CEST.' }),
    recurring: z
      .union(
        [
          z.literal(true),
          z
            .string()
            .refine((value) => RECURRING.test(value) && configText(value) === undefined, {
              error: withHint('is no recurring rule', 'such as "last Sun Mar 2:00 last Sun Oct 3:00"'),
            })
            .meta({ pattern: RECURRING_PATTERN }),
        ],
        {
          error: ({ input }) =>
            input === undefined
              ? undefined
              : withHint('expected true or a rule', 'such as "last Sun Mar 2:00 last Sun Oct 3:00"'),
        },
      )
      .optional()
      .meta({
        description:
          'Start and end as IOS takes them: "last Sun Mar 2:00 last Sun Oct 3:00"; true is the rule of the USA.',
        default: true,
      }),
    offset: integer(1, 1440).optional().meta({ description: 'Minutes added in summer.', default: 60 }),
  })
  .meta({ description: 'Summer time; leave it out where there is none.' });

const NtpServer = z.union(
  [
    Address,
    z.strictObject({
      address: Address.meta({ description: 'Address or DNS name of the server.' }),
      vrf: ConfigWord.optional().meta({ description: 'VRF in which the server is reached.' }),
      key: integer(1, 65_535).optional().meta({ description: 'Number of the authentication key.' }),
      prefer: Flag.optional().meta({ description: 'Prefer this server over the others.', default: false }),
    }),
  ],
  { error: withHint('expected an NTP server', 'an address, or { address: 192.0.2.1, key: 1 }') },
);

const Ntp = z
  .union(
    [
      z.array(NtpServer),
      z.strictObject({
        servers: z.array(NtpServer).optional().meta({ description: 'The NTP servers.', default: [] }),
        sourceInterface: ConfigText.optional().meta({
          description: 'Interface whose address is the source.',
        }),
        keys: z
          .array(
            z.strictObject({
              id: integer(1, 65_535).meta({ description: 'Number of the key.' }),
              md5: SecretReferenceInput.meta({ description: 'The key itself, as a reference.' }),
            }),
          )
          .superRefine((keys, context) => {
            const ids = keys.map(({ id }) => id);
            const twice = ids.findIndex((id, index) => ids.indexOf(id) !== index);
            if (twice === -1) return;
            context.addIssue({
              code: 'custom',
              path: [twice, 'id'],
              message: `key ${ids[twice]} is defined twice`,
            });
          })
          .optional()
          .meta({ description: 'Authentication keys.', default: [] }),
      }),
    ],
    { error: withHint('expected a list of NTP servers', 'such as [192.0.2.1, 192.0.2.2]') },
  )
  .meta({
    description: 'NTP servers: a list of addresses, or a map with servers, sourceInterface and keys.',
  });

const Clock = z
  .strictObject({
    timezone: Timezone.optional(),
    summerTime: SummerTime.optional(),
    ntp: Ntp.optional(),
    ntpWait: duration({ zero: true, timer: true }).optional().meta({
      description: 'How long to wait for NTP before the clock is set by hand.',
      default: '30s',
    }),
    maxSkew: duration().optional().meta({
      description: "How far the router's clock may be from this machine's.",
      default: '5m',
    }),
  })
  .meta({ id: 'clock', description: 'Time on the router: certificates need it.' });

export type VarInput = string | number | boolean | null | VarInput[] | { [key: string]: VarInput };
const VarInput: z.ZodType<VarInput> = z.lazy(() =>
  z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(VarInput), z.record(z.string(), VarInput)]),
);

const Vars = z
  .object({
    hostname: Name.optional().meta({ description: 'Takes the place of the device name in the fqdn.' }),
    domain: Domain.optional().meta({ description: 'The domain of the fqdn, as the key domain:.' }),
    fqdn: Domain.optional().meta({ description: 'The fqdn, whole; wins over name and domain.' }),
  })
  .catchall(VarInput)
  .meta({ id: 'vars', description: 'Values of your own for templates: {{site}} in a subject is vars.site.' });

const NameList = z.array(Name, {
  error: ({ input }) =>
    typeof input === 'string' ? withHint('expected a list', `write [${input}]`) : undefined,
});

export const settingsShape = {
  ssh: Ssh.optional(),
  timeouts: Timeouts.optional(),
  clock: Clock.optional(),
  zone: Zone.optional().meta({
    description: 'Time zone of the site, by its IANA name: renewal windows are meant in it.',
    default: 'UTC',
  }),
  guard: Guard.optional(),
  health: Health.optional(),
  domain: Domain.optional().meta({ description: 'DNS domain: the fqdn of a device is <name>.<domain>.' }),
  vars: Vars.optional(),
  tags: NameList.optional().meta({ description: 'Words to select devices by: --tag pilot.' }),
  trustpoints: NameList.optional().meta({
    description: 'Names of the trustpoints the device gets.',
    uniqueItems: true,
  }),
};

export const Settings = z.strictObject(settingsShape);
export type SettingsInput = z.output<typeof Settings>;
