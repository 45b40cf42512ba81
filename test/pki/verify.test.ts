import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CHECKS, type Finding } from '../../src/domain/finding.ts';
import type { PrintedCertificate, PrintedDate } from '../../src/domain/printed-certificate.ts';
import { decodeCertificate } from '../../src/pki/decode.ts';
import { type VerificationInput, verifyCertificate } from '../../src/pki/verify.ts';
import {
  type CertificateRequest,
  CRL_SIGN,
  DIGITAL_SIGNATURE,
  ecKeys,
  fingerprintOf,
  issue,
  KEY_CERT_SIGN,
  KEY_ENCIPHERMENT,
  type Made,
  rsaKeys,
} from './make-certificate.ts';

const [ROUTER, ROOT_KEYS, OTHER_KEYS] = [rsaKeys(2048), rsaKeys(), rsaKeys()];
const CA_REQUEST = {
  subject: ['O=Example', 'CN=Branch CA'],
  ca: true,
  usage: [KEY_CERT_SIGN, CRL_SIGN],
  serial: '01',
};
const ROOT = issue({ ...CA_REQUEST, keys: ROOT_KEYS });
const IMPOSTOR = issue({ ...CA_REQUEST, keys: OTHER_KEYS });
const HOST = 'br-1.example.net';
const REQUEST: CertificateRequest = {
  subject: ['O=Example', 'OU=Branches', `CN=${HOST}`, `serialNumber=9HI3+unstructuredName=${HOST}`],
  issuer: ROOT,
  keys: ROUTER,
  serial: '1A2B',
  usage: [DIGITAL_SIGNATURE, KEY_ENCIPHERMENT],
  dnsNames: [HOST],
};
const NOW = new Date('2026-11-21T12:00:00Z');

/** A date as a router prints it that lives `minutes` east of UTC. */
function print(instant: Date, minutes: number, zone = 'CET'): PrintedDate {
  const local = new Date(instant.getTime() + minutes * 60_000);
  return {
    text: `${local.toISOString().slice(11, 19)} ${zone} ${local.toDateString().slice(4)}`,
    local,
    zone,
  };
}

/** What a router would print of a certificate: its names backwards, `hostname` spelt out by the reader. */
function printOf(made: Made, changes: Partial<PrintedCertificate> = {}): PrintedCertificate {
  const { serial, subject, issuer, notBefore, notAfter } = decodeCertificate(made.der);
  return {
    kind: 'identity',
    head: 'Certificate',
    rollover: false,
    status: 'Available',
    serial,
    subject: subject.toReversed(),
    issuer: issuer.toReversed(),
    startDate: print(notBefore, 60),
    endDate: print(notAfter, 60),
    trustpoints: ['BRANCH', 'OTHER'],
    fingerprints: [],
    requestFingerprints: [],
    notUnderstood: [],
    ...changes,
  };
}

function inputFor(made: Made, changes: Partial<VerificationInput> = {}): VerificationInput {
  return {
    trustpoint: 'BRANCH',
    expected: {
      subject: `CN=${HOST},OU=Branches,O=Example`,
      fqdn: HOST,
      serialNumberAsked: true,
      keyBits: 2048,
      pins: [fingerprintOf(ROOT, 'SHA1'), fingerprintOf(ROOT, 'SHA256')],
    },
    identityDer: made.der,
    chainDers: [ROOT.der],
    printed: printOf(made),
    routerKey: made.spki,
    routerNow: NOW,
    now: NOW,
    maxSkewMs: 60_000,
    previous: { serial: '0A', notAfter: new Date('2026-12-01T00:00:00Z') },
    startup: { serials: ['1A2B', '01'] },
    ...changes,
  };
}

const GOOD = issue(REQUEST);
const { usage: _usage, ...WITHOUT_USAGE } = REQUEST;
const { endDate: _end, ...WITHOUT_END } = printOf(GOOD);
const asked = (changes: Partial<VerificationInput['expected']>): Partial<VerificationInput> => ({
  expected: { ...inputFor(GOOD).expected, ...changes },
});
/** A certificate that differs from the good one, held against the same expectations. */
const given = (changes: Partial<CertificateRequest>): VerificationInput =>
  inputFor(issue({ ...REQUEST, ...changes }));
const held = (changes: Partial<VerificationInput>): VerificationInput => inputFor(GOOD, changes);
const printed = (changes: Partial<PrintedCertificate>): VerificationInput =>
  held({ printed: printOf(GOOD, changes) });

