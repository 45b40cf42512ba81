import { createHash, X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Fingerprint } from '../../../src/domain/fingerprint.ts';
import { readCertificates } from '../../../src/ios/show/certificates.ts';
import { readKeypairs } from '../../../src/ios/show/keypairs.ts';
import { readRunningPki } from '../../../src/ios/show/running-pki.ts';
import { readTrustpointsStatus } from '../../../src/ios/show/trustpoints-status.ts';
import { fixture } from './fixture.ts';

function fingerprintsOf(der: Uint8Array | undefined): Fingerprint[] {
  return (['MD5', 'SHA1'] as const).map((hash) => ({
    hash,
    hex: createHash(hash)
      .update(der ?? '')
      .digest('hex')
      .toUpperCase(),
  }));
}

describe('show crypto key mypubkey', () => {
  it('takes type and size from the key itself', () => {
    const keys = readKeypairs(fixture('17.9', 'show-crypto-key-mypubkey-all'));
    expect(
      keys.map(({ label, type, bits, usage, exportable, helper }) => [
        label,
        type,
        bits,
        usage,
        exportable,
        helper,
      ]),
    ).toEqual([
      ['BRUME-2025', 'rsa', 2048, 'General Purpose Key', false, false],
      ['BRUME-EC', 'ec', 384, 'Signature Key', false, false],
      ['CISCO_IDEVID_SUDI', 'rsa', 2048, 'General Purpose Key', false, false],
    ]);
    expect(keys.flatMap(({ notUnderstood }) => notUnderstood)).toEqual([]);
  });

  it('of 12.4 and 15.7 marks the SSH helper key', () => {
    expect(
      readKeypairs(fixture('12.4', 'show-crypto-key-mypubkey-all')).map(({ label, bits, helper }) => [
        label,
        bits,
        helper,
      ]),
    ).toEqual([
      ['KIRUNA', 1024, false],
      ['KIRUNA.server', 768, true],
    ]);
    expect(readKeypairs(fixture('15.7', 'show-crypto-key-mypubkey-all'))).toMatchObject([
      { label: 'LAC', exportable: true, generatedAt: '08:47:30 CEST May 12 2026' },
      { label: 'LAC.server', helper: true },
    ]);
  });

  it('gives the key that the certificate certifies', () => {
    const [key] = readKeypairs(fixture('17.9', 'show-crypto-key-mypubkey-all'));
    const chain = readRunningPki(fixture('17.9', 'show-running-pki')).chains.find(
      ({ trustpoint }) => trustpoint === 'BRUME',
    );
    const certificate = new X509Certificate(Buffer.from(chain?.certificates[0]?.der ?? ''));
    expect(Buffer.from(key?.publicKey ?? '')).toEqual(
      certificate.publicKey.export({ format: 'der', type: 'spki' }),
    );
  });

  it('reads no key pair from no output', () => {
    expect(readKeypairs('\n')).toEqual([]);
  });

  it('keeps a key whose data the router does not print, with no size', () => {
    const text =
      '% Key pair was generated at: 22:01:09 UTC May 2 2022\nKey name: HW\nKey type: RSA KEYS\n Usage: General Purpose Key\n';
    expect(readKeypairs(text)).toMatchObject([{ label: 'HW', bits: 0, type: 'other' }]);
  });

  it('throws output-unreadable when one line of the key is lost', () => {
    const lines = fixture('15.7', 'show-crypto-key-mypubkey-all').split('\n');
    lines.splice(9, 1);
    expect(() => readKeypairs(lines.join('\n'))).toThrow(
      expect.objectContaining({ code: 'output-unreadable' }),
    );
  });
});

describe('show crypto pki trustpoints status', () => {
  it('of a granted and of an untouched trustpoint', () => {
    const chain = readRunningPki(fixture('15.7', 'show-running-pki')).chains[0]?.certificates;
    expect(readTrustpointsStatus(fixture('15.7', 'show-crypto-pki-trustpoints-status'))).toEqual([
      {
        name: 'LAC',
        caConfigured: true,
        caSubject: 'cn=LAC-CA',
        caFingerprints: fingerprintsOf(chain?.[1]?.der),
        identityFingerprints: fingerprintsOf(chain?.[0]?.der),
        lastEnrollment: 'Granted',
        keysGenerated: true,
        caAuthenticated: true,
        requested: true,
        notUnderstood: [],
      },
      {
        name: 'SPARE',
        caConfigured: false,
        caFingerprints: [],
        identityFingerprints: [],
        keysGenerated: false,
        caAuthenticated: false,
        requested: false,
        notUnderstood: [],
      },
    ]);
  });

  it('carries lines it does not know along', () => {
    const [brume] = readTrustpointsStatus(fixture('17.9', 'show-crypto-pki-trustpoints-status'));
    expect(brume).toMatchObject({
      lastEnrollment: 'Pending',
      notUnderstood: ['  Next enrollment attempt: 04:38:54 Brest Aug 7 2025'],
    });
  });

  it('takes an unlabelled fingerprint by its length and a missing CA at its word', () => {
    const text =
      'Trustpoint old:\n  Issuing CA certificate configured:\n    Subject Name:\n     cn=r\n    Fingerprint: C21514AC 12815946 09F635ED FBB6CF31\nTrustpoint new:\n  Issuing CA certificate not configured.\n';
    expect(readTrustpointsStatus(text)).toMatchObject([
      { caConfigured: true, caFingerprints: [{ hash: 'MD5', hex: 'C21514AC1281594609F635EDFBB6CF31' }] },
      { caConfigured: false, caFingerprints: [] },
    ]);
  });

  it('never takes the fingerprint of a rollover certificate for the CA’s', () => {
    const text =
      'Trustpoint T:\n  Issuing CA certificate configured:\n    Subject Name:\n     cn=r\n  Issuing CA rollover certificate configured:\n    Subject Name:\n     cn=r2\n    Fingerprint MD5: C21514AC 12815946 09F635ED FBB6CF31\n';
    const [status] = readTrustpointsStatus(text);
    expect(status?.caFingerprints).toEqual([]);
    expect(status?.caSubject).toBe('cn=r');
    expect(status?.notUnderstood).toHaveLength(4);
  });
});

