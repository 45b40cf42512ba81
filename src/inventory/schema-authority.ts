import * as z from 'zod';
import { FINGERPRINT_PATTERN, parseFingerprint } from '../domain/fingerprint.ts';
import { withHint } from './problems.ts';
import { Challenge, IosServer } from './schema-challenge.ts';
import { SCEP_URL_PATTERN } from './schema-patterns.ts';
import { Flag, Line, url } from './schema-values.ts';

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

const PinList = z
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
  });

const Pins = PinList.meta({
  description:
    'The pin of the CA certificate: MD5, SHA1 or SHA256, one or a list; all must match. Routers print MD5 and SHA1.',
});

const Issuer = z
  .strictObject({
    fingerprint: PinList.meta({
      description: 'The pin of the CA that signs: MD5, SHA1 or SHA256, one or a list; all must match.',
    }),
  })
  .meta({
    description:
      'The CA that signs, where the certificate with the fingerprint above is a connector’s own, for SCEP alone.',
  });

const Grant = z
  .strictObject({
    'ios-cs': z
      .strictObject(IosServer)
      .meta({ description: 'A certificate server on a router (crypto pki server).' }),
  })
  .meta({
    description:
      'Who grants requests that wait: trustfleet does, on the router with the certificate server, and only the request whose fingerprint the asking router printed.',
  });

export const Authority = z
  .strictObject({
    scep: Scep.optional().meta({ description: 'Where the CA answers; one that speaks no SCEP has none.' }),
    certificate: Line.optional().meta({
      description:
        'A file with the CA’s own certificate (PEM or DER), for routers that cannot fetch it. It must have the pinned fingerprints.',
    }),
    fingerprint: Pins,
    issuer: Issuer.optional(),
    challenge: Challenge,
    grant: Grant.optional(),
    renewalChallenge: Flag.default(false).meta({
      description:
        'The CA wants a challenge for a renewal signed with the old certificate, too. NDES does not.',
    }),
  })
  .meta({ description: 'A certificate authority.' });

export type AuthorityInput = z.output<typeof Authority>;
export type ChallengeInput = AuthorityInput['challenge'];
