import { createHash } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import {
  buildGetUrl,
  decodeMessageParameter,
  decodeName,
  decodePkiMessage,
  encodeMessageParameter,
  encodeName,
  isSelfSigned,
  keyUsageOf,
  nameToText,
  parseCertificate,
  parseCertificationRequest,
  parseScepQuery,
  readEnvelope,
  readPkiMessage,
  ScepError,
  subjectAltNameOf,
  transactionIdOf,
  verifyPkiMessage,
} from '../../src/scep/index.ts';
import { captured, capturedText } from './captured.ts';

const hex = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString('hex');

describe('a certification request of IOS-XE', () => {
  const der = captured('ios-xe-request.b64');
  const request = parseCertificationRequest(der);

  it('is the one that was printed', () => {
    expect(der).toHaveLength(754);
    expect(createHash('sha256').update(der).digest('hex')).toMatch(/^0683aa15d6c2f0fa/);
  });

  it('has a SHA-256 signature that verifies', () => {
    expect(request.hash).toBe('sha256');
    const broken = Uint8Array.from(der);
    broken[60] = (broken[60] ?? 0) ^ 1;
    expect(() => parseCertificationRequest(broken)).toThrow(
      expect.objectContaining({ code: 'signature-invalid' }),
    );
  });

  it('names the router in one part with serial number, address and name', () => {
    expect(request.subjectName).toEqual([
      [{ type: 'ou', value: 'cml.lab', string: 'printable' }],
      [
        { type: 'serialnumber', value: '131184645', string: 'printable' },
        { type: 'unstructuredaddress', value: '10.30.10.2', string: 'printable' },
        { type: 'unstructuredname', value: 'sr1-2.cml.lab', string: 'ia5' },
      ],
    ]);
  });

  it('has a subject that encodes to the same bytes', () => {
    expect(encodeName(request.subjectName)).toEqual(request.subject);
    const parts = request.subjectName.map((relative) => relative.map(({ type, value }) => ({ type, value })));
    expect(encodeName(parts)).toEqual(request.subject);
  });

  it('carries the challenge password and asks for names and usage plainly', () => {
    expect(request.challengePassword).toBe('cisco');
    expect(request.extensionRequestForm).toBe('plain');
    expect(request.extensions.map(({ oid, critical }) => [oid, critical])).toEqual([
      ['2.5.29.17', false],
      ['2.5.29.15', false],
    ]);
    expect(subjectAltNameOf(request.extensions)?.dns).toEqual(['sr1-2.cml.lab']);
    expect(keyUsageOf(request.extensions)).toEqual(['digitalSignature', 'keyEncipherment']);
  });
});

describe('a certification request of IOS 15.7', () => {
  const request = parseCertificationRequest(captured('ios-15-request.b64'));

  it('has an MD5 signature that verifies', () => {
    expect(request.hash).toBe('md5');
    expect(request.der).toHaveLength(811);
  });

  it('asks for key usage inside a T61String', () => {
    expect(request.extensionRequestForm).toBe('t61');
    expect(request.extensions.map(({ oid, critical }) => [oid, critical])).toEqual([['2.5.29.15', false]]);
    expect(keyUsageOf(request.extensions)).toEqual(['digitalSignature', 'keyEncipherment']);
  });

  it('carries the challenge password', () => {
    expect(request.challengePassword).toBe('secret1234');
  });

  it('has a subject of domain components first, which encodes to the same bytes', () => {
    expect(nameToText(request.subjectName)).toBe(
      'UNSTRUCTUREDADDRESS=192.168.10.1+UNSTRUCTUREDNAME=cisco-1921.mydomain.tld,' +
        'CN=cisco-1921.mydomain.tld,OU=routers,DC=mydomain,DC=tld',
    );
    expect(encodeName(decodeName(request.subject))).toEqual(request.subject);
  });
});