describe('show crypto pki certificates', () => {
  it('of 12.4 reads OID names, the four kinds and the epoch renew date', () => {
    const all = readCertificates(fixture('12.4', 'show-crypto-pki-certificates'));
    expect(all.map(({ kind, serial, usage }) => [kind, serial, usage])).toEqual([
      ['identity', '1F03A2', 'General Purpose'],
      ['ca', '61', 'Signature'],
      ['ra-signature', '7A01', 'Signature'],
      ['ra-encryption', '7A02', 'Encryption'],
    ]);
    expect(all[0]).toMatchObject({
      name: 'kiruna-1.nordlys.example',
      subject: [{ type: 'unstructuredname', value: 'kiruna-1.nordlys.example' }],
      renewDate: { local: new Date('1970-01-01T01:00:00Z'), zone: 'MET' },
      notUnderstood: [],
    });
  });

  it('of 15.7 splits a multi-valued RDN and finds the storage', () => {
    const [identity, ca] = readCertificates(fixture('15.7', 'show-crypto-pki-certificates'));
    expect(identity).toMatchObject({
      kind: 'identity',
      serialNumber: '50331904',
      subject: [
        { type: 'serialnumber', value: '50331904' },
        { type: 'unstructuredname', value: 'annecy-gw.lac.example' },
      ],
      trustpoints: ['LAC'],
    });
    expect(ca).toMatchObject({ kind: 'ca', storage: 'nvram:LAC-CA#1CA.cer', notUnderstood: [] });
  });

  it('reads the other layout of a pending request', () => {
    const pending = readCertificates(fixture('15.7', 'show-crypto-pki-certificates-pending'))[1];
    expect(pending).toMatchObject({
      kind: 'identity',
      status: 'Pending',
      usage: 'General Purpose',
      trustpoints: ['LAC'],
      fingerprints: [],
      notUnderstood: [],
    });
    expect(pending?.requestFingerprints.map(({ hash }) => hash)).toEqual(['MD5', 'SHA1']);
    expect(pending).not.toHaveProperty('serial');
  });

  it('puts values together that IOS broke at their commas', () => {
    const [identity, ca] = readCertificates(fixture('17.9', 'show-crypto-pki-certificates-verbose'));
    expect(ca?.subject.map(({ value }) => value)).toEqual([
      'brume-issuing',
      '(c) 2024 Brume, SA',
      'Brume, Fils',
      'FR',
    ]);
    expect(ca?.trustpoints).toEqual(['BRUME', 'BRUME-OLD']);
    expect(identity).toMatchObject({
      keyLabel: 'BRUME-2025',
      name: 'brest-07.brume.example',
      notUnderstood: [],
    });
  });

  it('agrees with the DER of the same certificate', () => {
    const printed = readCertificates(fixture('17.9', 'show-crypto-pki-certificates-verbose'));
    const stored = readRunningPki(fixture('17.9', 'show-running-pki')).chains[1]?.certificates ?? [];
    expect(printed.map(({ fingerprints }) => fingerprints)).toEqual(
      stored.map(({ der }) => fingerprintsOf(der)),
    );
  });

  it('never takes a line inside a name for a field', () => {
    const text = `Certificate
  Status: Pending
  Issuer: 
    cn=Evil
     Status: Available
    o=Evil
    Associated Trustpoints: OURS
  Subject:
    cn=x
  Associated Trustpoint: T
`;
    const [certificate] = readCertificates(text);
    expect(certificate).toMatchObject({ status: 'Pending', trustpoints: ['T'] });
    expect(certificate?.issuer).toEqual([
      { type: 'cn', value: 'Evil, Status: Available' },
      { type: 'o', value: 'Evil,Associated Trustpoints: OURS' },
    ]);
  });

  it('believes the first of two equal fields and keeps the second', () => {
    const text =
      'Certificate\n  Status: Available\n  Certificate Serial Number (hex): 01\n  Certificate Serial Number (hex): 02\n';
    expect(readCertificates(text)).toMatchObject([
      { serial: '01', notUnderstood: ['  Certificate Serial Number (hex): 02'] },
    ]);
  });

  it.each([
    ['Certificate (Rollover)', 'identity', true],
    ['CA Certificate (Rollover)', 'ca', true],
    ['Certificate (subordinate CA certificate, Rollover)', 'identity', true],
    ['Certificate (RA mode CS certificate)', 'identity', false],
    ['Router Self-Signed Certificate', 'self-signed', false],
    ['Shadow Something Certificate', 'other', false],
  ])('knows the head %s', (head, kind, rollover) => {
    expect(readCertificates(`${head}\n  Status: Available\n`)).toMatchObject([{ head, kind, rollover }]);
  });

  it('throws output-unreadable without a status and outside every certificate', () => {
    expect(() => readCertificates('Certificate\n  Version: 3\n')).toThrow(/without a status/);
    expect(() => readCertificates('% something else\n')).toThrow(/something else/);
  });

  it('reads no certificate from no output', () => {
    expect(readCertificates('')).toEqual([]);
  });
});
