// How a trustpoint gets its certificate: `method:`, a word where all its settings have defaults, or a map with one key.
import * as z from 'zod';
import { isPlainMap } from './merge.ts';
import { withHint } from './problems.ts';
import { FILE_URL_PATTERN, SCEP_URL_PATTERN, TFTP_URL_PER_DEVICE_PATTERN } from './schema-patterns.ts';
import { SecretReferenceInput } from './schema-secret.ts';
import { Address, Argv, ConfigText, ConfigWord, Flag, integer, Line, url } from './schema-values.ts';

const SUBMITTERS = 'write scep, { directory: folder } or { command: [program, argument] }';
const Submit = z
  .union(
    [
      z.literal('scep'),
      z.strictObject({
        directory: z
          .union([
            Line,
            z.strictObject({
              requests: Line.meta({ description: 'Folder into which requests go.' }),
              answers: Line.meta({ description: 'Folder from which certificates come.' }),
            }),
          ])
          .meta({
            description: 'A folder of an offline CA for both ways, or one for requests and one for answers.',
          }),
      }),
      z.strictObject({
        command: Argv.meta({
          description: 'A program that reads the request (PEM) and writes the certificate.',
        }),
      }),
    ],
    { error: withHint('expected who takes the request to the CA', SUBMITTERS) },
  )
  .default('scep')
  .meta({
    description:
      'Who takes the request to the CA: scep (trustfleet, to the authority’s URL), a directory of an offline CA, or a command.',
  });

const Terminal = z.strictObject({
  pem: Flag.default(false).meta({ description: 'With BEGIN and END lines: enrollment terminal pem.' }),
  submit: Submit,
});

const Tftp = z
  .strictObject({
    host: Address.meta({ description: 'The TFTP server’s address, as routers reach it.' }),
    listen: Address.optional().meta({
      description: 'Address of this machine on which trustfleet’s own TFTP server listens; host by default.',
    }),
    port: integer(1, 65_535).optional().meta({
      description: 'UDP port on which it listens; routers always ask port 69.',
      default: 69,
    }),
    directory: Line.optional().meta({
      description: 'The folder of an existing TFTP server; trustfleet starts none then.',
    }),
    submit: Submit,
  })
  .refine((value) => value.directory === undefined || (value.listen ?? value.port) === undefined, {
    when: ({ value }) => isPlainMap(value),
    path: ['directory'],
    error: withHint('an existing server needs neither listen nor port', 'leave them out, or the directory'),
  })
  .meta({
    not: { required: ['directory'], anyOf: [{ required: ['listen'] }, { required: ['port'] }] },
  });

const FileUrl = url((parsed, written) => {
  if (parsed.protocol !== 'tftp:' && parsed.protocol !== 'http:') return 'must be a tftp or plain http URL';
  if (written.includes('?')) return 'holds a question mark';
  return new RegExp(FILE_URL_PATTERN).test(written) ? undefined : 'names no file';
}, FILE_URL_PATTERN);

const PER_DEVICE = 'write url: "tftp://192.0.2.9/{{name}}.p12"';

const Pkcs12 = z
  .strictObject({
    file: Line.meta({
      description:
        'The PKCS#12 file, a template over the device, relative to the inventory: p12/{{name}}.p12',
    }),
    passphrase: SecretReferenceInput.meta({ description: 'What opens it, as a reference.' }),
    url: FileUrl.optional().meta({
      description:
        'Where the router reads it, tftp or plain http; it is pasted when absent. A template over the device.',
    }),
    listen: Address.optional().meta({
      description:
        'Address of this machine on which trustfleet’s own TFTP server hands it out; else the URL is another server’s, with the same file.',
    }),
    port: integer(1, 65_535).optional().meta({
      description: 'UDP port on which it listens; routers ask port 69 unless the URL says otherwise.',
      default: 69,
    }),
  })
  .refine(({ listen, url: at }) => listen === undefined || /^tftp:/i.test(at ?? ''), {
    path: ['listen'],
    error: withHint('trustfleet hands a file out by TFTP only', PER_DEVICE),
  })
  .refine(({ listen, url: at }) => listen === undefined || !/^tftp:/i.test(at ?? '') || at?.includes('{{'), {
    path: ['url'],
    error: withHint('is the same for all devices, and each is handed a file of its own', PER_DEVICE),
  })
  .refine(({ listen, port }) => port === undefined || listen !== undefined, {
    path: ['port'],
    error: withHint('is of trustfleet’s own TFTP server', 'write listen: <address of this machine> as well'),
  })
  .meta({
    dependentRequired: { listen: ['url'], port: ['listen'] },
    if: { not: { required: ['listen'] } },
    else: { properties: { url: { pattern: TFTP_URL_PER_DEVICE_PATTERN } } },
  });

