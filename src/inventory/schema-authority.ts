import { z } from 'zod';
import { FINGERPRINT_PATTERN, parseFingerprint } from '../domain/fingerprint.ts';
import { isPlainMap } from './merge.ts';
import { withHint } from './problems.ts';
import { NOT_PLAIN_HTTP_PATTERN, SCEP_URL_PATTERN, WEB_URL_PATTERN } from './schema-patterns.ts';
import { SecretReferenceInput } from './schema-secret.ts';
import { Argv, duration, Flag, integer, Line, url } from './schema-values.ts';

const ScepUrl = url((parsed, written) => {
  if (parsed.protocol === 'https:') {
    return withHint(
      'must be plain http',
      'routers speak SCEP over http; its messages are signed and encrypted by themselves (RFC 8894)',
    );
  }
  if (parsed.protocol !== 'http:') return 'must be an http URL';
  if (/\/pkiclient\.exe\/*$/i.test(parsed.pathname)) {
    return withHint('holds pkiclient.exe', 'leave it out: the router appends it by itself');
  }
  if (written.includes('?')) {
    return withHint(
      'holds a question mark',
      'IOS takes ? as a call for help; the router adds the query by itself',
    );
  }
  return written.includes('#') ? 'holds a fragment (#)' : undefined;
}, SCEP_URL_PATTERN);

const Scep = z.strictObject({
  url: ScepUrl.meta({
    description:
      'What enrollment url takes, plain http, without pkiclient.exe. NDES: http://host/certsrv/mscep/mscep.dll',
  }),
  ra: Flag.default(false).meta({
    description: 'The CA answers through a registration authority, as NDES does (enrollment mode ra).',
  }),
});

const Fingerprint = z
  .preprocess(
    (value) => (typeof value === 'number' ? String(value) : value),
    z
      .string()
      .superRefine((value, context) => {
        const read = parseFingerprint(value);
        if ('problem' in read) context.addIssue({ code: 'custom', message: read.problem });
      })
      .meta({ pattern: FINGERPRINT_PATTERN }),
  )
  .meta({ examples: ['SHA1:AB:CD:…', 'MD5 ABCD1234 …'] });

const NO_PIN = withHint(
  'is missing: without a pin, anybody on the way could answer in the place of the CA',
  "ask the CA's operator for the SHA1 and SHA256 fingerprints of the CA certificate",
);

const Pins = z
  .union([Fingerprint, z.array(Fingerprint).min(1, { error: NO_PIN })], {
    error: ({ input }) =>
      input === undefined || input === null ? NO_PIN : 'expected a fingerprint or a list of them',
  })
  .superRefine((value, context) => {
    const seen = new Map<string, string>();
    for (const text of typeof value === 'string' ? [value] : value) {
      const read = parseFingerprint(text);
      if ('problem' in read) continue;
      if ((seen.get(read.hash) ?? read.hex) !== read.hex) {
        const message = `two different ${read.hash} fingerprints: one certificate cannot have both`;
        context.addIssue({ code: 'custom', message });
      }
      seen.set(read.hash, read.hex);
    }
  })
  .meta({
    description:
      'The pin of the CA certificate: MD5, SHA1 or SHA256, one or a list; all must match. Routers print MD5 and SHA1.',
  });

const Daily = z.strictObject({
  value: SecretReferenceInput,
  notAfter: z.iso
    .datetime({
      offset: true,
      error: withHint(
        'is no date with time and zone',
        'such as 2030-01-31T23:59:00Z or 2030-01-31T23:59:00+01:00',
      ),
    })
    .meta({ description: 'Until when the password holds, such as 2030-01-31T23:59:00Z.' }),
});

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

const SOURCES = 'write none, or one of static, env, daily, file, command and ndes';
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
  })
  .superRefine((value, context) => {
    const given = Object.keys(value).length;
    // An unknown key was told already: it was meant to be the source.
    if (given === 1 || (given === 0 && context.issues.length > 0)) return;
    const message = withHint(given === 0 ? 'names no source' : 'expected one source of a challenge', SOURCES);
    context.addIssue({ code: 'custom', message });
  })
  .meta({ minProperties: 1, maxProperties: 1 });

const Challenge = z
  .union([z.literal('none'), ChallengeMap], {
    error: ({ input }) =>
      input === undefined ? undefined : withHint('expected the source of a challenge password', SOURCES),
  })
  .default('none')
  .meta({ description: 'Where the challenge password comes from: none, or a map with one source.' });

export const Authority = z
  .strictObject({
    scep: Scep.optional().meta({ description: 'Where the CA answers; one that speaks no SCEP has none.' }),
    certificate: Line.optional().meta({
      description:
        'A file with the CA’s own certificate (PEM or DER), for routers that cannot fetch it. It must have the pinned fingerprints.',
    }),
    fingerprint: Pins,
    challenge: Challenge,
    renewalChallenge: Flag.default(false).meta({
      description:
        'The CA wants a challenge for a renewal signed with the old certificate, too. NDES does not.',
    }),
  })
  .meta({ description: 'A certificate authority.' });

export type AuthorityInput = z.output<typeof Authority>;
export type ChallengeInput = AuthorityInput['challenge'];
