import * as z from 'zod';
import { isPlainMap } from './merge.ts';
import { withHint } from './problems.ts';
import { NOT_PLAIN_HTTP_PATTERN, WEB_URL_PATTERN } from './schema-patterns.ts';
import { Zone } from './schema-renew.ts';
import { SecretReferenceInput } from './schema-secret.ts';
import { Argv, ConfigWord, duration, Flag, integer, Line, Name, url } from './schema-values.ts';

const Daily = z
  .strictObject({
    value: SecretReferenceInput,
    notAfter: z.iso
      .datetime({
        offset: true,
        error: withHint(
          'is no date with time and zone',
          'such as 2030-01-31T23:59:00Z or 2030-01-31T23:59:00+01:00',
        ),
      })
      .optional()
      .meta({ description: 'Until when the password holds, such as 2030-01-31T23:59:00Z.' }),
    zone: Zone.optional().meta({
      description:
        'The time zone of the CA: the password holds until the next midnight there, and a file or command is read again for the new day.',
    }),
  })
  .refine(({ notAfter, zone }) => (notAfter === undefined) !== (zone === undefined), {
    when: ({ value }) => isPlainMap(value),
    error: withHint(
      'expected notAfter or zone, one of the two',
      'zone: Europe/Paris for a password that holds until midnight there',
    ),
  })
  .meta({ oneOf: [{ required: ['notAfter'] }, { required: ['zone'] }] });

const NdesUrl = url((parsed) => {
  if (parsed.protocol === 'http:' || parsed.protocol === 'https:') return undefined;
  return 'must be an http or https URL';
}, WEB_URL_PATTERN);

const Ndes = z
  .strictObject({
    url: NdesUrl.meta({ description: 'The admin page: https://host/certsrv/mscep_admin/' }),
    username: Line.meta({
      description: 'DOMAIN\\user, user@realm or a local user who may open the admin page.',
    }),
    password: SecretReferenceInput.meta({ description: "That user's password, as a reference." }),
    auth: z.enum(['ntlm', 'basic']).default('ntlm').meta({ description: 'How to log in to the page.' }),
    allowInsecure: Flag.default(false).meta({
      description: 'Consent to send the account over plain http; basic needs it.',
    }),
    capacity: integer(1, 100_000).default(5).meta({
      description: 'One-time passwords the service allows outstanding (PasswordMax).',
    }),
    validity: duration({ timer: true }).default('60m').meta({
      description: 'How long a one-time password lives (PasswordValidity).',
    }),
    singlePassword: Flag.default(false).meta({
      description: 'The service has one password for everybody (UseSinglePassword); no other is taken then.',
    }),
  })
  .refine((value) => !exposesPassword(value), {
    when: ({ value }) => isPlainMap(value),
    path: ['auth'],
    error: withHint(
      'basic would send the password readable over plain http',
      'use https, or auth: ntlm, or consent with allowInsecure: true',
    ),
  })
  .meta({
    if: { not: { properties: { auth: { const: 'basic' } }, required: ['auth'] } },
    else: {
      anyOf: [
        { properties: { url: { pattern: NOT_PLAIN_HTTP_PATTERN } } },
        { properties: { allowInsecure: { const: true } }, required: ['allowInsecure'] },
      ],
    },
  });

function exposesPassword({
  url,
  auth,
  allowInsecure,
}: {
  url: string;
  auth: string;
  allowInsecure: boolean;
}): boolean {
  return auth === 'basic' && allowInsecure !== true && /^http:/i.test(String(url));
}

const Command = z
  .union(
    [
      Argv,
      z.strictObject({
        run: Argv.meta({ description: 'The program and its arguments.' }),
        validity: duration({ timer: true }).meta({
          description: 'How long a password lives: then one that may be unspent is waited for no longer.',
        }),
      }),
    ],
    {
      error: withHint(
        'expected a program and its arguments',
        'such as [./otp.sh, --ca, branch], or { run: [./otp.sh], validity: 60m }',
      ),
    },
  )
  .meta({ description: 'A program that prints a password; run without a shell.' });

/** Where a certificate server runs; its label is one word of a command. */
export const IosServer = {
  device: Name.meta({ description: 'The router, by its name under devices.' }),
  server: ConfigWord.meta({ description: 'The label of its certificate server (crypto pki server).' }),
};

const IosServerChallenge = z.strictObject({
  ...IosServer,
  minutes: integer(1, 1440).default(60).meta({
    description: 'How long a password lives: the router forgets it then.',
  }),
});

const SOURCES = 'write none, or one of static, env, daily, file, command, ndes and ios-cs';
const ChallengeMap = z
  .strictObject({
    static: SecretReferenceInput.optional().meta({
      description: 'One password for every device, as a reference.',
    }),
    env: SecretReferenceInput.shape.env.meta({
      description: 'Short for static: { env: NAME }.',
    }),
    daily: Daily.optional().meta({
      description: 'A password that changes, with the time until which it holds.',
    }),
    file: Line.optional().meta({
      description: 'A CSV file with a password for each device, relative to the inventory.',
    }),
    command: Command.optional(),
    ndes: Ndes.optional().meta({ description: 'One-time passwords from the admin page of Microsoft NDES.' }),
    'ios-cs': IosServerChallenge.optional().meta({
      description: 'One-time passwords that a router with a certificate server makes.',
    }),
  })
  .superRefine((value, context) => {
    const given = Object.keys(value).length;
    // An unknown key was told already: it was meant to be the source.
    if (given === 1 || (given === 0 && context.issues.length > 0)) return;
    const message = withHint(given === 0 ? 'names no source' : 'expected one source of a challenge', SOURCES);
    context.addIssue({ code: 'custom', message });
  })
  .meta({ minProperties: 1, maxProperties: 1 });

export const Challenge = z
  .union([z.literal('none'), ChallengeMap], {
    error: ({ input }) =>
      input === undefined ? undefined : withHint('expected the source of a challenge password', SOURCES),
  })
  .default('none')
  .meta({ description: 'Where the challenge password comes from: none, or a map with one source.' });
