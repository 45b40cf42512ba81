import { createPublicKey } from 'node:crypto';
import fc from 'fast-check';
import forge from 'node-forge';
import { describe, expect, it } from 'vitest';
import { formatPem } from '../../src/pki/pem.ts';
import { type RequestFacts, readRequest, readRequests, requestFor } from '../../src/pki/request.ts';
import { RequestError, type RequestErrorCode } from '../../src/pki/request-errors.ts';
import type { Digest } from '../../src/scep/index.ts';
import { issue } from './make-certificate.ts';
import { ecRequest, emptySequence, newKey, rsaRequest } from './make-request.ts';

const KEY = newKey();
const OTHER = newKey();
const spkiOf = (key: typeof KEY): Buffer => createPublicKey(key).export({ type: 'spki', format: 'der' });
const base64 = (der: Uint8Array): string =>
  Buffer.from(der)
    .toString('base64')
    .replace(/.{64}(?=.)/g, '$&\n');
const printed = (body: string): string =>
  `Certificate Request follows:\n\n${body}\n\n---End - This line not part of the certificate request---\n`;

function codeOf(read: () => unknown): RequestErrorCode | undefined {
  try {
    read();
  } catch (thrown) {
    if (thrown instanceof RequestError) return thrown.code;
    throw thrown;
  }
  return undefined;
}

describe('reading a certificate request', () => {
  it.each(['md5', 'sha1', 'sha256', 'sha384', 'sha512'] as const satisfies readonly Digest[])(
    'verifies RSA with %s',
    (hash) => {
      const request = readRequest(rsaRequest({ key: KEY, hash, commonName: 'br-0007' }));
      expect(request).toMatchObject({
        subject: [{ type: 'cn', value: 'br-0007' }],
        keyAlgorithm: 'rsa',
        keyBits: 1024,
        signatureAlgorithm: `${hash}WithRSAEncryption`,
        hasChallengePassword: false,
        dnsNames: [],
      });
      expect(Buffer.from(request.publicKey)).toEqual(spkiOf(KEY));
    },
  );

  it.each([
    ['P-256', 'SHA-256', 256],
    ['P-384', 'SHA-384', 384],
    ['P-521', 'SHA-512', 521],
  ])('verifies ECDSA over %s', async (curve, hash, keyBits) => {
    const { der, spki } = await ecRequest(curve, hash);
    const request = readRequest(der);
    expect(request).toMatchObject({
      keyAlgorithm: 'ec',
      keyBits,
      signatureAlgorithm: `ecdsa-with-${hash.replace('-', '')}`,
    });
    expect(Buffer.from(request.publicKey)).toEqual(Buffer.from(spki));
  });

  it('reads what node-forge makes', () => {
    const keys = forge.pki.rsa.generateKeyPair(1024);
    const made = forge.pki.createCertificationRequest();
    made.publicKey = keys.publicKey;
    made.setSubject([{ shortName: 'CN', value: 'br-1' }]);
    made.setAttributes([{ name: 'challengePassword', value: 'One-Time' }]);
    made.sign(keys.privateKey, forge.md.md5.create());
    expect(readRequest(forge.pki.certificationRequestToPem(made))).toMatchObject({
      subject: [{ type: 'cn', value: 'br-1' }],
      signatureAlgorithm: 'md5WithRSAEncryption',
      hasChallengePassword: true,
    });
  });

  it.each(['plain', 't61'] as const)('reads extensions in the %s form', (form) => {
    const der = rsaRequest({ key: KEY, dnsName: 'br-1.example.net', form, challengePassword: 'One-Time' });
    expect(readRequest(der)).toMatchObject({
      dnsNames: ['br-1.example.net'],
      keyUsage: ['digitalSignature', 'keyEncipherment'],
      hasChallengePassword: true,
    });
  });

  it('keeps the challenge password out of everything but the DER', () => {
    const { der, infoDer, ...rest } = readRequest(rsaRequest({ key: KEY, challengePassword: 'One-Time-77' }));
    expect(Buffer.from(der).includes('One-Time-77') && Buffer.from(infoDer).includes('One-Time-77')).toBe(
      true,
    );
    expect(JSON.stringify(rest)).not.toContain('One-Time-77');
  });
});

