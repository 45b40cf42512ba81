import { X509Certificate } from 'node:crypto';
import { rootCertificates } from 'node:tls';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CertificateUnreadableError, decodeCertificate } from '../../src/pki/decode.ts';
import { describeName, summarize } from '../../src/pki/names.ts';
import { formatPem, parsePem } from '../../src/pki/pem.ts';
import { DIGITAL_SIGNATURE, ecKeys, issue, KEY_ENCIPHERMENT, pemOf, rsaKeys } from './make-certificate.ts';
import { IOS_XE_SIGNER } from './vectors.ts';

const RSA = rsaKeys();

describe('decoding a certificate', () => {
  it('reads what a router made', () => {
    const facts = decodeCertificate(IOS_XE_SIGNER);
    expect(facts).toMatchObject({
      serial: '03',
      subject: [{ type: 'unstructuredname', value: 'sr1-2.cml.lab' }],
      issuer: [{ type: 'unstructuredname', value: 'sr1-2.cml.lab' }],
      notBefore: new Date('2026-02-19T15:37:21Z'),
      notAfter: new Date('2036-02-19T15:37:21Z'),
      keyAlgorithm: 'rsa',
      keyBits: 2048,
      isCa: false,
      dnsNames: [],
      signatureAlgorithm: 'sha256WithRSAEncryption',
      version: 3,
    });
    expect(facts.keyUsage).toBeUndefined();
    expect(facts.subjectDer).toEqual(facts.issuerDer);
  });

  it('reads every root certificate this runtime brings as node:crypto does', () => {
    expect(rootCertificates.length).toBeGreaterThan(100);
    for (const pem of rootCertificates) {
      const [der = new Uint8Array()] = parsePem(pem);
      const facts = decodeCertificate(der);
      const peer = new X509Certificate(pem);
      expect({
        serial: facts.serial.replace(/^0+/, ''),
        notBefore: facts.notBefore,
        notAfter: facts.notAfter,
        isCa: facts.isCa || !facts.hasConstraints,
        sha1: facts.fingerprints[1]?.hex,
        attributes: facts.subject.length,
        key: Buffer.from(facts.publicKey).toString('hex'),
      }).toEqual({
        serial: peer.serialNumber.replace(/^0+/, ''),
        notBefore: new Date(peer.validFrom),
        notAfter: new Date(peer.validTo),
        isCa: peer.ca || !facts.hasConstraints,
        sha1: peer.fingerprint.replaceAll(':', ''),
        attributes: peer.subject.split('\n').length,
        key: peer.publicKey.export({ type: 'spki', format: 'der' }).toString('hex'),
      });
    }
  });

  it('reads all extensions a verification looks at', () => {
    const { der } = issue({
      subject: [
        'C=FR',
        'O=Example',
        'CN=br-1',
        'serialNumber=9HI3W7WA3K8+unstructuredAddress=192.0.2.1+unstructuredName=br-1.example.net',
      ],
      keys: RSA,
      serial: '00C0FFEE',
      ca: { pathLength: 2 },
      usage: [DIGITAL_SIGNATURE, KEY_ENCIPHERMENT],
      purposes: ['1.3.6.1.5.5.7.3.17', '1.2.3.4'],
      dnsNames: ['br-1.example.net', 'br-1'],
      address: [0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
    });
    expect(decodeCertificate(der)).toMatchObject({
      serial: 'C0FFEE',
      subject: [
        { type: 'c', value: 'FR' },
        { type: 'o', value: 'Example' },
        { type: 'cn', value: 'br-1' },
        { type: 'serialnumber', value: '9HI3W7WA3K8' },
        { type: 'unstructuredaddress', value: '192.0.2.1' },
        { type: 'unstructuredname', value: 'br-1.example.net' },
      ],
      isCa: true,
      pathLength: 2,
      keyUsage: ['digitalSignature', 'keyEncipherment'],
      extendedKeyUsage: ['ipsecIKE', '1.2.3.4'],
      dnsNames: ['br-1.example.net', 'br-1'],
      ipAddresses: ['2001:db8::1'],
    });
  });

  it.each([
    ['version 1', { version: 1 }, { version: 1, hasConstraints: false, isCa: false }],
    ['an MD5 signature', { digest: 'md5' }, { signatureAlgorithm: 'md5WithRSAEncryption' }],
    ['a SHA1 signature', { digest: 'sha1' }, { signatureAlgorithm: 'sha1WithRSAEncryption' }],
    [
      'a P-256 key',
      { keys: ecKeys() },
      { keyAlgorithm: 'ec', keyBits: 256, signatureAlgorithm: 'ecdsa-with-SHA256' },
    ],
    ['a P-521 key', { keys: ecKeys('P-521') }, { keyAlgorithm: 'ec', keyBits: 521 }],
    ['a 512 bit key', { keys: rsaKeys(512) }, { keyAlgorithm: 'rsa', keyBits: 512 }],
    [
      'T61 strings',
      { subject: ['O:t61=Soci\u00e9t\u00e9'] },
      { subject: [{ type: 'o', value: 'Soci\u00e9t\u00e9' }] },
    ],
    ['UTF-8 strings', { subject: ['O=Zürich 東京'] }, { subject: [{ type: 'o', value: 'Zürich 東京' }] }],
    ['an attribute nobody knows', { subject: ['1.2.3.4=x'] }, { subject: [{ type: '1.2.3.4', value: 'x' }] }],
    [
      'an attribute that is no string',
      { subject: ['CN:int=5'] },
      { subject: [{ type: 'cn', value: '#020105' }] },
    ],
    ['an empty subject', { subject: [] }, { subject: [] }],
    [
      'an e-mail address',
      { subject: ['E=a@example.net'] },
      { subject: [{ type: 'e', value: 'a@example.net' }] },
    ],
    [
      'a date after 2049',
      { notAfter: new Date('2060-02-29T01:02:03Z') },
      { notAfter: new Date('2060-02-29T01:02:03Z') },
    ],
    [
      'a date before 2000',
      { notBefore: new Date('1993-03-01T00:00:00Z') },
      { notBefore: new Date('1993-03-01T00:00:00Z') },
    ],
    ['an IPv4 address', { address: [192, 0, 2, 1] }, { ipAddresses: ['192.0.2.1'] }],
    ['serial number zero', { serial: '00' }, { serial: '00' }],
    ['constraints that say no', { ca: false }, { isCa: false, hasConstraints: true }],
  ] as const)('reads a certificate with %s', (_, request, facts) => {
    expect(decodeCertificate(issue({ subject: ['CN=x'], keys: RSA, ...request }).der)).toMatchObject(facts);
  });

  it('holds fingerprints of all three hashes', () => {
    const { fingerprints } = decodeCertificate(IOS_XE_SIGNER);
    const peer = new X509Certificate(IOS_XE_SIGNER);
    expect(fingerprints.map(({ hash, hex }) => [hash, hex.length])).toEqual([
      ['MD5', 32],
      ['SHA1', 40],
      ['SHA256', 64],
    ]);
    expect(fingerprints[2]?.hex).toBe(peer.fingerprint256.replaceAll(':', ''));
  });
});

describe('bytes that are no certificate', () => {
  const made = issue({ subject: ['CN=x'], keys: RSA });

  it.each([
    ['nothing', new Uint8Array()],
    ['PEM', Buffer.from(pemOf(made))],
    ['a cut certificate', made.der.subarray(0, made.der.length - 1)],
    ['a lengthened certificate', Buffer.concat([made.der, Buffer.from([0])])],
    ['two certificates', Buffer.concat([made.der, made.der])],
    ['a public key', made.spki],
    ['text', Buffer.from('% Invalid input detected')],
  ])('are refused: %s', (_, bytes) => {
    expect(() => decodeCertificate(bytes)).toThrow(CertificateUnreadableError);
  });

  it('are told apart when they are PEM, cut or too long', () => {
    expect(() => decodeCertificate(Buffer.from(pemOf(made)))).toThrow('it is PEM text, not DER');
    expect(() => decodeCertificate(Buffer.concat([made.der, Buffer.from([1, 2])]))).toThrow('2 bytes follow');
  });

  it('are never answered with another error', () => {
    const refusedOrRead = (bytes: Uint8Array): void => {
      try {
        decodeCertificate(bytes);
      } catch (thrown) {
        expect(thrown).toBeInstanceOf(CertificateUnreadableError);
      }
    };
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), refusedOrRead));
    const at = fc.nat({ max: made.der.length - 1 });
    fc.assert(
      fc.property(at, fc.nat({ max: 255 }), (index, byte) => {
        const bytes = new Uint8Array(made.der);
        bytes[index] = byte;
        refusedOrRead(bytes);
      }),
      { numRuns: 500 },
    );
    fc.assert(
      fc.property(at, (length) => {
        expect(() => decodeCertificate(made.der.subarray(0, length))).toThrow(CertificateUnreadableError);
      }),
    );
  });

  it('may be nested as deeply as somebody likes', () => {
    const deep = Buffer.concat([Buffer.alloc(60_000, Buffer.from([0x30, 0x80])), Buffer.alloc(100)]);
    expect(() => decodeCertificate(deep)).toThrow(CertificateUnreadableError);
  });
});

