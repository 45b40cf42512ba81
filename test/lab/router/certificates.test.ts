import { X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';

import type { RouterOptions } from '../../../src/lab/router/options.ts';
import type { VirtualRouter } from '../../../src/lab/router/virtual-router.ts';
import { issueCertificate, keyUsage, nameFromText, type RelativeName } from '../../../src/scep/index.ts';
import { Typist } from './typist.ts';
import { smallKey, startRouter, TinyCa } from './world.ts';

/** A router that was given a certificate before it started. */
async function holder(ca: TinyCa, options: Partial<RouterOptions> = {}): Promise<VirtualRouter> {
  const key = smallKey();
  const own: RelativeName = [
    { type: 'serialnumber', value: '67109104' },
    { type: 'unstructuredname', value: 'R15.example.net' },
  ];
  const certificate = issueCertificate({
    serial: 2,
    issuer: nameFromText('CN=Tiny CA,O=Example'),
    subject: [...nameFromText('CN=a.example,O="Example, Inc."'), own],
    publicKey: key,
    notBefore: new Date('2025-09-21T03:08:21Z'),
    notAfter: new Date('2026-09-21T03:08:21Z'),
    extensions: [keyUsage(['digitalSignature', 'keyEncipherment'], true)],
    signingKey: ca.key,
    hash: 'sha1',
  });
  return startRouter({
    clock: { start: new Date('2026-01-01T00:00:00Z'), authoritative: true },
    ...options,
    preset: [
      {
        trustpoint: 'TP',
        lines: [
          `enrollment url ${ca.url.replace('127.0.0.1', '10.1.255.12').replace(/:\d+$/, '')}`,
          'rsakeypair TP',
        ],
        key: { label: 'TP', privateKey: key },
        certificate,
        ca: ca.certificate,
      },
    ],
  });
}

describe('show crypto pki certificates', () => {
  it('prints the certificate, then the CA', async () => {
    await using ca = await TinyCa.start();
    await using router = await holder(ca);
    await using typist = await Typist.login(router);
    await typist.lines('terminal length 0');
    expect(await typist.line('show crypto pki certificates TP')).toBe(`Certificate
  Status: Available
  Certificate Serial Number (hex): 02
  Certificate Usage: General Purpose
  Issuer: 
    cn=Tiny CA
    o=Example
  Subject:
    Name: R15.example.net
    Serial Number: 67109104
    serialNumber=67109104+hostname=R15.example.net
    cn=a.example
    o=Example
     Inc.
  Validity Date: 
    start date: 03:08:21 UTC Sep 21 2025
    end   date: 03:08:21 UTC Sep 21 2026
  Associated Trustpoints: TP 
  Storage: nvram:TinyCA#2.cer

CA Certificate
  Status: Available
  Certificate Serial Number (hex): 01
  Certificate Usage: Signature
  Issuer: 
    cn=Tiny CA
    o=Example
  Subject: 
    cn=Tiny CA
    o=Example
  Validity Date: 
    start date: 00:00:00 UTC Jan 1 2026
    end   date: 00:00:00 UTC Jan 1 2036
  Associated Trustpoints: TP 
  Storage: nvram:TinyCA#1CA.cer

`);
    expect(await typist.line('show crypto pki certificates OTHER')).toBe('');
  });

  it('adds key, fingerprints and extensions when it is verbose', async () => {
    await using ca = await TinyCa.start();
    await using router = await holder(ca);
    await using typist = await Typist.login(router);
    await typist.lines('terminal length 0');
    const listing = await typist.line('show crypto pki cert TP verbose');
    const der = router.state.certificates[0]?.der ?? new Uint8Array();
    const sha1 = new X509Certificate(der).fingerprint.replaceAll(':', '').replace(/.{8}/g, '$& ');
    expect(listing).toContain(`  Subject Key Info:
    Public Key Algorithm: rsaEncryption
    RSA Public Key: (1024 bit)
  Signature Algorithm: SHA1 with RSA Encryption
  Fingerprint MD5: `);
    expect(listing).toContain(`  Fingerprint SHA1: ${sha1}
  X509v3 extensions:
    X509v3 Key Usage: A0000000
      Digital Signature
      Key Encipherment
    Authority Info Access:
  Cert install time: 00:00:00 UTC Jan 1 2026 
  Associated Trustpoints: TP 
  Storage: nvram:TinyCA#2.cer
  Key Label: TP
`);
    expect(listing).toContain('    X509v3 Basic Constraints:\n        CA: TRUE\n');
  });

  it('gives the DER back as PEM, from 17.x on', async () => {
    await using ca = await TinyCa.start();
    await using router = await holder(ca, { release: '17.9' });
    await using typist = await Typist.login(router);
    await typist.lines('terminal length 0');
    const printed = await typist.line('show crypto pki certificates pem TP');
    expect(printed).toMatch(/^-{6}Trustpoint: TP-{6}\n% Self-signed CA certificate:\n-----BEGIN/);
    const pems = printed.match(/-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----/gs) ?? [];
    const [first, second] = pems.map((pem) => new Uint8Array(new X509Certificate(pem).raw));
    expect(router.state.certificates.map(({ der }) => der)).toEqual([second, first]);
  });
});

describe('show crypto pki trustpoints', () => {
  it('names the CA and the URL', async () => {
    await using ca = await TinyCa.start();
    await using router = await holder(ca);
    await using typist = await Typist.login(router);
    expect(await typist.line('show crypto pki trustpoints')).toBe(`Trustpoint TP:
    Subject Name:
    cn=Tiny CA
    o=Example
          Serial Number (hex): 01
    Certificate configured.
    SCEP URL: http://10.1.255.12:80/cgi-bin


`);
  });

  it('tells how far the enrollment has come', async () => {
    await using ca = await TinyCa.start();
    await using router = await holder(ca);
    await using typist = await Typist.login(router);
    const md5 = ca.fingerprint('md5').replace(/.{8}/g, '$& ');
    const status = await typist.line('show crypto pki trustpoints TP status');
    expect(status).toContain(`Trustpoint TP:
  Issuing CA certificate configured:
    Subject Name:
     cn=Tiny CA,o=Example
    Fingerprint MD5: ${md5}
`);
    expect(status).toContain(`  Last enrollment status: Granted
  State:
    Keys generated ............. Yes (General Purpose, non-exportable)
    Issuing CA authenticated ....... Yes
    Certificate request(s) ..... Yes
`);
  });
});

describe('certificates in the configuration', () => {
  it('stand as hex in the running one and as files in the startup one', async () => {
    await using ca = await TinyCa.start();
    await using router = await holder(ca);
    const [identity] = router.state.certificates;
    const [, hex = ''] =
      /\n certificate 02\n(.*?)\n {2}\tquit\n certificate ca 01\n/s.exec(router.state.running) ?? [];
    expect(Buffer.from(hex.replace(/\s/g, ''), 'hex').equals(Buffer.from(identity?.der ?? []))).toBe(true);
    expect(router.state.startup).toContain(
      'crypto pki certificate chain TP\n certificate 02 nvram:TinyCA#2.cer\n certificate ca 01 nvram:TinyCA#1CA.cer\n',
    );
  });

  it('can be fed back as hex', async () => {
    await using ca = await TinyCa.start();
    await using router = await startRouter({ running: ['crypto pki trustpoint TP'] });
    await using typist = await Typist.login(router);
    await typist.lines('conf t', 'crypto pki certificate chain TP');
    expect(await typist.raw('certificate ca 01')).toMatch(/R15\(config-pki-hexmode\)#$/);
    const rows =
      Buffer.from(ca.certificate)
        .toString('hex')
        .match(/.{1,64}/g) ?? [];
    await typist.lines(...rows);
    expect(await typist.raw('quit')).toMatch(/R15\(config-cert-chain\)#$/);
    expect(router.state.certificates.map(({ der }) => der)).toEqual([ca.certificate]);
  });
});

describe('no crypto pki trustpoint', () => {
  it('asks when certificates would be lost', async () => {
    await using ca = await TinyCa.start();
    await using router = await holder(ca);
    await using typist = await Typist.login(router);
    await typist.lines('conf t');
    typist.type('no crypto pki trustpoint TP\r');
    expect(await typist.until(/\]: $/)).toBe(
      'no crypto pki trustpoint TP\r\n% Removing an enrolled trustpoint will destroy all certificates\r\n' +
        ' received from the related Certificate Authority.\r\n\r\nAre you sure you want to do this? [yes/no]: ',
    );
    expect(await typist.line('yes')).toBe(
      '% Be sure to ask the CA administrator to revoke your certificates.\n\n' +
        'No enrollment sessions are currently active.\n\n',
    );
    expect(router.state.trustpoints).toEqual([]);
    expect(router.state.keys).toHaveLength(1);
    expect(await typist.line('no crypto pki trustpoint TP')).toBe("Can't find policy\n");
  });
});