describe('a request in text', () => {
  const der = rsaRequest({ key: KEY });
  const forms: readonly (readonly [string, string])[] = [
    ['PEM', formatPem(der, 'CERTIFICATE REQUEST')],
    ['PEM with the older label', formatPem(der, 'NEW CERTIFICATE REQUEST')],
    ['PEM with the line ends of a terminal', formatPem(der, 'CERTIFICATE REQUEST').replaceAll('\n', '\r\n')],
    ['what a router prints', printed(base64(der))],
    ['PEM within what a router prints', printed(formatPem(der, 'CERTIFICATE REQUEST'))],
    ['what a router prints behind its heading', printed(base64(der)).replace(/^.*\n/, '')],
    [
      'what a router prints with its log in the middle',
      printed(
        base64(der).replace('\n', '\n*Nov 21 02:00:00.000: %SYS-5-CONFIG_I: Configured from console\n'),
      ),
    ],
    ['base64 alone', base64(der)],
  ];

  it.each(forms)('is read as %s', (_, text) => {
    expect(Buffer.from(readRequest(text).der)).toEqual(Buffer.from(der));
    expect(Buffer.from(readRequest(Buffer.from(text)).der)).toEqual(Buffer.from(der));
  });

  it('may stand beside another one, for usage keys', () => {
    const second = rsaRequest({ key: OTHER });
    const text = `Signature key certificate request -\n${printed(base64(der))}Redisplay enrollment request? [yes/no]: no\nEncryption key certificate request -\n${printed(base64(second))}`;
    expect(readRequests(text).map((request) => Buffer.from(request.der))).toEqual(
      [der, second].map((each) => Buffer.from(each)),
    );
    expect(codeOf(() => readRequest(text))).toBe('ambiguous');
  });

  const pem = formatPem(der, 'CERTIFICATE REQUEST');
  const lines = pem.trimEnd().split('\n');
  it.each<readonly [string, string, RequestErrorCode]>([
    ['has no last line', lines.slice(0, -1).join('\n'), 'truncated'],
    ['has no first line', lines.slice(1).join('\n'), 'truncated'],
    ['lacks a line in the middle', [...lines.slice(0, 3), ...lines.slice(4)].join('\n'), 'truncated'],
    ['has a line twice', [...lines.slice(0, 3), ...lines.slice(2)].join('\n'), 'unreadable'],
    ['begins again', `${lines.slice(0, 4).join('\n')}\n${pem}`, 'truncated'],
    ['holds nothing', `${lines[0]}\n${lines.at(-1)}\n`, 'truncated'],
    ['was printed without its closing line', printed(base64(der)).replace(/---End.*/, ''), 'truncated'],
    ['was printed with a line too few', printed(base64(der).replace(/^.*\n/, '')), 'unreadable'],
    ['was printed and cut', printed(base64(der).split('\n').slice(0, 4).join('\n')), 'truncated'],
    ['is none', 'Router#\n', 'absent'],
    ['is empty', '', 'absent'],
    ['is a certificate', formatPem(issue({ subject: ['CN=x'] }).der), 'absent'],
    ['is another structure', formatPem(emptySequence(), 'CERTIFICATE REQUEST'), 'unreadable'],
  ])('that %s is refused', (_, text, code) => {
    expect(codeOf(() => readRequest(text))).toBe(code);
  });
});

describe('a request that must not be passed on', () => {
  const der = rsaRequest({ key: KEY, dnsName: 'br-1.example.net', challengePassword: 'One-Time' });

  it('is one signed with another key', () => {
    const mine = readRequest(rsaRequest({ key: KEY }));
    const swapped = Buffer.from(mine.der);
    spkiOf(OTHER).copy(swapped, swapped.indexOf(Buffer.from(mine.publicKey)));
    expect(codeOf(() => readRequest(swapped))).toBe('signature-invalid');
  });

  it('is one with another subject than was signed', () => {
    const changed = Buffer.from(rsaRequest({ key: KEY, commonName: 'br-0001' }));
    changed.write('br-0002', changed.indexOf('br-0001'));
    expect(codeOf(() => readRequest(changed))).toBe('signature-invalid');
  });

  it('is one signed in a way that cannot be checked', async () => {
    const { der: made } = await ecRequest('P-256', 'SHA-256');
    const changed = Buffer.from(made);
    const oid = Buffer.from('06082a8648ce3d040302', 'hex');
    changed[changed.indexOf(oid) + oid.length - 1] = 9;
    expect(codeOf(() => readRequest(changed))).toBe('unsupported-signature');
  });

  it('is one with bytes behind it', () => {
    expect(codeOf(() => readRequest(Buffer.concat([der, Buffer.from([0])])))).toBe('unreadable');
  });

  it('is every one that was cut, wherever', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: der.length - 1 }), (length) => {
        expect(codeOf(() => readRequest(der.subarray(0, length)))).toBe('truncated');
      }),
    );
  });

  it('is every one with one bit turned in what was signed', () => {
    const { infoDer } = readRequest(der);
    const start = Buffer.from(der).indexOf(Buffer.from(infoDer)) * 8;
    fc.assert(
      fc.property(fc.integer({ min: start, max: start + infoDer.length * 8 - 1 }), (bit) => {
        const changed = Buffer.from(der);
        changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (0x80 >> (bit & 7));
        expect(codeOf(() => readRequest(changed))).toBeDefined();
      }),
      { numRuns: 400 },
    );
  });

  it('is any other text or bytes, and each is refused by name', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.uint8Array({ maxLength: 200 })), (source) => {
        expect(codeOf(() => readRequest(source))).toBeDefined();
      }),
    );
  });

  it('never tells its challenge password in the refusal', () => {
    const said = [der.subarray(0, -1), Buffer.from(der).fill(1, der.length - 4)].map((bytes) => {
      try {
        return readRequest(bytes).signatureAlgorithm;
      } catch (thrown) {
        return String(thrown);
      }
    });
    expect(said.join(' ')).toMatch(/RequestError.*RequestError/);
    expect(said.join(' ')).not.toContain('One-Time');
  });
});

describe('a certificate and its request', () => {
  it('are matched by the public key, whatever the names say', async () => {
    const { der } = await ecRequest('P-256', 'SHA-256');
    const requests: readonly RequestFacts[] = [readRequest(der), readRequest(rsaRequest({ key: KEY }))];
    const keys = { privateKey: KEY, publicKey: createPublicKey(KEY) };
    const certificate = issue({ subject: ['CN=another name'], keys });
    expect(requestFor({ publicKey: certificate.spki }, requests)).toBe(requests[1]);
    expect(requestFor({ publicKey: issue({ subject: ['CN=br-1'] }).spki }, requests)).toBeUndefined();
  });
});
