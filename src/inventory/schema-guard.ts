// What protects a router while it is changed: its own way back, and commands that tell how it is.
import * as z from 'zod';
import { withHint } from './problems.ts';
import { GUARD_PATTERN, LOOKING_PATTERN } from './schema-patterns.ts';
import { configText, duration } from './schema-values.ts';

const Minutes = z
  .string({ error: withHint('expected a duration', 'whole minutes, such as 10m') })
  .superRefine((value, context) => {
    if (new RegExp(GUARD_PATTERN).test(value)) return;
    // A rollback timer takes no more; both guards warn a minute ahead, when it is too late to begin anything.
    const message = withHint('expected whole minutes from 3m to 120m', 'such as 10m');
    context.addIssue({ code: 'custom', message });
  })
  .meta({ pattern: GUARD_PATTERN });

const GUARD_HINT = 'write { revert: 10m }, { reloadIn: 10m } or false';

export const Guard = z
  .union(
    [
      z.literal(false),
      z.strictObject({
        revert: Minutes.meta({
          description:
            'configure terminal revert timer: the running configuration goes back. Needs an archive with a path on the router.',
        }),
      }),
      z.strictObject({
        reloadIn: Minutes.meta({
          description: 'reload in: the router restarts from its startup configuration.',
        }),
      }),
    ],
    { error: withHint('expected one way back', GUARD_HINT) },
  )
  .meta({
    description: 'The router goes back by itself unless this is called off in time.',
    default: false,
  });

export type GuardInput = z.output<typeof Guard>;

const COMMAND_HINT = 'such as show crypto ikev2 sa, or ping 192.0.2.1 source Loopback0';

const Command = z
  .string()
  .superRefine((value, context) => {
    const problem = commandProblem(value);
    if (problem !== undefined) context.addIssue({ code: 'custom', message: withHint(problem, COMMAND_HINT) });
  })
  .meta({ pattern: LOOKING_PATTERN });

/** Of those that write files, behind a filter that does not. A bar inside a pattern is no filter. */
const WRITING = /^\s*(?:r|re|red\w*|t|te|tee|a|ap\w*)\s/i;

function commandProblem(value: string): string | undefined {
  const text = configText(value);
  if (text !== undefined) return text;
  const [command = '', , ...behind] = value.split('|');
  if (!/^(?:show|ping|traceroute) +[^ ]/.test(command))
    return 'is no command that only looks: it has to begin with show, ping or traceroute, written out, and say what';
  return new RegExp(LOOKING_PATTERN).test(value) && !behind.some((part) => WRITING.test(part))
    ? undefined
    : 'has another filter than one include, exclude, begin, section or count';
}

const Pattern = z.string().superRefine((value, context) => {
  const problem = value === '' ? 'is empty' : patternProblem(value);
  if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
});

function patternProblem(value: string): string | undefined {
  try {
    return new RegExp(value, 'm').test('')
      ? 'fits an empty text: it would never tell that something is wrong'
      : undefined;
  } catch (error) {
    const why = error instanceof Error ? error.message.split(': ').at(-1) : String(error);
    return `is no regular expression: ${why}`;
  }
}

const command = Command.meta({ description: 'A show, ping or traceroute command.' });
const within = duration({ timer: true })
  .optional()
  .meta({ description: 'How long it may take behind the verification until it is so again.', default: '0s' });

const Check = z.union(
  [
    z.strictObject({
      command,
      within,
      expect: Pattern.meta({
        description: 'Regular expression that is found in the output, before and after.',
      }),
    }),
    z.strictObject({
      command,
      within,
      count: Pattern.meta({
        description: 'Regular expression: afterwards no fewer lines have it than before.',
      }),
    }),
    z.strictObject({
      command,
      within,
      same: z.literal(true).meta({ description: 'The output is the same as before, but for blanks.' }),
    }),
  ],
  {
    error: withHint(
      'expected a command and one of expect, count and same',
      'such as { command: show crypto ikev2 sa, expect: READY }',
    ),
  },
);

export const Health = z
  .array(Check, {
    error: withHint('expected a list', 'such as [{ command: show crypto ikev2 sa, expect: READY }]'),
  })
  .meta({
    description:
      'Commands that tell how the router is, typed before the first change and after the verification.',
    default: [],
  });

export type HealthInput = z.output<typeof Health>;
