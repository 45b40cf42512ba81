import { describe, expect, it } from 'vitest';
import { readCertificates } from '../../../src/ios/show/certificates.ts';
import { readCrls } from '../../../src/ios/show/crls.ts';
import { readKeypairs } from '../../../src/ios/show/keypairs.ts';
import { readRunningPki } from '../../../src/ios/show/running-pki.ts';
import { readTimers } from '../../../src/ios/show/timers.ts';
import { readTrustpoints } from '../../../src/ios/show/trustpoints.ts';
import { readVersion } from '../../../src/ios/show/version.ts';

// Outputs that published configuration and deployment guides print, for releases 12.2 to 15.x.

describe('a published output', () => {
  it('of a self-signed certificate is read', () => {
    const text = `Router Self-Signed Certificate
  Status: Available
  Certificate Serial Number: 01
  Certificate Usage: General Purpose
  Issuer:
    cn=IOS-Self-Signed-Certificate-3326000105
  Subject:
    Name: IOS-Self-Signed-Certificate-3326000105
    cn=IOS-Self-Signed-Certificate-3326000105
  Validity Date:
    start date: 19:14:14 GMT Dec 21 2004
    end   date: 00:00:00 GMT Jan 1 2020
  Associated Trustpoints: TP-self-signed-3326000105
`;
    expect(readCertificates(text)).toMatchObject([
      { kind: 'self-signed', serial: '01', trustpoints: ['TP-self-signed-3326000105'], notUnderstood: [] },
    ]);
  });

  it('of its key pair and the SSH helper is read, with the sizes of the keys themselves', () => {
    const text = `% Key pair was generated at: 19:14:10 GMT Dec 21 2004
Key name: TP-self-signed-3326000105
Usage: General Purpose Key
Key is not exportable.
Key Data:
 30819F30 0D06092A 864886F7 0D010101 05000381 8D003081 89028181 00B88F70
 6BC78B6D 67D6CFF3 135C1D91 8F360292 CA44A032 5AC1A8FD 095E4865 F8C95A2B
 BFD1C2B7 E64A3804 9BBD7326 207BD456 19BAB78B D075E78E 00D2560C B09289AE
 6DECB8B0 6672FB3A 5CDAEE92 9D4C4F71 F3BCB269 214F6293 4BA8FABF 9486BCFC
 2B941BCA 550999A7 2EFE12A5 6B7B669A 2D88AB77 39B38E0E AA23CB8C B7020301 0001
% Key pair was generated at: 19:14:13 GMT Dec 21 2004
Key name: TP-self-signed-3326000105.server
Usage: Encryption Key
Key is not exportable.
Key Data:
 307C300D 06092A86 4886F70D 01010105 00036B00 30680261 00C5680E 89777B42
 463E5783 FE96EA9E F446DC7B 70499AF3 EA266651 56EE29F4 5B003D93 2FC9F81D
 8A46E12F 3FBAC2F3 046ED9DD C5F27C20 1BBA6B9B 08F16E45 C34D6337 F863D605
 34E30F0E B4921BC5 DAC9EBBA 50C54AA0 BF551BDD 88453F50 61020301 0001
`;
    expect(readKeypairs(text)).toMatchObject([
      { label: 'TP-self-signed-3326000105', type: 'rsa', bits: 1024, exportable: false, helper: false },
      { label: 'TP-self-signed-3326000105.server', type: 'rsa', bits: 768, helper: true },
    ]);
  });

  it('of a trustpoint with three attributes in one RDN is read', () => {
    const text = `Trustpoint local:
    Subject Name:
    serialNumber=C63EBBE9+ipaddress=10.3.0.18+hostname=test.example.com
          Serial Number: 01
    Persistent self-signed certificate trust point
`;
    expect(readTrustpoints(text)).toEqual([
      {
        name: 'local',
        caConfigured: false,
        selfSigned: true,
        subject: [
          { type: 'serialnumber', value: 'C63EBBE9' },
          { type: 'unstructuredaddress', value: '10.3.0.18' },
          { type: 'unstructuredname', value: 'test.example.com' },
        ],
        serial: '01',
        notUnderstood: [],
      },
    ]);
  });

  it('of a trustpoint of 12.2, all indents one blank deep, is read', () => {
    const text = `Trustpoint rockies:
 Subject Name: 
 O = ITD
 L = Boulder
 ST = CO
 C = US
 Serial Number: 749017C5EB96B39C4D61B607A71C5F1B
 Certificate configured.
 CEP URL: http://rockies
 CRL query url: ldap://rockies
`;
    expect(readTrustpoints(text)).toMatchObject([
      {
        caConfigured: true,
        serial: '749017C5EB96B39C4D61B607A71C5F1B',
        scepUrl: 'http://rockies',
        crlQueryUrl: 'ldap://rockies',
        notUnderstood: [],
      },
    ]);
  });

  it('of the CRL cache of 12.2 is read, although the URL is left out', () => {
    const text = `CRL Issuer Name: 
 CN = BLDR-TME, O = ITD, L = Boulder, ST = CO, C = US
 LastUpdate: 14:41:11 MDT Jul 18 2002
 NextUpdate: 03:01:11 MDT Jul 26 2002
 Retrieved from CRL Distribution Point: 
`;
    expect(readCrls(text)).toMatchObject({
      crls: [{ lastUpdate: { zone: 'MDT' }, nextUpdate: { zone: 'MDT' }, retrievedFrom: [] }],
      notUnderstood: [],
    });
    expect(readCrls(text).crls[0]?.issuer.map(({ value }) => value)).toEqual([
      'BLDR-TME',
      'ITD',
      'Boulder',
      'CO',
      'US',
    ]);
  });

  it('of the timers of 12.2 is read', () => {
    const text = `| 6d16:39:31.048 
 | 6d16:39:31.048 CRL http://rockies/CertEnroll/BLDR-TME.crl
 |3797d18:44:32.076 RENEW rockies
`;
    expect(readTimers(text).timers.map(({ kind, subject }) => [kind, subject])).toEqual([
      ['crl', 'http://rockies/CertEnroll/BLDR-TME.crl'],
      ['renew', 'rockies'],
    ]);
  });

  it('of two releases of 12.2 names them', () => {
    for (const name of ['7200 Software (C7200-JK9O3S-M)', 'C1700 Software (C1700-K9O3SY7-M)']) {
      const text = `Cisco IOS Software \nIOS (tm) ${name}, Version 12.2(8)T5, RELEASE SOFTWARE (fc1)\n`;
      expect(readVersion(text)).toMatchObject({ platform: 'ios', version: '12.2(8)T5' });
    }
  });

  it('of a configuration gives the trustpoint line by line', () => {
    const text = `crypto pki trustpoint trustpt1
 enrollment url http://trustpt1.example.com//
 subject-name OU=Spiral Dept., O=example.com
 ip-address ethernet-0
 serial-number none
 usage ike
 auto-enroll regenerate
 password password1
 rsa-key trustpt1 2048
!
crypto pki trustpoint Entrust
 enrollment profile E
 serial
crypto pki profile enrollment E
 authentication url http://entrust:81
 enrollment command POST reference_number=$P2&authcode=$P1
 parameter 1 value aaaa-bbbb-cccc
`;
    const { trustpoints, others } = readRunningPki(text);
    expect(trustpoints.map(({ name, lines }) => [name, lines.length])).toEqual([
      ['trustpt1', 8],
      ['Entrust', 2],
    ]);
    expect(others.map(({ head }) => head)).toEqual(['crypto pki profile enrollment E']);
  });

  it('of a chain with its hex cut out is not read as a certificate', () => {
    const text = `crypto ca certificate chain rockies
 certificate ra-sign 61021B04000000000004
  308203A6 30820350 A0030201 
  040A1CBA B59099A2 CA4B
  quit
`;
    expect(() => readRunningPki(text)).toThrow(/cut short: certificate ra-sign 61021B04000000000004/);
  });
});