describe('a PKCSReq of IOS-XE as it stood in the request line', () => {
  const parameter = capturedText('ios-xe-message.txt');
  const der = decodeMessageParameter(parameter) ?? new Uint8Array();
  const message = decodePkiMessage(der);

  it('decodes from its percent-encoded lines', () => {
    expect(parameter).toHaveLength(3578);
    expect(der).toHaveLength(2455);
    const query = parseScepQuery(`operation=PKIOperation&message=${parameter}`);
    expect(decodeMessageParameter(query?.message ?? '')).toEqual(der);
  });

  it('is encoded to the very same characters by the ios style', () => {
    expect(encodeMessageParameter(der, 'ios')).toBe(parameter);
    const url = 'http://10.0.0.149/scep/scep/pkiclient.exe';
    expect(buildGetUrl({ url, operation: 'PKIOperation', message: der, style: 'ios' })).toBe(
      `${url}?operation=PKIOperation&message=${parameter}`,
    );
  });

  it('is signed with SHA-256 by a self-signed certificate that names only the router', () => {
    expect(message.digest).toBe('sha256');
    expect(message.signer.version).toBe(3);
    expect(message.signer.serial).toBe('03');
    expect(message.signer.extensions).toEqual([]);
    expect(isSelfSigned(message.signer)).toBe(true);
    expect(decodeName(message.signer.subject)).toEqual([
      [{ type: 'unstructuredname', value: 'sr1-2.cml.lab', string: 'utf8' }],
    ]);
    expect(message.signer.notBefore.toISOString()).toBe('2026-02-19T15:37:21.000Z');
    expect(message.signer.notAfter.toISOString()).toBe('2036-02-19T15:37:21.000Z');
  });

  it('has the attributes of a first request and the transactionID IOS makes of the key', () => {
    expect(message.messageType).toBe('PKCSReq');
    expect(message.transactionId).toBe('FAE414FF46E651481D9F8EB74114493B');
    expect(transactionIdOf(message.signer.publicKey)).toBe(message.transactionId);
    expect(hex(message.senderNonce)).toBe('636ada2458f67cf05a889bd806d97112');
    expect(message.recipientNonce).toBeUndefined();
    expect(message.pkiStatus).toBeUndefined();
  });

  it('is enveloped with triple DES for one recipient', () => {
    expect(message.envelope?.cipher).toBe('3des');
    expect(message.envelope?.encryptedContent.length).toBe(760);
    const [recipient, ...others] = message.envelope?.recipients ?? [];
    expect(others).toEqual([]);
    if (recipient?.identifier.kind !== 'issuer-and-serial') throw new Error('named in another way');
    expect(nameToText(decodeName(recipient.identifier.issuer))).toBe('CN=Lab CA Intermediate CA');
    expect(recipient.identifier.serial).toBe('7934D8F71DE23DFD832960EA1BAAA8A1');
    expect(message.envelope).toEqual(readEnvelope(message.signedData.content));
  });

  it('does not verify once one octet of the envelope has changed', () => {
    const broken = Uint8Array.from(der);
    broken[900] = (broken[900] ?? 0) ^ 1;
    expect(() => decodePkiMessage(broken)).toThrow(expect.objectContaining({ code: 'signature-invalid' }));
  });
});

describe('a refusal by NDES', () => {
  const received = readPkiMessage(captured('ndes-failure.b64'));

  it('says badRequest and the HRESULT of an invalid parameter', () => {
    expect(received).toMatchObject({
      messageType: 'CertRep',
      pkiStatus: 'FAILURE',
      failInfo: 'badRequest',
      hresult: -2147024809,
      transactionId: '9CB1CB998B7FCC0142297B492988AFB4',
    });
    expect((received.hresult ?? 0) >>> 0).toBe(0x80070057);
    expect(hex(received.senderNonce)).toBe('83b7f31b0308f64a8d1a173c2f7d7ddf');
    expect(hex(received.recipientNonce)).toBe('136f36f4a38ec0c974ef1007a9abb22b');
  });

  it('has no certificates and one zero octet as content', () => {
    expect(received.signedData.certificates).toEqual([]);
    expect(received.signedData.content).toEqual(Uint8Array.of(0));
    expect(received.signedData.signers[0]?.identifier).toMatchObject({
      serial: '79000000024898492E88FAFEFA000000000002',
    });
  });

  it('cannot be verified without the certificates of GetCACert', () => {
    expect(() => verifyPkiMessage(received)).toThrow(ScepError);
    expect(() => verifyPkiMessage(received)).toThrow(expect.objectContaining({ code: 'unknown-signer' }));
    const stranger = decodePkiMessage(
      decodeMessageParameter(capturedText('ios-xe-message.txt')) ?? new Uint8Array(),
    );
    expect(() => verifyPkiMessage(received, [stranger.signer.der])).toThrow(
      expect.objectContaining({ code: 'unknown-signer' }),
    );
    expect(parseCertificate(stranger.signer.der).serial).toBe('03');
  });
});