/** The findings that are no plain pass: `check: status`. */
function unusual(findings: readonly Finding[]): Record<string, string> {
  return Object.fromEntries(
    findings.filter(({ status }) => status !== 'pass').map(({ check, status }) => [check, status]),
  );
}

function actual(input: VerificationInput, check: Finding['check']): string {
  return verifyCertificate(input).find((finding) => finding.check === check)?.actual ?? '';
}

const SUB_KEYS = rsaKeys();
const sub = (changes: Partial<CertificateRequest> = {}): Made =>
  issue({
    subject: ['O=Example', 'CN=Sub CA'],
    issuer: ROOT,
    keys: SUB_KEYS,
    ca: true,
    usage: [KEY_CERT_SIGN],
    serial: '05',
    ...changes,
  });
const underSub = (middle: Made, root = ROOT, changes: Partial<VerificationInput> = {}): VerificationInput =>
  inputFor(issue({ ...REQUEST, issuer: middle }), {
    chainDers: [root.der, middle.der],
    ...asked({ pins: [fingerprintOf(root, 'MD5')] }),
    ...changes,
  });
const underRoot = (root: Made, pins = [fingerprintOf(root, 'SHA256')]): VerificationInput =>
  inputFor(issue({ ...REQUEST, issuer: root }), { chainDers: [root.der], ...asked({ pins }) });
const root = (changes: Partial<CertificateRequest>): Made =>
  issue({ ...CA_REQUEST, keys: ROOT_KEYS, ...changes });