describe('PEM', () => {
  const made = issue({ subject: ['CN=x'], keys: RSA });

  it('is found between a router’s words, in order, by its label', () => {
    const text = `% CA certificate:\r\n${pemOf(made).replaceAll('\n', '\r\n')}\r\n% Key:\n${formatPem(made.spki, 'PUBLIC KEY')}R1#`;
    expect(parsePem(text)).toEqual([made.der]);
    expect(parsePem(text, 'PUBLIC KEY')).toEqual([made.spki]);
    expect(parsePem('R1#')).toEqual([]);
  });

  it('is written as node:crypto writes it', () => {
    expect(pemOf(made)).toBe(new X509Certificate(made.der).toString());
  });

  it('gives back whatever bytes it was given', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(parsePem(formatPem(bytes))).toEqual([bytes]);
      }),
    );
  });
});

describe('what is said of a certificate', () => {
  it('is one line a person can read', () => {
    const { der } = issue({
      subject: ['C=FR', 'O=Example, Inc.', 'serialNumber=1+unstructuredName=br-1', '1.2.3=x'],
      keys: RSA,
    });
    expect(describeName(decodeCertificate(der).subject)).toBe(
      'C=FR, O=Example\\, Inc., serialNumber=1, unstructuredName=br-1, 1.2.3=x',
    );
    expect(describeName([])).toBe('(empty)');
  });

  it('holds nothing a terminal would obey', () => {
    const { der } = issue({ subject: ['CN=a\u001b[2Jb\nc\u202ed'], keys: RSA });
    expect(describeName(decodeCertificate(der).subject)).toBe('CN=a\\1B[2Jb\\0Ac\\202Ed');
  });

  it('is summed up with both fingerprints', () => {
    const facts = decodeCertificate(IOS_XE_SIGNER);
    const peer = new X509Certificate(IOS_XE_SIGNER);
    expect(summarize(facts, 'BRANCH')).toEqual({
      trustpoint: 'BRANCH',
      serial: '03',
      subject: 'unstructuredName=sr1-2.cml.lab',
      issuer: 'unstructuredName=sr1-2.cml.lab',
      notBefore: facts.notBefore,
      notAfter: facts.notAfter,
      sha1: peer.fingerprint.replaceAll(':', ''),
      sha256: peer.fingerprint256.replaceAll(':', ''),
      key: `rsa ${peer.publicKey.asymmetricKeyDetails?.modulusLength}`,
      signature: facts.signatureAlgorithm,
      names: [],
    });
  });
});
