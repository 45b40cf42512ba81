import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  readCounters,
  readCrls,
  readPem,
  readServer,
  readServerRequests,
  readTimers,
  readTrustpoints,
} from '../../../src/index.ts';
import { readRunningPki } from '../../../src/ios/show/running-pki.ts';
import { fixture } from './fixture.ts';

const unreadable = expect.objectContaining({ code: 'output-unreadable' }) as Error;
const sha1 = (der: Uint8Array | undefined): string =>
  createHash('sha1')
    .update(der ?? '')
    .digest('hex');

describe('show crypto pki certificates pem', () => {
  const text = fixture('17.9', 'show-crypto-pki-pem');

  it('gives the same bytes as the configuration', () => {
    const stored = readRunningPki(fixture('17.9', 'show-running-pki')).chains;
    const listed = readPem(text);
    expect(listed.map(({ trustpoint, notEnrolled }) => [trustpoint, notEnrolled])).toEqual([
      ['SLA-TrustPoint', true],
      ['BRUME', false],
    ]);
    for (const { trustpoint, certificates } of listed) {
      const chain = stored.find((candidate) => candidate.trustpoint === trustpoint)?.certificates ?? [];
      expect(certificates.map(({ der }) => sha1(der)).toSorted()).toEqual(
        chain.map(({ der }) => sha1(der)).toSorted(),
      );
    }
    expect(listed.flatMap(({ notUnderstood }) => notUnderstood)).toEqual([]);
  });

  it('tells whose certificate each is by the line above it', () => {
    expect(readPem(text).map(({ certificates }) => certificates.map(({ kind }) => kind))).toEqual([
      ['self-signed-ca'],
      ['ca', 'identity'],
    ]);
    const usage = text
      .replace('General Purpose Certificate', 'Signature Certificate')
      .replace('% CA certificate', '% Encryption Certificate');
    expect(readPem(usage)[1]?.certificates.map(({ kind }) => kind)).toEqual(['encryption', 'signature']);
    const shadow = text.replace('General Purpose Certificate', 'General Purpose Rollover Certificate');
    expect(readPem(shadow)[1]?.certificates[1]).toMatchObject({ kind: 'other' });
  });

  it('of an export names no trustpoint and keeps nothing of a private key', () => {
    const key =
      '-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: DES-EDE3-CBC,A1\n\nSECRETSECRET\n-----END RSA PRIVATE KEY-----';
    const body = text.slice(text.indexOf('% CA certificate:'));
    const [exported] = readPem(`${body}% Key name: BRUME-2025\n   Usage: General Purpose Key\n${key}\n`);
    expect(exported).toMatchObject({ privateKeys: 1, notUnderstood: [] });
    expect(exported).not.toHaveProperty('trustpoint');
    expect(JSON.stringify(exported)).not.toContain('SECRET');
    expect(() => readPem(key.replace(/-----END.*/, ''))).toThrow(/without its end/);
    expect(() => readPem(key.replace(/-----END.*/, ''))).not.toThrow(/SECRET/);
  });

  it.each([
    ['lost its end', (pem: string) => pem.replace(/-----END CERTIFICATE-----\n/, '')],
    ['lost a line', (pem: string) => pem.replace(/(CERTIFICATE-----\n).*\n/, '$1')],
    ['holds a log line', (pem: string) => pem.replace(/(CERTIFICATE-----\n)/, '$1%SYS-5-CONFIG_I: x\n')],
  ])('is unreadable when a certificate %s', (_what, damage) => {
    expect(() => readPem(damage(text))).toThrow(unreadable);
  });
});

