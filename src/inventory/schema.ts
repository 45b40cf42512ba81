import * as z from 'zod';
import { Authority } from './schema-authority.ts';
import { Limits } from './schema-limits.ts';
import { NAME_PATTERN, RANGED_NAME_PATTERN } from './schema-patterns.ts';
import { Settings, settingsShape } from './schema-settings.ts';
import { JumpHostInput } from './schema-ssh.ts';
import { Trustpoint } from './schema-trustpoint.ts';
import { Host, integer, Line, NAME, NAME_SENTENCE, Name } from './schema-values.ts';

/** Keys are checked one by one, so that a wrong one is found at its own place. */
function named<Value extends z.ZodType>(value: Value) {
  return z.record(z.string().regex(NAME, { error: NAME_SENTENCE }), value);
}

const DeviceInput = z
  .strictObject({
    host: Host.meta({ description: 'Address or DNS name; for a range of devices a range of the same size.' }),
    port: integer(1, 65_535).optional().meta({ description: 'SSH port; wins over ssh.port.', default: 22 }),
    groups: z.array(Name).optional().meta({
      description: 'Groups, the most important first.',
      uniqueItems: true,
      default: [],
    }),
    ...settingsShape,
  })
  .meta({ description: 'One router, or a range of them: br-[0001-2000].' });
export type DeviceInput = z.output<typeof DeviceInput>;

/** The whole inventory file. Device names may hold ranges; they are checked where ranges are expanded. */
export const InventoryFile = z
  .strictObject({
    defaults: Settings.nullable()
      .optional()
      .meta({ description: 'What holds for every device unless a group or the device says otherwise.' }),
    authorities: named(Authority).optional().meta({ description: 'Certificate authorities by name.' }),
    trustpoints: named(Trustpoint).optional().meta({ description: 'Trustpoints by name.' }),
    jumpHosts: named(JumpHostInput)
      .optional()
      .meta({ description: 'SSH servers on the way to devices, by the names that ssh.via uses.' }),
    groups: named(Settings.nullable())
      .optional()
      .meta({
        description: 'Groups by name; a group may set everything that defaults may.',
        propertyNames: { type: 'string', pattern: NAME_PATTERN, not: { const: 'all' } },
      }),
    devices: z.record(z.string(), DeviceInput).meta({
      description: 'Devices by name; a name may hold ranges.',
      propertyNames: { type: 'string', pattern: RANGED_NAME_PATTERN },
    }),
    limits: Limits.optional(),
    templates: Line.optional().meta({
      description: 'Folder with templates of your own, relative to the inventory.',
    }),
  })
  .meta({
    title: 'trustfleet inventory',
    description: 'Routers, their certificate authorities and trustpoints.',
  });

export type InventoryFile = z.output<typeof InventoryFile>;

/**
 * The JSON Schema (draft 2020-12) of what may be written, for editors. It refuses what one place of the file tells;
 * names that refer to nothing and what follows from several levels together are found by `trustfleet check`.
 */
export function inventoryJsonSchema(): object {
  return z.toJSONSchema(InventoryFile, {
    target: 'draft-2020-12',
    io: 'input',
    override: ({ zodSchema, jsonSchema }) => {
      if (!(zodSchema instanceof z.ZodObject)) return;
      // zod takes everything for optional that is changed before it is checked, as numbers are made texts here.
      const required = Object.entries(zodSchema.shape as Record<string, z.ZodType>)
        .filter(([, value]) => !value.safeParse(undefined).success)
        .map(([key]) => key);
      if (required.length > 0) jsonSchema.required = required;
    },
  });
}