describe('a certificate as it should be', () => {
  it('passes every check there is, each listed once and in order', () => {
    const findings = verifyCertificate(held({}));
    expect(findings.map(({ check }) => check)).toEqual(Object.keys(CHECKS));
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
      Object.keys(CHECKS).filter((check) => check !== 'serial-changed'),
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

describe('a certificate that is not what was asked for', () => {
  const v1 = root({ version: 1 });
  it.each<[string, VerificationInput, Record<string, string>]>([
    [
      'another CA of the same name',
      held({ chainDers: [IMPOSTOR.der] }),
      { 'ca-pinned': 'fail', 'chain-valid': 'fail' },
    ],
    [
      'a signature by another CA of the same name',
      given({ issuer: { ...IMPOSTOR } }),
      { 'chain-valid': 'fail' },
    ],
    [
      'two pins of two CAs',
      held({
        chainDers: [ROOT.der, IMPOSTOR.der],
        ...asked({ pins: [fingerprintOf(ROOT, 'MD5'), fingerprintOf(IMPOSTOR, 'SHA1')] }),
      }),
      { 'ca-pinned': 'fail', 'chain-valid': 'fail' },
    ],
    ['no pin', held(asked({ pins: [] })), { 'ca-pinned': 'fail', 'chain-valid': 'fail' }],
    [
      'a self-signed certificate',
      inputFor(issue({ subject: REQUEST.subject, keys: ROUTER, serial: '1A2B', dnsNames: [HOST] })),
      { 'chain-valid': 'fail', 'key-usage': 'note' },
    ],
    ['an issuer that is no CA', underRoot(root({ ca: false })), { 'chain-valid': 'fail' }],
    [
      'an issuer without keyCertSign',
      underRoot(root({ usage: [DIGITAL_SIGNATURE] })),
      { 'chain-valid': 'fail' },
    ],
    [
      'an expired CA',
      underRoot(root({ notAfter: new Date('2026-11-21T11:59:59Z') })),
      { 'chain-valid': 'fail' },
    ],
    [
      'a CA of tomorrow',
      underRoot(root({ notBefore: new Date('2026-11-22T00:00:00Z') })),
      { 'chain-valid': 'fail' },
    ],
    ['a root of version 1', underRoot(v1), { 'chain-valid': 'note' }],
    ['an intermediate of version 1', underSub(sub({ version: 1 })), { 'chain-valid': 'fail' }],
    ['a missing intermediate', underSub(sub(), ROOT, { chainDers: [ROOT.der] }), { 'chain-valid': 'fail' }],
    ['an intermediate that is no CA', underSub(sub({ ca: false })), { 'chain-valid': 'fail' }],
    [
      'a path length that is too short',
      underSub(sub(), root({ ca: { pathLength: 0 } })),
      { 'chain-valid': 'fail' },
    ],
    [
      'another key',
      held({ routerKey: rsaKeys().publicKey.export({ type: 'spki', format: 'der' }) }),
      { 'key-matches-router': 'fail' },
    ],
    ['a short key', given({ keys: rsaKeys(1024) }), { 'key-strong-enough': 'fail' }],
    ['an EC key', given({ keys: ecKeys() }), { 'key-strong-enough': 'fail' }],
    [
      'an end in the past',
      given({ notAfter: new Date('2026-11-21T11:59:59Z') }),
      { 'valid-by-router-clock': 'fail', 'valid-by-our-clock': 'fail', 'serial-changed': 'fail' },
    ],
    [
      'a start an hour ahead',
      given({ notBefore: new Date('2026-11-21T13:00:00Z') }),
      { 'valid-by-router-clock': 'fail', 'valid-by-our-clock': 'fail' },
    ],
    [
      'a start within the tolerance',
      given({ notBefore: new Date('2026-11-21T12:01:00Z') }),
      { 'valid-by-router-clock': 'note', 'valid-by-our-clock': 'note' },
    ],
    [
      'a router that lives in 1993',
      held({ routerNow: new Date('1993-03-01T00:00:00Z') }),
      { 'valid-by-router-clock': 'fail' },
    ],
    ['another unit', held(asked({ subject: `CN=${HOST},OU=Sales` })), { 'subject-as-asked': 'fail' }],
    [
      'a unit in other letters',
      held(asked({ subject: `CN=${HOST},OU=branches` })),
      { 'subject-as-asked': 'fail' },
    ],
    [
      'a dropped unit',
      given({ subject: [`CN=${HOST}`, 'O=Example', 'serialNumber=1'] }),
      { 'subject-as-asked': 'fail' },
    ],
    [
      'a dropped serial number',
      given({ subject: [`CN=${HOST}`, 'OU=Branches', 'O=Example'] }),
      { 'subject-as-asked': 'note' },
    ],
    [
      'a dropped unstructured name, no alternative one',
      given({ subject: [`CN=${HOST}`, 'OU=Branches', 'O=Example', 'serialNumber=1'], dnsNames: [] }),
      { 'names-as-asked': 'note' },
    ],
    ['a dropped address', held(asked({ ipAddress: '192.0.2.1' })), { 'subject-as-asked': 'note' }],
    [
      'another address',
      inputFor(issue({ ...REQUEST, address: [192, 0, 2, 2] }), asked({ ipAddress: '192.0.2.1' })),
      { 'subject-as-asked': 'fail' },
    ],
    ['a subject nobody can read', held(asked({ subject: 'br-1' })), { 'subject-as-asked': 'unknown' }],
    ['another name', held(asked({ fqdn: 'br-2.example.net' })), { 'names-as-asked': 'fail' }],
    [
      'the right CN and another alternative name',
      given({
        subject: [`CN=${HOST}`, 'OU=Branches', 'O=Example', 'serialNumber=1'],
        dnsNames: ['br-2.example.net'],
      }),
      { 'names-as-asked': 'fail' },
    ],
    ['no key usage', inputFor(issue(WITHOUT_USAGE)), { 'key-usage': 'note' }],
    ['no keyEncipherment', given({ usage: [DIGITAL_SIGNATURE] }), { 'key-usage': 'note' }],
    ['no digitalSignature', given({ usage: [KEY_ENCIPHERMENT] }), { 'key-usage': 'fail' }],
    ['a pending request', printed({ status: 'Pending', serial: '1A2B' }), { 'certificate-present': 'fail' }],
    [
      'the router’s own certificate',
      printed({ kind: 'self-signed', head: 'Router Self-Signed Certificate' }),
      { 'certificate-present': 'fail' },
    ],
    ['another trustpoint', printed({ trustpoints: ['OTHER'] }), { 'issued-for-trustpoint': 'fail' }],
    ['another serial number in the print', printed({ serial: '1A2C' }), { 'print-agrees': 'fail' }],
    [
      'another subject in the print',
      printed({ subject: [{ type: 'cn', value: 'br-2' }] }),
      { 'print-agrees': 'fail' },
    ],
    [
      'another issuer in the print',
      printed({ issuer: [{ type: 'cn', value: 'Evil' }] }),
      { 'print-agrees': 'fail' },
    ],
    [
      'a printed start seven minutes off',
      printed({ startDate: print(new Date('2026-01-01T00:07:00Z'), 0) }),
      { 'print-agrees': 'fail' },
    ],
    [
      'a printed end a year off',
      printed({ endDate: print(new Date('2029-01-01T00:00:00Z'), 60) }),
      { 'print-agrees': 'fail' },
    ],
    [
      'printed dates in two zones',
      printed({ endDate: print(new Date('2028-01-01T00:00:00Z'), -300) }),
      { 'print-agrees': 'fail' },
    ],
    ['a print without an end', held({ printed: WITHOUT_END }), { 'print-agrees': 'unknown' }],
    ['a print without a subject', printed({ subject: [] }), { 'print-agrees': 'unknown' }],
    [
      'the old serial number',
      held({ previous: { serial: '001A2B', notAfter: new Date(0) } }),
      { 'serial-changed': 'fail' },
    ],
    [
      'an earlier end than before',
      held({ previous: { serial: '0A', notAfter: new Date('2029-01-01T00:00:00Z') } }),
      { 'serial-changed': 'fail' },
    ],
    ['an unsaved configuration', held({ startup: { serials: ['0A'] } }), { 'startup-saved': 'fail' }],
  ])('is found out: %s', (_, input, expected) => {
    expect(unusual(verifyCertificate(input))).toEqual(expected);
  });

  it('is described so that a person sees the difference', () => {
    expect(actual(given({ subject: [`CN=${HOST}`, 'O=Example'] }), 'subject-as-asked')).toBe(
      `CN=${HOST}, O=Example (OU=Branches missing)`,
    );
    expect(actual(given({ subject: [`CN=${HOST}`, 'OU=Branches', 'O=Example'] }), 'subject-as-asked')).toBe(
      `CN=${HOST}, OU=Branches, O=Example (serialNumber dropped by the CA)`,
    );
    expect(actual(held({ chainDers: [IMPOSTOR.der] }), 'ca-pinned')).toMatch(
      /^O=Example, CN=Branch CA has SHA1 (?:[0-9A-F]{8} ?){5}, SHA256 (?:[0-9A-F]{8} ?){8}$/,
    );
    expect(actual(underSub(sub()), 'chain-valid')).toMatch(
      / < O=Example, CN=Sub CA < O=Example, CN=Branch CA$/,
    );
    expect(actual(underSub(sub(), ROOT, { chainDers: [ROOT.der] }), 'chain-valid')).toBe(
      'no certificate of its issuer O=Example, CN=Sub CA is at hand',
    );
    expect(actual(given({ issuer: IMPOSTOR }), 'chain-valid')).toContain(
      'was not made by O=Example, CN=Branch CA',
    );
    expect(actual(given({ usage: [KEY_ENCIPHERMENT] }), 'key-usage')).toBe(
      'keyEncipherment (digitalSignature missing)',
    );
    expect(actual(given({ notBefore: new Date('2026-11-21T12:00:30Z') }), 'valid-by-our-clock')).toContain(
      'valid in 30s',
    );
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
    'startup-saved',
  ];
  const unknown = (checks: readonly string[]): Record<string, string> =>
    Object.fromEntries(checks.map((check) => [check, 'unknown']));

  it.each<[string, VerificationInput, Record<string, string>]>([
    ['no DER', held({ identityDer: undefined }), unknown(certificateChecks)],
    ['a DER that cannot be read', held({ identityDer: Buffer.from('nonsense') }), unknown(certificateChecks)],
    [
      'no listing',
      held({ printed: undefined }),
      unknown(['certificate-present', 'issued-for-trustpoint', 'print-agrees']),
    ],
    [
      'neither DER nor listing',
      held({ identityDer: undefined, printed: undefined }),
      { ...unknown(['issued-for-trustpoint', ...certificateChecks]), 'certificate-present': 'fail' },
    ],
    ['no CA certificate', held({ chainDers: [] }), unknown(['ca-pinned', 'chain-valid'])],
    [
      'a CA certificate that cannot be read',
      held({ chainDers: [Buffer.from('nonsense')] }),
      unknown(['ca-pinned', 'chain-valid']),
    ],
    ['no public key', held({ routerKey: undefined }), unknown(['key-matches-router'])],
    ['no router clock', held({ routerNow: undefined }), unknown(['valid-by-router-clock'])],
    ['no startup configuration', held({ startup: undefined }), unknown(['startup-saved'])],
  ])('is unknown, never pass: %s', (_, input, expected) => {
    expect(unusual(verifyCertificate(input))).toEqual(expected);
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
        expect(findings).toHaveLength(Object.keys(CHECKS).length);
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