describe('show crypto pki trustpoints', () => {
  it('says of the CA certificate whether it is there', () => {
    const listed = readTrustpoints(fixture('17.9', 'show-crypto-pki-trustpoints'));
    expect(
      listed.map(({ name, caConfigured, selfSigned, serial }) => [name, caConfigured, selfSigned, serial]),
    ).toEqual([
      ['SLA-TrustPoint', true, false, '01'],
      ['TP-self-signed-1504826562', false, true, '01'],
      ['BRUME', true, false, '3F77C0DE51A2'],
      ['SPARE', false, false, undefined],
    ]);
    expect(listed[1]?.keyLabel).toBe('TP-self-signed-1504826562');
    expect(listed[2]?.scepUrl).toBe('http://ndes.brume.example:80/certsrv/mscep/mscep.dll');
    expect(listed.flatMap(({ notUnderstood }) => notUnderstood)).toEqual([]);
  });

  it('takes no line inside a name for a field', () => {
    const text = fixture('17.9', 'show-crypto-pki-trustpoints');
    const brume = readTrustpoints(text.replace(/^ {4}Certificate configured\.\n/gm, ''))[2];
    expect(brume).toMatchObject({ caConfigured: false });
    expect(brume?.subject).toContainEqual({ type: 'o', value: 'Brume, Certificate configured.' });
  });

  it('is read in the form of 12.2', () => {
    expect(readTrustpoints(fixture('12.2', 'show-crypto-ca-trustpoints'))).toEqual([
      {
        name: 'fjell',
        caConfigured: true,
        selfSigned: false,
        subject: [
          { type: 'cn', value: 'FJELL-ROOT' },
          { type: 'o', value: 'Nett, Drift' },
          { type: 'l', value: 'Voss' },
          { type: 'st', value: 'VE' },
          { type: 'c', value: 'NO' },
        ],
        serial: '749017C5EB96B39C4D61B607A71C5F1B',
        scepUrl: 'http://fjell',
        crlQueryUrl: 'ldap://fjell',
        notUnderstood: [],
      },
    ]);
  });

  it('carries along what it does not know, and does not read what stands outside', () => {
    expect(readTrustpoints('Trustpoint T:\n    EST URL: x\n')[0]?.notUnderstood).toEqual(['    EST URL: x']);
    expect(() => readTrustpoints('% something\n')).toThrow(unreadable);
    expect(readTrustpoints('')).toEqual([]);
  });
});

describe('show crypto pki timers', () => {
  it('tells what each timer is for, and when', () => {
    const { timers, notUnderstood } = readTimers(fixture('17.9', 'show-crypto-pki-timers-detail'));
    expect(notUnderstood).toEqual([]);
    expect(timers.map(({ kind, subject }) => [kind, subject])).toEqual([
      ['session-cleanup', undefined],
      ['poll', 'SPARE'],
      ['connect-retry', 'SPARE'],
      ['shadow', 'BRUME'],
      ['renew', 'BRUME'],
      ['expiry-alert', 'BRUME'],
      ['expiry-alert', 'root'],
      ['crl', 'cn=root'],
      ['crl', 'cn=root'],
      ['crl', undefined],
      ['trustpool', undefined],
      ['server', undefined],
      ['server', undefined],
      ['server', undefined],
      ['server', '12'],
    ]);
    expect(timers[2]).toMatchObject({ remainingMs: 777_782, at: new Date('2026-01-15T09:06:44Z') });
    expect(timers[4]).toMatchObject({
      group: 'PKI Timers',
      remainingMs: ((1283 * 24 + 6) * 60 + 19) * 60_000 + 2_213,
    });
  });

  it('is read in the form of 12.2', () => {
    expect(readTimers(fixture('12.2', 'show-crypto-ca-timers')).timers).toEqual([
      {
        kind: 'crl',
        group: '',
        what: 'CRL http://fjell/CertEnroll/FJELL-ROOT.crl',
        subject: 'http://fjell/CertEnroll/FJELL-ROOT.crl',
        remainingMs: ((6 * 24 + 16) * 60 + 39) * 60_000 + 31_048,
      },
      {
        kind: 'renew',
        group: '',
        what: 'RENEW fjell',
        subject: 'fjell',
        remainingMs: ((3797 * 24 + 18) * 60 + 44) * 60_000 + 32_076,
      },
    ]);
  });

  it.each(['  |soon POLL T', '  | 1.0 (2026-02-31) POLL T', '  | 1.0 (later) POLL T'])(
    'does not overlook a timer that cannot be read: %s',
    (row) => {
      expect(() => readTimers(`PKI Timers\n${row}\n`)).toThrow(unreadable);
    },
  );
});

