import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';

import {
  certificationRequest,
  encodePkiMessage,
  issueCertificate,
  keyUsage,
  nameFromText,
  parseCertificate,
  parseCertificationRequest,
} from '../../../src/scep/index.ts';

const CURVES = [
  ['P-256', 'sha256', '300a06082a8648ce3d040302'],
  ['P-384', 'sha384', '300a06082a8648ce3d040303'],
  ['P-521', 'sha512', '300a06082a8648ce3d040304'],
] as const;

describe('keys on curves', () => {
  it.each(CURVES)('asks for a certificate with ECDSA on %s', (namedCurve, hash, algorithm) => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve });
    const der = certificationRequest({
      subject: nameFromText('CN=a'),
      key: privateKey,
      hash,
      extensions: [keyUsage(['digitalSignature'])],
    });
    expect(Buffer.from(der).toString('hex')).toContain(algorithm);
    const request = parseCertificationRequest(der);
    expect(request).toMatchObject({ hash });
    expect(Buffer.from(request.publicKey)).toEqual(publicKey.export({ type: 'spki', format: 'der' }));
    const broken = Uint8Array.from(der);
    broken[20] = (broken[20] ?? 0) ^ 1;
    expect(() => parseCertificationRequest(broken)).toThrow();
  });

  it.each(CURVES)('signs certificates with ECDSA on %s, which OpenSSL verifies', (namedCurve, hash) => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve });
    const der = issueCertificate({
      serial: 1,
      issuer: nameFromText('CN=a'),
      subject: nameFromText('CN=a'),
      publicKey: privateKey,
      notBefore: new Date('2026-01-01T00:00:00Z'),
      notAfter: new Date('2027-01-01T00:00:00Z'),
      signingKey: privateKey,
      hash,
    });
    expect(new X509Certificate(der).verify(publicKey)).toBe(true);
    expect(parseCertificate(der).signature.digest).toBeUndefined();
  });

  it('has no MD5 for them, and no place for them in SCEP messages', () => {
    const { privateKey: key } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const facts = { subject: nameFromText('CN=a'), key };
    expect(() => certificationRequest({ ...facts, hash: 'md5' })).toThrow(/cannot sign with md5/);
    const certificate = issueCertificate({
      serial: 1,
      issuer: nameFromText('CN=a'),
      subject: nameFromText('CN=a'),
      publicKey: key,
      notBefore: new Date('2026-01-01T00:00:00Z'),
      notAfter: new Date('2027-01-01T00:00:00Z'),
      signingKey: key,
      hash: 'sha256',
    });
    const message = {
      messageType: 'PKCSReq' as const,
      transactionId: '1',
      senderNonce: new Uint8Array(16),
      digest: 'sha256' as const,
      signer: { certificate, key },
    };
    expect(() => encodePkiMessage(message)).toThrow(/needs an RSA key/);
  });
});
