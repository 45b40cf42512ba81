import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CHECKS } from '../../src/domain/finding.ts';
import { type VerificationInput, verifyCertificate } from '../../src/pki/verify.ts';
import {
  asked,
  GOOD,
  given,
  HOST,
  held,
  IMPOSTOR,
  inputFor,
  print,
  printed,
  REQUEST,
  ROOT,
  root,
  sub,
  underRoot,
  underSub,
  unusual,
} from './certificate-world.ts';
import { ecKeys, fingerprintOf, issue } from './make-certificate.ts';

/** What the router's own timers and shadow certificates tell is no matter of the certificate. */
const OF_CERTIFICATES = Object.keys(CHECKS).filter(
  (check) => check !== 'auto-enroll-works' && check !== 'rollover-fits',
);

describe('a certificate as it should be', () => {
  it('passes every check there is, each listed once and in order', () => {
    const findings = verifyCertificate(held({}));
    expect(findings.map(({ check }) => check)).toEqual(OF_CERTIFICATES);
    expect(unusual(findings)).toEqual({});
    expect(new Set(findings.map(({ trustpoint }) => trustpoint))).toEqual(new Set(['BRANCH']));
    for (const { expected, actual: found } of findings) {
      expect(expected).not.toBe('');
      expect(found).not.toBe('');
    }
  });

  it('has no check of a renewal when nothing was renewed', () => {
    const findings = verifyCertificate(held({ previous: undefined }));
    expect(findings.map(({ check }) => check)).toEqual(
      OF_CERTIFICATES.filter((check) => check !== 'serial-changed' && check !== 'key-as-wanted'),
    );
  });

  it.each([
    ['an MD5 signature', given({ digest: 'md5' })],
    ['a SHA1 signature', given({ digest: 'sha1' })],
    ['a CA with an EC key', underRoot(root({ keys: ecKeys() }))],
    ['an intermediate CA, pinned at the root', underSub(sub())],
    [
      'an intermediate CA that is itself the pinned one',
      underSub(sub(), ROOT, { chainDers: [sub().der], ...asked({ pins: [fingerprintOf(sub(), 'SHA1')] }) }),
    ],
    [
      'a CA that began half a minute ago by its own clock',
      underRoot(root({ notBefore: new Date('2026-11-21T12:00:30Z') })),
    ],
    ['a path length that is long enough', underSub(sub(), root({ ca: { pathLength: 1 } }))],
    ['another CA of the same name beside the right one', held({ chainDers: [IMPOSTOR.der, ROOT.der] })],
    ['an alternative name in other letters', given({ dnsNames: ['BR-1.Example.NET'] })],
    ['its name in the unstructured name alone', given({ dnsNames: [] })],
    ['white space that a CA collapsed', held(asked({ subject: `CN=${HOST},OU=  Branches ,O=Example` }))],
    ['attributes that nobody asked for', held(asked({ subject: `CN=${HOST}` }))],
    ['no name asked for', held(asked({ fqdn: undefined }))],
    [
      'no print of zones it knows',
      printed({
        startDate: print(new Date('2026-01-01T00:00:00Z'), 345),
        endDate: print(new Date('2028-01-01T00:00:00Z'), 345),
      }),
    ],
    [
      'summer time between its dates',
      printed({ endDate: print(new Date('2028-01-01T00:00:00Z'), 120, 'CEST') }),
    ],
    ['a serial number printed with zeros', printed({ serial: '001A2B' })],
    [
      'a serial number saved without zeros',
      inputFor(issue({ ...REQUEST, serial: '0A2B' }), { startup: { serials: ['A2B'] } }),
    ],
    [
      'an address in the alternative names',
      inputFor(issue({ ...REQUEST, address: [192, 0, 2, 1] }), asked({ ipAddress: '192.0.2.1' })),
    ],
  ])('passes with %s', (_, input) => {
    expect(unusual(verifyCertificate(input))).toEqual({});
  });
});

