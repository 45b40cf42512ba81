import * as z from 'zod';
import { withHint } from './problems.ts';
import { Argv, Line } from './schema-values.ts';

const HOW = 'write { env: NAME }, { file: path }, { command: [program, argument] } or { prompt: "text" }';

const EnvName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, { error: 'is no name of an environment variable' });

/** Where a secret comes from: exactly one of the keys. */
export const SecretReferenceInput = z
  .strictObject(
    {
      env: EnvName.optional().meta({ description: 'Name of an environment variable that holds the secret.' }),
      file: Line.optional().meta({
        description:
          'A file that holds the secret, relative to the inventory; one line end at its end is cut.',
      }),
      command: Argv.optional().meta({
        description: 'A program and its arguments, run without a shell; what it prints is the secret.',
      }),
      prompt: Line.optional().meta({
        description: 'Asks the operator once at the start of a run, without showing what is typed.',
      }),
    },
    {
      // The value that stands here may be the secret itself: it is never repeated.
      error: ({ code, input }) =>
        code === 'invalid_type' && input !== undefined && input !== null
          ? withHint('a secret is referred to, never written into the inventory', HOW)
          : undefined,
    },
  )
  .superRefine((value, context) => {
    const given = Object.keys(value).length;
    // An unknown key was told already: it was meant to be the source.
    if (given === 1 || (given === 0 && context.issues.length > 0)) return;
    const message = withHint(given === 0 ? 'refers to nothing' : 'expected one source of a secret', HOW);
    context.addIssue({ code: 'custom', message });
  })
  .meta({
    id: 'secret',
    description: 'A reference to a secret: one of env, file, command or prompt. Never the secret itself.',
    minProperties: 1,
    maxProperties: 1,
  });

export type SecretReferenceInput = z.output<typeof SecretReferenceInput>;
