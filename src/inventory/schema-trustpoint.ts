import * as z from 'zod';
import { parseDuration } from '../domain/duration.ts';
import { isPlainMap } from './merge.ts';
import { methodSchemas } from './method-rules.ts';
import { withHint } from './problems.ts';
import { Key } from './schema-key.ts';
import { Method } from './schema-method.ts';
import { LDAP_URL_PATTERN, MINUTES_PATTERN } from './schema-patterns.ts';
import { Renew } from './schema-renew.ts';
import { ConfigText, ConfigWord, duration, Flag, integer, Name, url } from './schema-values.ts';

const Revocation = z.enum(['crl', 'ocsp', 'none']);
const Usage = z.enum(['ike', 'ssl-client', 'ssl-server']);

const RetryPeriod = z
  .union([integer(1, 60), z.string().meta({ pattern: MINUTES_PATTERN })], {
    error: withHint('expected minutes', 'such as 5 or 5m, from 1 to 60 minutes'),
  })
  .superRefine((value, context) => {
    const minutes = typeof value === 'number' ? value : (parseDuration(value) ?? Number.NaN) / 60_000;
    if (Number.isInteger(minutes) && minutes >= 1 && minutes <= 60) return;
    context.addIssue({ code: 'custom', message: 'expected whole minutes from 1 to 60, such as 5 or 5m' });
  });

const Percent = integer(10, 99);
const AutoEnroll = z
  .union(
    [
      Percent,
      z.strictObject({
        percent: Percent.optional().meta({
          description: "Renew when so much of the certificate's life is over; at its end when absent.",
        }),
        regenerate: Flag.default(false).meta({ description: 'With a new key pair.' }),
      }),
    ],
    { error: withHint('expected a percentage', 'such as 80, or { percent: 80, regenerate: true }') },
  )
  .meta({
    description: 'Lets the router renew by itself (auto-enroll): a percentage from 10 to 99, or a map.',
  });

export const Trustpoint = z
  .strictObject({
    authority: Name.optional().meta({
      description: 'Name of the authority that issues the certificate; a self-signed one has none.',
    }),
    method: Method,
    parent: Name.optional().meta({
      description:
        'The trustpoint of the CA above this one’s, of the same device: chain-validation continue.',
    }),
    key: Key.prefault({}).meta({ description: 'The key pair.' }),
    subject: ConfigText.optional().meta({
      description:
        'The X.500 subject, a template over the device: CN={{fqdn}},OU=Branches. Where a request is made, it is needed.',
    }),
    fqdn: ConfigText.default('{{fqdn}}').meta({
      description: 'The name for fqdn, a template too; none leaves it out of the request.',
    }),
    serialNumber: Flag.default(false).meta({
      description: "Put the router's serial number into the request.",
    }),
    ipAddress: ConfigText.default('none').meta({
      description: 'An address or an interface to put in, or none.',
    }),
    revocationCheck: z
      .union([Revocation, z.array(Revocation).min(1)], {
        error: 'expected crl, ocsp or none, or a list of them',
      })
      .default(['crl'])
      .meta({ description: "How the router checks peers' certificates, in this order: crl, ocsp, none." }),
    crlQuery: url(
      (parsed) => (parsed.protocol === 'ldap:' ? undefined : 'must be an ldap URL'),
      LDAP_URL_PATTERN,
    )
      .optional()
      .meta({ description: 'LDAP server that is asked for lists of revoked certificates (crl query).' }),
    hash: z.enum(['md5', 'sha1', 'sha256', 'sha384', 'sha512']).optional().meta({
      description: 'Hash of the request signature; left to the release when absent.',
    }),
    usage: z
      .union([Usage, z.array(Usage).min(1)], {
        error: 'expected ike, ssl-client or ssl-server, or a list of them',
      })
      .optional()
      .meta({ description: 'What the certificate is for: ike, ssl-client, ssl-server.' }),
    vrf: ConfigWord.optional().meta({ description: 'VRF in which the CA is reached.' }),
    sourceInterface: ConfigText.optional().meta({
      description: 'Interface from whose address the CA is reached.',
    }),
    retry: z
      .strictObject({
        count: integer(1, 100)
          .optional()
          .meta({ description: 'How often the router asks a pending request again.' }),
        period: RetryPeriod.optional().meta({
          description: 'Minutes between two tries, 1 to 60; or a duration.',
        }),
      })
      .optional()
      .meta({ description: "The router's own retries (enrollment retry)." }),
    autoEnroll: AutoEnroll.optional(),
    https: Flag.default(false).meta({
      description:
        'The router’s HTTPS server is turned on and shows this certificate (ip http secure-trustpoint).',
    }),
    grant: z
      .strictObject({
        timeout: duration({ zero: true, timer: true }).default('5m').meta({
          description: 'How long to wait for the CA before the outcome is pending.',
        }),
      })
      .prefault({})
      .meta({ description: 'The wait for the certificate.' }),
    renew: Renew,
  })
  .refine((trustpoint) => !rollsItself(trustpoint), {
    when: ({ value }) => isPlainMap(value),
    path: ['autoEnroll'],
    error: withHint(
      'cannot stand beside renew.keys: roll',
      'a router that renews by itself never makes the next generation',
    ),
  })
  .meta({
    description: 'One crypto pki trustpoint.',
    allOf: [
      {
        if: { properties: { method: { const: 'selfsigned' } }, required: ['method'] },
        else: { required: ['authority'] },
      },
      {
        if: { not: { properties: { method: { enum: ['scep', 'terminal'] } } } },
        else: { required: ['subject'] },
      },
      ...methodSchemas(),
    ],
    not: {
      properties: { renew: { properties: { keys: { const: 'roll' } }, required: ['keys'] } },
      required: ['renew', 'autoEnroll'],
    },
  });

function rollsItself({ autoEnroll, renew }: { autoEnroll?: unknown; renew?: unknown }): boolean {
  return autoEnroll !== undefined && isPlainMap(renew) && renew.keys === 'roll';
}

export type TrustpointInput = z.output<typeof Trustpoint>;