describe('missing evidence', () => {
  const certificateChecks = [
    'chain-valid',
    'key-matches-router',
    'key-strong-enough',
    'valid-by-router-clock',
    'valid-by-our-clock',
    'subject-as-asked',
    'names-as-asked',
    'key-usage',
    'print-agrees',
    'serial-changed',
    'key-as-wanted',
    'startup-saved',
  ];
  const unknown = (checks: readonly string[]): Record<string, string> =>
    Object.fromEntries(checks.map((check) => [check, 'unknown']));

  it.each<[string, VerificationInput, Record<string, string>]>([
    ['no DER', held({ identityDer: undefined }), unknown(certificateChecks)],
    ['a DER that cannot be read', held({ identityDer: Buffer.from('nonsense') }), unknown(certificateChecks)],
    [
      'a certificate that the configuration only names',
      held({ identityDer: undefined, unread: { identity: true, authorities: 0 } }),
      unknown(certificateChecks),
    ],
    [
      'no listing',
      held({ printed: undefined }),
      { 'certificate-present': 'fail', 'issued-for-trustpoint': 'fail', 'print-agrees': 'unknown' },
    ],
    [
      'neither DER nor listing',
      held({ identityDer: undefined, printed: undefined }),
      { ...unknown(['issued-for-trustpoint', ...certificateChecks]), 'certificate-present': 'fail' },
    ],
    ['no CA certificate', held({ chainDers: [] }), { 'ca-pinned': 'fail', 'chain-valid': 'fail' }],
    [
      'a CA certificate that the configuration only names',
      held({ chainDers: [], unread: { identity: false, authorities: 1 } }),
      unknown(['ca-pinned', 'chain-valid']),
    ],
    [
      'a CA certificate that cannot be read',
      held({ chainDers: [Buffer.from('nonsense')] }),
      unknown(['ca-pinned', 'chain-valid']),
    ],
    ['no key pair', held({ routerKey: undefined }), { 'key-matches-router': 'fail' }],
    ['no public key', held({ routerKey: new Uint8Array() }), unknown(['key-matches-router'])],
    ['no router clock', held({ routerNow: undefined }), unknown(['valid-by-router-clock'])],
    ['no startup configuration', held({ startup: undefined }), unknown(['startup-saved'])],
  ])('never passes: %s', (_, input, expected) => {
    expect(unusual(verifyCertificate(input))).toEqual(expected);
  });

  it('is told as what it is: nothing was unread where there is nothing', () => {
    const findings = verifyCertificate(
      held({
        identityDer: undefined,
        chainDers: [],
        printed: undefined,
        routerKey: undefined,
        https: undefined,
      }),
    );
    const told = new Set(findings.map(({ actual }) => actual));
    expect([...told]).toEqual(['the router holds no certificate', 'the router holds no CA certificate']);
    const failed = findings.filter(({ status }) => status === 'fail').map(({ check }) => check);
    expect(failed).toEqual(['certificate-present', 'ca-pinned']);
  });
});

describe('whatever bytes a router sends', () => {
  it('are answered with findings', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 120 }),
      fc
        .tuple(fc.constantFrom(GOOD.der, ROOT.der, GOOD.spki), fc.nat(), fc.nat({ max: 255 }))
        .map(([der, at, byte]) => {
          const changed = new Uint8Array(der);
          changed[at % changed.length] = byte;
          return changed;
        }),
    );
    fc.assert(
      fc.property(bytes, fc.array(bytes, { maxLength: 3 }), bytes, (identityDer, chainDers, routerKey) => {
        const findings = verifyCertificate(held({ identityDer, chainDers, routerKey }));
        expect(findings).toHaveLength(OF_CERTIFICATES.length);
      }),
      { numRuns: 300 },
    );
  });

  it('never pass when one bit of the certificate was turned', () => {
    fc.assert(
      fc.property(fc.nat({ max: GOOD.der.length * 8 - 1 }), (bit) => {
        const changed = new Uint8Array(GOOD.der);
        changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        const findings = verifyCertificate(held({ identityDer: changed }));
        expect(findings.find(({ check }) => check === 'chain-valid')?.status).not.toBe('pass');
      }),
      { numRuns: 300 },
    );
  });
});
