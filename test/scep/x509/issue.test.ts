import { createHash, createPublicKey, X509Certificate } from 'node:crypto';

import { beforeAll, describe, expect, it } from 'vitest';

import {
  basicConstraints,
  certificationRequest,
  crlDistributionPoints,
  type Digest,
  decodeName,
  encodeName,
  extendedKeyUsage,
  type Identity,
  isIssuedBy,
  issueCertificate,
  KEY_USAGES,
  keyUsage,
  keyUsageOf,
  parseCertificate,
  parseCertificationRequest,
  publicKeyInfo,
  randomSerial,
  selfSignedSigner,
  subjectAltName,
  subjectAltNameOf,
  transactionIdOf,
} from '../../../src/scep/index.ts';
import { issue, type Keys, makeCa, makeKeys, NOW, ROUTER_NAME } from '../world.ts';

let keys: Keys;
let ca: Identity;
beforeAll(() => {
  keys = makeKeys();
  ca = makeCa(keys.ca);
});

function certificate(
  extensions: Parameters<typeof issueCertificate>[0]['extensions'],
  hash: Digest = 'sha256',
) {
  const { subject } = parseCertificate(ca.certificate);
  return issueCertificate({
    serial: 0xfedc,
    issuer: subject,
    subject: ROUTER_NAME,
    publicKey: keys.router,
    notBefore: NOW,
    notAfter: new Date('2051-01-02T03:04:05Z'),
    ...(extensions === undefined ? {} : { extensions }),
    signingKey: keys.ca,
    hash,
  });
}

describe('an issued certificate, read by OpenSSL', () => {
  it('has the names, dates, key and signature asked for', () => {
    const read = new X509Certificate(certificate([]));
    expect(read.subject.replace(' + ', '+')).toBe(
      'CN=br-0001.example.net\nserialNumber=9ABCDEF+unstructuredName=br-0001.example.net',
    );
    expect(read.issuer).toBe('O=Example\nCN=Lab CA');
    expect(read.serialNumber).toBe('FEDC');
    expect(new Date(read.validFrom)).toEqual(NOW);
    expect(new Date(read.validTo)).toEqual(new Date('2051-01-02T03:04:05Z'));
    expect(read.verify(createPublicKey(keys.ca))).toBe(true);
    expect(read.checkIssued(new X509Certificate(ca.certificate))).toBe(true);
    expect(read.checkPrivateKey(keys.router)).toBe(true);
  });

  it('has the extensions asked for', () => {
    const read = new X509Certificate(
      certificate([
        basicConstraints({ ca: true, pathLength: 0 }),
        subjectAltName({
          dns: ['br-0001.example.net'],
          ip: ['192.0.2.1', '2001:db8::1', '::ffff:192.0.2.9'],
          email: ['a@b.c'],
        }),
        extendedKeyUsage(['1.3.6.1.5.5.7.3.2']),
        crlDistributionPoints(['http://ca.example.net/ca.crl']),
      ]),
    );
    expect(read.ca).toBe(true);
    expect(read.subjectAltName).toBe(
      'email:a@b.c, DNS:br-0001.example.net, IP Address:192.0.2.1, IP Address:2001:DB8:0:0:0:0:0:1, ' +
        'IP Address:0:0:0:0:0:FFFF:C000:209',
    );
    expect(read.keyUsage).toEqual(['1.3.6.1.5.5.7.3.2']);
  });

  it.each(['md5', 'sha1', 'sha256', 'sha384', 'sha512'] as const)('is signed with %s', (hash) => {
    const parsed = parseCertificate(certificate([], hash));
    expect(parsed.signature.digest).toBe(hash);
    expect(isIssuedBy(parsed, parseCertificate(ca.certificate))).toBe(true);
    expect(isIssuedBy(parsed, parsed)).toBe(false);
  });
});

