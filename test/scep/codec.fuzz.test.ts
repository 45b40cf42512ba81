import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';

import {
  decodeIssuerAndSerialNumber,
  decodeIssuerAndSubject,
  decodeMessageParameter,
  decodeName,
  decodePkiMessage,
  parseCertificate,
  parseCertificationRequest,
  readCaCertificates,
  readDegenerate,
  readEnvelope,
  ScepClient,
  ScepError,
} from '../../src/scep/index.ts';
import { captured, capturedText } from './captured.ts';
import { makeAuthority, makeCa, makeServer, rsaKey } from './world.ts';

const SEEDS: readonly Uint8Array[] = [
  captured('ios-xe-request.b64'),
  captured('ios-15-request.b64'),
  captured('ndes-failure.b64'),
  decodeMessageParameter(capturedText('ios-xe-message.txt')) ?? new Uint8Array(),
];

const DECODERS: Readonly<Record<string, (bytes: Uint8Array) => unknown>> = {
  decodePkiMessage,
  parseCertificate,
  parseCertificationRequest,
  readCaCertificates,
  readDegenerate,
  readEnvelope,
  decodeName,
  decodeIssuerAndSubject,
  decodeIssuerAndSerialNumber,
};

/** Real messages with some octets changed, taken out or put in, and plain noise. */
const mutated = fc
  .tuple(
    fc.constantFrom(...SEEDS),
    fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 }), fc.constantFrom('set', 'cut', 'put')), {
      minLength: 1,
      maxLength: 4,
    }),
  )
  .map(([seed, edits]) => {
    const octets = [...seed];
    for (const [place, octet, edit] of edits) {
      const at = place % octets.length;
      if (edit === 'set') octets[at] = octet;
      else octets.splice(at, edit === 'cut' ? 1 : 0, ...(edit === 'cut' ? [] : [octet]));
    }
    return Uint8Array.from(octets);
  });
const header = fc.constantFrom(0x30, 0x31, 0xa0, 0x04, 0x24, 0x03, 0x06, 0x02, 0x80);
const nested = fc
  .tuple(fc.array(header, { maxLength: 200 }), fc.uint8Array({ maxLength: 20 }))
  .map(([headers, core]) => headers.reduce<Uint8Array>((inner, tag) => wrap(tag, inner), core));

function wrap(tag: number, inner: Uint8Array): Uint8Array {
  const length = inner.length < 128 ? [inner.length] : [0x82, inner.length >> 8, inner.length & 0xff];
  return Uint8Array.from([tag, ...length, ...inner]);
}

const bytes = fc.oneof(fc.uint8Array({ maxLength: 200 }), mutated, nested);

describe('every decoder', () => {
  it.each(Object.entries(DECODERS))('%s returns or throws a ScepError, whatever it is given', (_, decode) => {
    fc.assert(
      fc.property(bytes, (input) => {
        try {
          decode(input);
        } catch (error) {
          expect(error).toBeInstanceOf(ScepError);
        }
      }),
      { numRuns: 400 },
    );
  });
});

describe('the answer to GetNextCACert', () => {
  it('is certificates signed by the CA or a ScepError, whatever it is', async () => {
    const ca = makeCa(rsaKey());
    const next = makeCa(rsaKey());
    const server = makeServer(
      makeAuthority(ca, undefined, {
        capabilities: () => ['GetNextCACert'],
        rollover: () => ({ certificates: [next.certificate], signer: ca }),
      }),
    );
    const { body: honest } = await server.handle({ method: 'GET', rawQuery: 'operation=GetNextCACert' });
    const spoilt = fc
      .array(fc.tuple(fc.nat({ max: honest.length - 1 }), fc.integer({ min: 0, max: 255 })), { maxLength: 3 })
      .map((edits) => {
        const octets = Uint8Array.from(honest);
        for (const [at, octet] of edits) octets[at] = octet;
        return octets;
      });
    await fc.assert(
      fc.asyncProperty(fc.oneof(spoilt, bytes), async (body) => {
        const client = new ScepClient({
          url: 'http://ca.test/scep',
          transport: async () => ({ status: 200, headers: {}, body }),
        });
        const current = {
          ca: readCaCertificates(ca.certificate),
          capabilities: new Set(['GetNextCACert'] as const),
        };
        try {
          // Whatever octets around it were changed, what is signed has not been.
          expect((await client.getNextCaCertificates(current)).ca).toEqual(next.certificate);
        } catch (error) {
          expect(error).toBeInstanceOf(ScepError);
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe('the server', () => {
  let server: ReturnType<typeof makeServer>;
  beforeAll(() => {
    server = makeServer(makeAuthority(makeCa(rsaKey())));
  });

  it('answers noise with 400 or a refusal, never with 500', async () => {
    await fc.assert(
      fc.asyncProperty(bytes, async (body) => {
        const { status } = await server.handle({ method: 'POST', rawQuery: 'operation=PKIOperation', body });
        expect([200, 400]).toContain(status);
      }),
      { numRuns: 300 },
    );
  });

  it('answers any query without failing', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string(),
        fc.constantFrom('', 'operation=GetCACert&', 'operation=PKIOperation&message='),
        async (text, head) => {
          const { status } = await server.handle({ method: 'GET', rawQuery: head + text });
          expect([200, 400, 404]).toContain(status);
        },
      ),
      { numRuns: 300 },
    );
  });
});
