import { describe, expect, it } from 'vitest';
import type { PrintedCertificate } from '../../../src/domain/printed-certificate.ts';
import { readCertificates } from '../../../src/ios/show/certificates.ts';

/** One block as routers print it: fields two columns deep, values four. */
function block(head: string, fields: string): string {
  return `${head}\n  Status: Available\n${fields}`;
}

function only(text: string): PrintedCertificate {
  const all = readCertificates(text);
  expect(all).toHaveLength(1);
  expect(all.flatMap(({ notUnderstood }) => notUnderstood)).toEqual([]);
  return all[0] as PrintedCertificate;
}

const VALIDITY = `  Validity Date: 
    start date: 23:32:02 Oslo Nov 14 2024
    end   date: 23:32:02 Oslo Nov 14 2025
`;

describe('a listing of certificates', () => {
  it('has an IP address and a name in one RDN, and a CA certificate of two trustpoints', () => {
    const text = `${block(
      'Certificate',
      `  Certificate Serial Number (hex): 02
  Certificate Usage: General Purpose
  Issuer: 
    cn=ca.elv.example
    ou=elv
  Subject:
    Name: gw-1.elv.example
    IP Address: 192.0.2.17
    ipaddress=192.0.2.17+hostname=gw-1.elv.example
    cn=gw-1.elv.example
    ou=elv
${VALIDITY}  Associated Trustpoints: DMVPN 
`,
    )}\n${block('CA Certificate', `  Certificate Serial Number (hex): 01\n  Associated Trustpoints: DMVPN CA \n`)}`;
    const [identity, ca] = readCertificates(text);
    expect(identity).toMatchObject({
      name: 'gw-1.elv.example',
      ipAddress: '192.0.2.17',
      subject: [
        { type: 'unstructuredaddress', value: '192.0.2.17' },
        { type: 'unstructuredname', value: 'gw-1.elv.example' },
        { type: 'cn', value: 'gw-1.elv.example' },
        { type: 'ou', value: 'elv' },
      ],
      notUnderstood: [],
    });
    expect(ca?.trustpoints).toEqual(['DMVPN', 'CA']);
  });

  it('holds a signature and an encryption certificate of one router', () => {
    const pair = ['Encryption', 'Signature'].map((usage) =>
      block(
        'Certificate',
        `  Certificate Serial Number: 14DECE050000000000C48\n  Certificate Usage: ${usage}\n  Issuer:\n    CN = tp-root\n    O = Elv\n`,
      ),
    );
    expect(readCertificates(pair.join('\n')).map(({ kind, usage, serial }) => [kind, usage, serial])).toEqual(
      [
        ['identity', 'Encryption', '14DECE050000000000C48'],
        ['identity', 'Signature', '14DECE050000000000C48'],
      ],
    );
  });

  it('holds a self-signed certificate, saved', () => {
    expect(
      only(
        block(
          'Router Self-Signed Certificate',
          `  Certificate Serial Number (hex): 01
  Certificate Usage: General Purpose
  Issuer: 
    cn=IOS-Self-Signed-Certificate-4146203551
  Subject:
    Name: IOS-Self-Signed-Certificate-4146203551
    cn=IOS-Self-Signed-Certificate-4146203551
  Validity Date: 
    start date: 21:37:27 UTC Apr 23 2018
    end   date: 00:00:00 UTC Jan 1 2020
  Associated Trustpoints: TP-self-signed-4146203551 
  Storage: nvram:IOS-Self-Sig#1.cer
`,
        ),
      ),
    ).toMatchObject({
      kind: 'self-signed',
      storage: 'nvram:IOS-Self-Sig#1.cer',
      endDate: { local: new Date('2020-01-01T00:00:00Z'), zone: 'UTC' },
    });
  });

  it('has a blank inside a serial number, and is the factory’s', () => {
    expect(
      only(
        block(
          'Certificate',
          `  Certificate Serial Number (hex): 793B572700000003750B
  Subject:
    Name: WS-X-0057D21BC800
    Serial Number: PID:WS-X SN:FCW1947C0GF
    cn=WS-X-0057D21BC800
    serialNumber=PID:WS-X SN:FCW1947C0GF
  CRL Distribution Points: 
    http://crl.example.com/security/pki/crl/
    cmca2.crl
${VALIDITY}  Associated Trustpoints: CISCO_IDEVID_SUDI Trustpool
`,
        ),
      ),
    ).toMatchObject({
      serialNumber: 'PID:WS-X SN:FCW1947C0GF',
      subject: [
        { type: 'cn', value: 'WS-X-0057D21BC800' },
        { type: 'serialnumber', value: 'PID:WS-X SN:FCW1947C0GF' },
      ],
      trustpoints: ['CISCO_IDEVID_SUDI', 'Trustpool'],
    });
  });

  it('has a renew date, and name and serial number in RDNs of their own', () => {
    expect(
      only(
        block(
          'Certificate',
          `  Certificate Serial Number (hex): 1234567890AB
  Issuer: 
    e=pki@elv.example
    cn=Elv Issuing
    st=Vestland
    c=NO
  Subject:
    Name: gw-1.elv.example
    Serial Number: 1234ABCD
    hostname=gw-1.elv.example
    serialNumber=1234ABCD
  Validity Date: 
    start date: 09:17:52 UTC Jun 22 2022
    end   date: 09:17:52 UTC Jun 22 2023
    renew date: 09:19:52 UTC Apr 10 2023
  Associated Trustpoints: ca.elv.example 
  Storage: nvram:certfile.cer
`,
        ),
      ),
    ).toMatchObject({
      issuer: [{ type: 'e' }, { type: 'cn' }, { type: 'st' }, { type: 'c' }],
      renewDate: { local: new Date('2023-04-10T09:19:52Z') },
    });
  });

  it('is verbose, with key ids, constraints and usages', () => {
    const text = block(
      'CA Certificate',
      `  Version: 3
  Certificate Serial Number (hex): 01
  Certificate Usage: Signature
  Subject Key Info:
    Public Key Algorithm: rsaEncryption
    RSA Public Key: (2048 bit)
  Signature Algorithm: MD5 with RSA Encryption
  Fingerprint MD5: 4465EC15 A40804EF B989164B 461B7E42 
  Fingerprint SHA1: 5C3C2759 5E925BEA 0B6C8ADE 7844278A 49E2D60B 
  X509v3 extensions:
    X509v3 Key Usage: 86000000
      Digital Signature
      Key Cert Sign
      CRL Signature
    X509v3 Subject Key ID: 31DEF8AC 8ED9E5F0 CDBC4749 61BED767 0CF75DB2 
    X509v3 Basic Constraints:
        CA: TRUE
    X509v3 Authority Key ID: 31DEF8AC 8ED9E5F0 CDBC4749 61BED767 0CF75DB2 
    Authority Info Access:
      OCSP URL: http://192.0.2.4/ocsp
    Extended Key Usage:
      Server Auth
      IPSEC Tunnel
      1.3.6.1.5.5.7.3.17
  Cert install time: 21:57:41 IST Nov 10 2021 
  Associated Trustpoints: client ROOT 
`,
    );
    expect(only(text).fingerprints.map(({ hash }) => hash)).toEqual(['MD5', 'SHA1']);
    const more = text.replace('    Authority Info', '    X509v3 Post-Quantum Thing: 7\n    Authority Info');
    expect(readCertificates(more)[0]?.notUnderstood).toEqual(['    X509v3 Post-Quantum Thing: 7']);
  });

  it('is verbose, of an EC key with its label', () => {
    expect(
      only(
        block(
          'Certificate',
          `  Version: 3
  Certificate Serial Number (hex): 0A
  Certificate Usage: Signature
  Subject Key Info:
    Public Key Algorithm: ecEncryption
    EC Public Key: (256 bit)
  Signature Algorithm: SHA256 with ECDSA
  Associated Trustpoints: EC 
  Key Label: EC-2026
  Key storage device: private config
`,
        ),
      ),
    ).toMatchObject({ usage: 'Signature', keyLabel: 'EC-2026' });
  });

  it('has a rollover certificate beside the one in use', () => {
    const text = [
      block('Certificate', '  Certificate Serial Number (hex): 03\n  Associated Trustpoints: T \n'),
      block(
        'Certificate (Rollover)',
        '  Certificate Serial Number (hex): 05\n  Associated Trustpoints: T \n',
      ),
      block(
        'CA Certificate (Rollover)',
        '  Certificate Serial Number (hex): 04\n  Subject: \n    Name: ROOT\n    cn=ROOT\n  Associated Trustpoints: T \n',
      ),
    ].join('\n');
    expect(readCertificates(text).map(({ kind, rollover, serial }) => [kind, rollover, serial])).toEqual([
      ['identity', false, '03'],
      ['identity', true, '05'],
      ['ca', true, '04'],
    ]);
  });

  it('takes the zone for a word: the offset is not known, and nothing is computed from it', () => {
    const { startDate } = only(block('Certificate', `  Certificate Serial Number (hex): 02\n${VALIDITY}`));
    expect(startDate).toEqual({
      text: '23:32:02 Oslo Nov 14 2024',
      local: new Date('2024-11-14T23:32:02Z'),
      zone: 'Oslo',
    });
  });

  it.each(['23:32 Oslo Nov 14 2024', '23:32:02 Nov 14 2024', '23:32:02 Oslo Feb 30 2024', 'never'])(
    'carries a date that cannot be read along: %s',
    (date) => {
      const [certificate] = readCertificates(
        block('Certificate', `  Validity Date: \n    start date: ${date}\n    end   date: ${date}\n`),
      );
      expect(certificate).not.toHaveProperty('startDate');
      expect(certificate?.notUnderstood).toEqual([`    start date: ${date}`, `    end   date: ${date}`]);
    },
  );

  it('is read in the layout of 12.0, where a request has another form and an MD5 is padded', () => {
    const text = `Certificate
  Subject Name
    Name: gw-1.elv.example
    IP Address: 10.0.0.1
    Serial Number: 04806682
  Status: Pending
  Key Usage: General Purpose
  Fingerprint:  428125BD A3419600 3F6C7831 6CD8FA95 00000000
CA Certificate
  Status: Available
  Certificate Serial Number: 3051DF7123BEE31B8341DFE4B3A338E5F
  Key Usage: Not Set
`;
    const [request, ca] = readCertificates(text);
    expect(request).toMatchObject({
      status: 'Pending',
      name: 'gw-1.elv.example',
      ipAddress: '10.0.0.1',
      serialNumber: '04806682',
      requestFingerprints: [],
      notUnderstood: ['  Fingerprint:  428125BD A3419600 3F6C7831 6CD8FA95 00000000'],
    });
    expect(ca).toMatchObject({ kind: 'ca', usage: 'Not Set', serial: '3051DF7123BEE31B8341DFE4B3A338E5F' });
  });

  // A published configuration guide (IOS 15M&T) prints it so: no empty lines, and most of the indents lost.
  it('is read where empty lines and indents went lost', () => {
    const fields = (serial: string, usage: string): string => `Status: Available
Certificate Serial Number: ${serial}
Certificate Usage: ${usage}
Issuer:
  CN = tpca-root
  O = company
  C = US
Subject:
  Name: Router.example.com
  OID.1.2.840.113549.1.9.2 = Router.example.com
CRL Distribution Point:
  http://tpca-root/CertEnroll/tpca-root.crl
Validity Date:
  start date: 18:16:42 PDT Jun 7 2002
  end   date: 18:26:42 PDT Jun 7 2003
  renew date: 16:00:00 PST Dec 31 1969
Associated Trustpoints: TP
`;
    const text = `Certificate
${fields('14DECE050000000000C48', 'Encryption')}Certificate
${fields('14DEC2E9000000000C47', 'Signature')}CA Certificate
${fields('3AC0A65E9547C2874AAF2468A942D5EE', 'Signature')}`;
    const all = readCertificates(text);
    expect(all.map(({ kind, serial, usage }) => [kind, serial, usage])).toEqual([
      ['identity', '14DECE050000000000C48', 'Encryption'],
      ['identity', '14DEC2E9000000000C47', 'Signature'],
      ['ca', '3AC0A65E9547C2874AAF2468A942D5EE', 'Signature'],
    ]);
    expect(all.flatMap(({ notUnderstood }) => notUnderstood)).toEqual([]);
    expect(all.map(({ trustpoints }) => trustpoints)).toEqual([['TP'], ['TP'], ['TP']]);
    expect(all[0]?.renewDate).toMatchObject({ zone: 'PST', local: new Date('1969-12-31T16:00:00Z') });
  });

  it('is empty where there is no certificate', () => {
    expect(readCertificates('\n\n')).toEqual([]);
  });
});