const ProfileUrl = url((parsed, written) => {
  if (parsed.protocol !== 'http:') return 'must be a plain http URL';
  return written.includes('?') ? 'holds a question mark' : undefined;
}, SCEP_URL_PATTERN);

const ProfileStep = z
  .union(
    [
      z.literal('terminal'),
      z.strictObject({
        url: ProfileUrl.meta({ description: 'Where the router asks, plain http.' }),
        command: ConfigText.optional().meta({
          description: 'The HTTP request that it sends, when it is not SCEP’s: GET /certs/ca.crt',
        }),
      }),
    ],
    { error: withHint('expected terminal or a URL', 'write terminal, or { url: http://…, command: … }') },
  )
  .meta({ description: 'terminal, or the URL and command of an HTTP request.' });

const ProfileParameter = z
  .union([ConfigText, z.strictObject({ prompt: SecretReferenceInput })], {
    error: withHint('expected a value', 'a text, a template over the device; or { prompt: <secret> }'),
  })
  .meta({ description: 'A text, a template over the device, or { prompt: <secret> } typed when asked for.' });

const PASTES = { properties: { enrollment: { const: 'terminal' } }, required: ['enrollment'] } as const;

const Profile = z
  .strictObject({
    name: ConfigWord.optional().meta({ description: 'Of the profile; the trustpoint’s name by default.' }),
    authentication: ProfileStep,
    enrollment: ProfileStep,
    parameters: z
      .record(z.string().regex(/^[1-8]$/, { error: 'a parameter’s number is 1 to 8' }), ProfileParameter)
      .optional()
      .meta({ description: 'What the commands call $P1 to $P8, by number.' }),
    credential: ConfigWord.optional().meta({
      description: 'A trustpoint whose certificate stands in for a challenge (enrollment credential).',
    }),
    submit: Submit.optional(),
  })
  .meta({
    allOf: [
      { if: { not: PASTES }, else: { properties: { credential: false } } },
      { if: PASTES, else: { properties: { submit: false } } },
    ],
  });

const METHODS =
  'write scep, terminal, selfsigned or ca-only, or a map with one of terminal, tftp, profile, pkcs12 and ca-only';

const MethodMap = z
  .strictObject({
    terminal: Terminal.optional().meta({
      description: 'Cut and paste: the router prints its request, certificates are pasted.',
    }),
    tftp: Tftp.optional().meta({ description: 'Requests and certificates as files of a TFTP server.' }),
    profile: Profile.optional().meta({ description: 'An enrollment profile: plain HTTP or terminal.' }),
    pkcs12: Pkcs12.optional().meta({ description: 'Key pair and certificates made elsewhere.' }),
    'ca-only': z
      .strictObject({
        by: z.enum(['terminal', 'scep']).meta({
          description: 'Pasted from the authority’s certificate, or fetched by SCEP.',
        }),
      })
      .optional()
      .meta({ description: 'The CA certificate only.' }),
  })
  .superRefine((value, context) => {
    const given = Object.keys(value).length;
    if (given === 1 || (given === 0 && context.issues.length > 0)) return;
    const message = withHint(given === 0 ? 'names no method' : 'expected one method', METHODS);
    context.addIssue({ code: 'custom', message });
  })
  .meta({ minProperties: 1, maxProperties: 1 });

export const Method = z
  .union([z.enum(['scep', 'terminal', 'selfsigned', 'ca-only']), MethodMap], {
    error: ({ input }) =>
      input === undefined ? undefined : withHint('expected a way to get the certificate', METHODS),
  })
  .default('scep')
  .meta({ description: 'How the certificate is got: scep, terminal, selfsigned, ca-only, or a map.' });

export type MethodInput = z.output<typeof Method>;
export type SubmitInput = z.output<typeof Submit>;

/** The kind that a method written in an inventory is of; undefined when it is none. */
export function methodKind(written: unknown = 'scep'): string | undefined {
  if (typeof written === 'string') return written;
  return isPlainMap(written) ? Object.keys(written)[0] : undefined;
}
