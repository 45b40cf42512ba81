import { Cron } from 'croner';
import * as z from 'zod';
import { parseDuration } from '../domain/duration.ts';
import { withHint } from './problems.ts';
import { BEFORE_PATTERN, CRON_PATTERN, SWITCH_PATTERN, ZONE_PATTERN } from './schema-patterns.ts';
import { configText, duration, Flag } from './schema-values.ts';

const Before = z.preprocess(
  (value) => (typeof value === 'number' ? String(value) : value),
  z
    .string()
    .superRefine((value, context) => {
      const percent = /^(\d+)\s*%$/.exec(value.trim())?.[1];
      if (percent !== undefined) {
        if (Number(percent) >= 1 && Number(percent) <= 99) return;
        context.addIssue({ code: 'custom', message: 'expected a percentage from 1% to 99%' });
      } else if ((parseDuration(value) ?? 0) <= 0) {
        const message = withHint(
          'is neither a duration nor a percentage',
          'write 30d, 2w or 20% (of life left)',
        );
        context.addIssue({ code: 'custom', message });
      }
    })
    .meta({ pattern: BEFORE_PATTERN }),
);

const ZONE_HINT = 'an IANA name, such as Europe/Paris, America/Chicago or UTC';

/** A time zone by its IANA name: unlike an offset it knows when summer time begins. */
export const Zone = z
  .string()
  .superRefine((value, context) => {
    if (isZone(value)) return;
    context.addIssue({ code: 'custom', message: withHint('is no time zone', ZONE_HINT) });
  })
  .meta({ pattern: ZONE_PATTERN });

function isZone(name: string): boolean {
  // Offsets such as +01:00 are zones to the runtime; they know no summer time.
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

const CRON_HINT = 'five fields as in crontab: minute hour day month weekday, such as 0 1 * * 2-4';
const CronRule = z
  .string()
  .superRefine((value, context) => {
    const problem = cronProblem(value);
    if (problem === undefined) return;
    context.addIssue({ code: 'custom', message: withHint(problem, CRON_HINT) });
  })
  .meta({ pattern: CRON_PATTERN });

function cronProblem(rule: string): string | undefined {
  if (!new RegExp(CRON_PATTERN).test(rule)) return 'is no cron rule';
  try {
    const next = new Cron(rule, { mode: '5-part', paused: true, timezone: 'UTC' }).nextRun();
    return next === null ? 'is a cron rule that never comes true' : undefined;
  } catch {
    return 'is no cron rule';
  }
}

const Window = z.strictObject({
  cron: CronRule.meta({ description: 'When it opens: minute hour day month weekday, as in crontab.' }),
  duration: duration().meta({ description: 'How long it is open.' }),
  zone: Zone.optional().meta({
    description: 'The time zone the rule is meant in; the zone of the device by default.',
  }),
});

const SWITCH_HINT = 'such as crypto ikev2 profile BRANCH, and below it, indented, pki trustpoint {{new}}';

const Switch = z
  .string({ error: withHint('expected lines', SWITCH_HINT) })
  .superRefine((value, context) => {
    const problem = /\{\{ *new *\}\}/.test(value)
      ? value
          .split('\n')
          .map((line) => configText(line.replace(/^ +| +$/g, '')))
          .find((found) => found !== undefined)
      : 'names no {{new}} that it switches to';
    if (problem !== undefined) context.addIssue({ code: 'custom', message: withHint(problem, SWITCH_HINT) });
  })
  .meta({ pattern: SWITCH_PATTERN });

/** When and how trustfleet renews. */
export const Renew = z
  .strictObject({
    before: Before.default('30d').meta({
      description: 'When trustfleet renews: so long before the end, or at so much of life left (20%).',
    }),
    keys: z
      .enum(['same', 'regenerate', 'roll'], { error: 'expected same, regenerate or roll' })
      .default('same')
      .meta({
        description:
          'Renew with the key pair that is there, let the router make a new one, or roll: a new trustpoint and key pair beside the old ones, and then the switch.',
      }),
    switch: Switch.optional().meta({
      description:
        'With roll: the configuration lines that move what uses the trustpoint, a template over the device with {{old}} and {{new}}.',
    }),
    retireAfter: duration({ zero: true }).optional().meta({
      description:
        'With roll: how long the new one is in force before --retire may remove the old one; 7d by default.',
    }),
    spread: duration({ zero: true }).default('0s').meta({
      description:
        'Each certificate is due earlier by a share of this, its own: what was enrolled in one night does not end in one.',
    }),
    windows: z
      .array(Window, {
        error: withHint('expected a list', 'such as [{ cron: "0 1 * * 2-4", duration: 4h }]'),
      })
      .default([])
      .meta({ description: 'When renewals are made; at any time when empty.' }),
    checkRevocation: Flag.default(false).meta({
      description: 'Fetch the revocation list that the certificate names, and renew none that is on it.',
    }),
  })
  .superRefine((renew, context) => {
    const isRoll = renew.keys === 'roll';
    if (isRoll && renew.switch === undefined) {
      const message = withHint('roll needs the lines that switch over', `write a switch ${SWITCH_HINT}`);
      context.addIssue({ code: 'custom', path: ['keys'], message });
    }
    for (const key of ['switch', 'retireAfter'] as const) {
      if (isRoll || renew[key] === undefined) continue;
      context.addIssue({ code: 'custom', path: [key], message: 'is for keys: roll only' });
    }
  })
  .prefault({})
  .meta({
    description: 'When and how trustfleet renews.',
    if: { properties: { keys: { const: 'roll' } }, required: ['keys'] },
    else: { properties: { switch: false, retireAfter: false } },
    anyOf: [
      { required: ['switch'] },
      { not: { properties: { keys: { const: 'roll' } }, required: ['keys'] } },
    ],
  });

export type RenewInput = z.output<typeof Renew>;