describe('show crypto pki crls', () => {
  it('gives issuer, dates and where each list came from', () => {
    expect(readCrls(fixture('17.9', 'show-crypto-pki-crls'))).toMatchObject({
      crls: [
        {
          issuer: [
            { type: 'cn', value: 'ca.brume.example' },
            { type: 'ou', value: 'Brume' },
          ],
          lastUpdate: { zone: 'Brest' },
          nextUpdate: { local: new Date('2025-10-30T16:38:13Z') },
          downloadedAt: { text: '10:49:43 Brest Oct 30 2025' },
          retrievedFrom: ['** CDP Not Published - Retrieved via SCEP'],
          bytes: 370,
        },
      ],
      cachedBytes: 370,
      cacheLimitBytes: 65_536,
      notUnderstood: [],
    });
  });

  it('is read in the form of 12.2', () => {
    const { crls, notUnderstood } = readCrls(fixture('12.2', 'show-crypto-ca-crls'));
    expect(crls[0]?.issuer.map(({ type }) => type)).toEqual(['cn', 'o', 'l', 'st', 'c']);
    expect(crls[0]?.retrievedFrom).toEqual(['http://fjell/CertEnroll/FJELL-ROOT.crl']);
    expect(notUnderstood).toEqual([]);
  });

  it('carries a date that is none along', () => {
    const { crls, notUnderstood } = readCrls('CRL Issuer Name:\n    cn=x\n\n    NextUpdate: never\n');
    expect(crls).toEqual([{ issuer: [{ type: 'cn', value: 'x' }], retrievedFrom: [] }]);
    expect(notUnderstood).toEqual(['    NextUpdate: never']);
  });
});

describe('show crypto pki server', () => {
  it('tells state, fingerprint and dates', () => {
    expect(readServer(fixture('15.7', 'show-crypto-pki-server'))).toMatchObject([
      {
        name: 'LAC-CA',
        enabled: true,
        locked: true,
        role: 'root',
        issuer: 'cn=LAC-CA, ou=Lac',
        caFingerprint: { hash: 'MD5', hex: '779DB914822A6E7133EF87A99684D5EB' },
        grantingMode: 'manual',
        lastSerial: 'B',
        caExpiry: { zone: 'CET' },
        nextCrl: { zone: 'CEST' },
        rollover: { text: '12:58:34 CET Sep 29 2033' },
        notUnderstood: [],
      },
    ]);
  });

  it.each([
    ['Status: disabled, Time has not been set\n    State: check failed', false, 'root'],
    ['Status: enabled\n    State: check failed', false, 'root'],
    ['Status: enabled\n    State: enabled\n    Server configured in RA mode', true, 'registration-authority'],
    [
      'Status: enabled\n    State: enabled\n    Server configured in subordinate server mode',
      true,
      'subordinate',
    ],
  ])('reads %j', (lines, enabled, role) => {
    expect(readServer(`Certificate Server X:\n    ${lines}\n`)).toMatchObject([
      { enabled, role, locked: false },
    ]);
  });

  it('is unreadable without a status, and carries new lines along', () => {
    expect(() => readServer('Certificate Server X:\n    State: enabled\n')).toThrow(unreadable);
    const [server] = readServer('Certificate Server X:\n    Status: enabled\n    Mood: good\n    Humming\n');
    expect(server?.notUnderstood).toEqual(['    Mood: good', '    Humming']);
  });
});

describe('show crypto pki server requests', () => {
  it('gives every request of every section', () => {
    const { requests, notUnderstood } = readServerRequests(
      fixture('15.7', 'show-crypto-pki-server-requests'),
    );
    expect(requests.map(({ from, id, state }) => [from, id, state])).toEqual([
      ['registration-authority', 2, 'granted'],
      ['router', 3, 'pending'],
      ['router', 1, 'rejected'],
    ]);
    expect(requests[1]).toMatchObject({
      fingerprint: { hash: 'MD5', hex: '0F1E2D3C4B5A69788796A5B4C3D2E1F0' },
      subject: [
        { type: 'serialnumber', value: '50331904' },
        { type: 'unstructuredname', value: 'annecy-gw.lac.example' },
      ],
    });
    expect(notUnderstood).toEqual([]);
  });

  it('does not overlook a row that cannot be read', () => {
    expect(() => readServerRequests('Router certificates requests:\n4  pending  ABC cn=x\n')).toThrow(
      unreadable,
    );
  });
});

describe('show crypto pki counters', () => {
  it('gives each by its name', () => {
    const { counters, notUnderstood } = readCounters(fixture('17.9', 'show-crypto-pki-counters'));
    expect(Object.keys(counters)).toHaveLength(12);
    expect(counters['CRL - fetch attempts']).toBe(2);
    expect(notUnderstood).toEqual([]);
  });

  it('carries what is no counter along', () => {
    expect(readCounters('a: 1\na: 2\nb: x\n')).toEqual({
      counters: { a: 1 },
      notUnderstood: ['a: 2', 'b: x'],
    });
  });
});
