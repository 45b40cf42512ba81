import { describe, expect, it } from 'vitest';
import { type CaAbove, type VerificationInput, verifyCertificate } from '../../src/pki/verify.ts';
import { fingerprintOf, issue, type Made, rsaKeys } from './make-certificate.ts';

const NOW = new Date('2026-06-01T00:00:00Z');
const LIFE = { notBefore: new Date('2026-01-01T00:00:00Z'), notAfter: new Date('2027-01-01T00:00:00Z') };
const keys = rsaKeys();
const ca = (name: string, issuer?: Made, more: Partial<Parameters<typeof issue>[0]> = {}): Made =>
  issue({
    subject: [`CN=${name}`],
    ca: true,
    keys: rsaKeys(),
    ...LIFE,
    ...(issuer === undefined ? {} : { issuer }),
    ...more,
  });

const ROOT = ca('Root');
const POLICY = ca('Policy', ROOT);
const ISSUING = ca('Issuing', POLICY);
const OTHER_ROOT = ca('Root');
const LEAF = issue({ subject: ['CN=br-1'], issuer: ISSUING, keys, ...LIFE });

const pin = (made: Made) => [fingerprintOf(made, 'SHA256')];
const above = (trustpoint: string, pinned: Made, ...held: readonly Made[]): CaAbove => ({
  trustpoint,
  pins: pin(pinned),
  ders: held.map(({ der }) => der),
});

function chainOf(more: Partial<VerificationInput> & { issuerPins?: ReturnType<typeof pin> }, leaf = LEAF) {
  const { issuerPins, ...rest } = more;
  const findings = verifyCertificate({
    trustpoint: 'BRANCH',
    expected: {
      subject: 'CN=br-1',
      serialNumberAsked: false,
      keyType: 'rsa',
      keyBits: 1024,
      pins: pin(ISSUING),
      ...(issuerPins === undefined ? {} : { issuerPins }),
    },
    identityDer: leaf.der,
    chainDers: [ISSUING.der],
    now: NOW,
    maxSkewMs: 0,
    ...rest,
  });
  return findings.find(({ check }) => check === 'chain-valid');
}

describe('a chain through a hierarchy', () => {
  it('is followed to the pin of the topmost trustpoint', () => {
    const found = chainOf({ above: [above('POLICY', POLICY, POLICY), above('ROOT', ROOT, ROOT)] });
    expect(found).toMatchObject({
      status: 'pass',
      expected: 'signed by the pinned CA, up to that of ROOT',
      actual: 'CN=br-1 < CN=Issuing < CN=Policy < CN=Root',
    });
  });

  it.each([
    [
      'does not reach the pinned root, though its name is the same',
      [above('POLICY', POLICY, POLICY), above('ROOT', OTHER_ROOT, OTHER_ROOT)],
      'the signature on CN=Policy was not made by CN=Root',
    ],
    [
      'has a gap',
      [above('POLICY', POLICY), above('ROOT', ROOT, ROOT)],
      'the pinned CA certificate of POLICY is not at hand',
    ],
    [
      'goes past a CA that was to be on the way',
      [above('POLICY', ca('Policy', ROOT), POLICY, ca('Stranger')), above('ROOT', ROOT, ROOT)],
      'the pinned CA certificate of POLICY is not at hand',
    ],
  ])('fails when it %s', (_what, parents, actual) => {
    expect(chainOf({ above: parents })).toMatchObject({ status: 'fail', actual });
  });

  it('fails when a pinned CA stands beside the way instead of on it', () => {
    const beside = ca('Beside', ROOT);
    const found = chainOf({
      above: [above('BESIDE', beside, beside, POLICY), above('ROOT', ROOT, ROOT)],
    });
    expect(found).toMatchObject({
      status: 'fail',
      actual: 'CN=br-1 < CN=Issuing < CN=Policy < CN=Root; CN=Beside, the CA of BESIDE, is not on the way',
    });
  });
});

describe('a connector with a CA certificate of its own', () => {
  const connector = ca('Connector');
  const held = { chainDers: [connector.der] };

  it('is not what signs: the pinned issuer is', () => {
    expect(
      chainOf({ chainDers: held.chainDers, otherDers: [ISSUING.der], issuerPins: pin(ISSUING) }),
    ).toMatchObject({
      status: 'pass',
      expected: 'signed by the pinned CA that issues',
      actual: 'CN=br-1 < CN=Issuing',
    });
  });

  it('fails without the certificate of the issuer, and says what brings it', () => {
    expect(chainOf({ chainDers: held.chainDers, issuerPins: pin(ISSUING) })).toMatchObject({
      status: 'fail',
      actual: expect.stringContaining('a ca-only trustpoint of that CA brings it'),
    });
  });

  it('fails for a certificate of another issuer', () => {
    const stray = issue({ subject: ['CN=br-1'], issuer: ca('Stray'), keys, ...LIFE });
    expect(
      chainOf({ chainDers: held.chainDers, otherDers: [ISSUING.der], issuerPins: pin(ISSUING) }, stray),
    ).toMatchObject({ status: 'fail' });
  });
});