describe('an issued certificate, read here', () => {
  it('keeps a subject given as DER byte for byte', () => {
    const subject = encodeName([[{ type: 'cn', value: 'x', string: 'bmp' }]]);
    expect(parseCertificate(issue({ ca, subject, publicKey: keys.router })).subject).toEqual(subject);
  });

  it.each([
    [['digitalSignature', 'keyEncipherment'], '030205a0'],
    [['digitalSignature'], '03020780'],
    [['keyEncipherment'], '03020520'],
    [['keyCertSign', 'cRLSign'], '03020106'],
    [['decipherOnly'], '0303070080'],
    [[], '030100'],
  ] as const)('has key usage %s as %s', (usages, hex) => {
    const extension = keyUsage(usages);
    expect(Buffer.from(extension.value).toString('hex')).toBe(hex);
    expect(keyUsageOf([extension])).toEqual(
      KEY_USAGES.filter((usage) => (usages as readonly string[]).includes(usage)),
    );
  });

  it('gives its alternative names back', () => {
    const names = { dns: ['a.example'], ip: ['192.0.2.1', '2001:db8::1'], email: [] };
    expect(subjectAltNameOf(parseCertificate(certificate([subjectAltName(names)])).extensions)).toEqual(
      names,
    );
    expect(() => subjectAltName({ ip: ['192.0.2.300'] })).toThrow(
      expect.objectContaining({ code: 'invalid-argument' }),
    );
  });

  it('has a random serial number that stays positive and whole', () => {
    for (let round = 0; round < 50; round += 1) {
      const parsed = parseCertificate(issue({ ca, subject: ROUTER_NAME, publicKey: keys.router }));
      expect(parsed.serial).toMatch(/^[4-7][0-9A-F]{31}$/);
    }
    expect(randomSerial()).not.toEqual(randomSerial());
  });
});

describe('the temporary certificate of a router', () => {
  const fqdn = 'br-0001.example.net';

  it('is version 3 without extensions on IOS-XE', () => {
    const parsed = parseCertificate(
      selfSignedSigner({ fqdn, key: keys.router, hash: 'sha256', notBefore: NOW }),
    );
    expect(parsed).toMatchObject({ version: 3, serial: '03', extensions: [], notBefore: NOW });
    expect(parsed.notAfter).toEqual(new Date('2036-05-04T10:00:00Z'));
    expect(decodeName(parsed.subject)).toEqual([[{ type: 'unstructuredname', value: fqdn, string: 'utf8' }]]);
    expect(isIssuedBy(parsed, parsed)).toBe(true);
  });

  it('is version 1 with an IA5String on classic IOS', () => {
    const der = selfSignedSigner({ fqdn, key: keys.router, hash: 'md5', version: 1, notBefore: NOW });
    const parsed = parseCertificate(der);
    expect(parsed).toMatchObject({ version: 1, serial: '03', signature: { digest: 'md5' } });
    expect(parsed.notAfter.getTime() - NOW.getTime()).toBe(3650 * 86_400_000);
    expect(decodeName(parsed.subject)[0]?.[0]?.string).toBe('ia5');
    expect(new X509Certificate(der).checkPrivateKey(keys.router)).toBe(true);
  });

  it('goes with a transactionID that is the MD5 of its public key', () => {
    const info = publicKeyInfo(keys.router);
    expect(transactionIdOf(info)).toBe(createHash('md5').update(info).digest('hex').toUpperCase());
    expect(transactionIdOf(info, 'sha256')).toHaveLength(64);
  });
});

describe('a certification request made here', () => {
  it.each(['plain', 't61'] as const)('asks for extensions in the %s form', (extensionRequestForm) => {
    for (const hash of ['md5', 'sha1', 'sha256', 'sha384', 'sha512'] as const) {
      const extensions = [
        subjectAltName({ dns: ['a.example'] }),
        keyUsage(['digitalSignature', 'keyEncipherment']),
      ];
      const request = parseCertificationRequest(
        certificationRequest({
          subject: ROUTER_NAME,
          key: keys.router,
          hash,
          challengePassword: 'pass@word 1',
          extensions,
          extensionRequestForm,
        }),
      );
      expect(request).toMatchObject({
        hash,
        challengePassword: 'pass@word 1',
        extensions,
        extensionRequestForm,
      });
      expect(request.publicKey).toEqual(publicKeyInfo(keys.router));
    }
  });

  it('leaves out what is empty', () => {
    const der = certificationRequest({
      subject: ROUTER_NAME,
      key: keys.router,
      hash: 'sha256',
      challengePassword: '',
    });
    const request = parseCertificationRequest(der);
    expect(request).not.toHaveProperty('challengePassword');
    expect(request).not.toHaveProperty('extensionRequestForm');
    expect(request.extensions).toEqual([]);
  });
});
