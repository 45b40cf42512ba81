import { generateKeyPairSync, type KeyObject, sign, X509Certificate } from 'node:crypto';

import { beforeAll, describe, expect, it } from 'vitest';

import {
  bitString,
  context,
  integer,
  octetString,
  oid,
  sequence,
  time,
} from '../../../src/scep/asn1/write.ts';
import {
  basicConstraints,
  caChain,
  classifyCaCertificates,
  degenerateSignedData,
  encodeName,
  envelopeRecipient,
  type Identity,
  issueCertificate,
  nameFromText,
  parseCertificate,
  publicKeyInfo,
  readCaCertificates,
  replySigners,
  selfSignedSigner,
} from '../../../src/scep/index.ts';
import { CA_NAME, issue, type Keys, LATER, makeCa, makeKeys, NOW } from '../world.ts';

let keys: Keys;
let root: Identity;
let issuing: Identity;
let agents: { readonly sign: Uint8Array; readonly encrypt: Uint8Array; readonly any: Uint8Array };
beforeAll(() => {
  keys = makeKeys();
  root = makeCa(keys.ca, nameFromText('CN=Root'));
  issuing = {
    key: keys.other,
    certificate: issueCertificate({
      serial: 2,
      issuer: nameFromText('CN=Root'),
      subject: CA_NAME,
      publicKey: keys.other,
      notBefore: NOW,
      notAfter: LATER,
      extensions: [basicConstraints({ ca: true })],
      signingKey: keys.ca,
      hash: 'sha256',
    }),
  };
  const agent = (usages?: readonly ('digitalSignature' | 'keyEncipherment')[]) =>
    issue({ ca: issuing, subject: nameFromText('CN=RA'), publicKey: keys.ra, ...(usages ? { usages } : {}) });
  agents = { sign: agent(['digitalSignature']), encrypt: agent(['keyEncipherment']), any: agent() };
});

describe('the certificates of GetCACert', () => {
  it('are told apart in any order', () => {
    const { sign, encrypt } = agents;
    const chain = root.certificate;
    const ca = issuing.certificate;
    for (const all of [
      [sign, encrypt, ca, chain],
      [chain, ca, encrypt, sign],
      [ca, sign, chain, encrypt],
    ]) {
      const found = readCaCertificates(degenerateSignedData({ certificates: all }));
      expect(found.ca).toEqual(ca);
      expect(found.all).toEqual(all);
      expect(new Set(found.ra)).toEqual(new Set([sign, encrypt]));
      expect(envelopeRecipient(found)).toEqual(encrypt);
      expect(replySigners(found)).toContainEqual(sign);
    }
  });

  it('may be one alone, whatever it says of itself', () => {
    const plain = selfSignedSigner({ fqdn: 'ca', key: keys.ca, hash: 'sha1', version: 1, notBefore: NOW });
    expect(readCaCertificates(plain)).toEqual({ ca: plain, ra: [], all: [plain] });
    expect(readCaCertificates(degenerateSignedData({ certificates: [plain] })).ca).toEqual(plain);
  });

  it('name the lowest CA when there is no registration authority', () => {
    const found = classifyCaCertificates([root.certificate, issuing.certificate, root.certificate]);
    expect(found).toMatchObject({ ca: issuing.certificate, ra: [] });
    expect(envelopeRecipient(found)).toEqual(issuing.certificate);
  });

  it('are a chain from the issuing CA to the root, as far as the answer has it', () => {
    const { encrypt } = agents;
    const whole = classifyCaCertificates([root.certificate, encrypt, issuing.certificate, root.certificate]);
    expect(caChain(whole)).toEqual([issuing.certificate, root.certificate]);
    expect(caChain(classifyCaCertificates([encrypt, issuing.certificate]))).toEqual([issuing.certificate]);
    expect(caChain(classifyCaCertificates([root.certificate]))).toEqual([root.certificate]);
  });

  it('have no RA that the CA did not sign', () => {
    const forged = issue({
      ca: { certificate: issuing.certificate, key: keys.ra },
      subject: nameFromText('CN=RA'),
      publicKey: keys.ra,
      usages: ['keyEncipherment'],
    });
    const found = classifyCaCertificates([forged, issuing.certificate]);
    expect(found.ra).toEqual([]);
    expect(envelopeRecipient(found)).toEqual(issuing.certificate);
    expect(replySigners(found)).toEqual([issuing.certificate]);
  });

  it('prefer an RA without key usage to one that only signs', () => {
    const found = classifyCaCertificates([agents.sign, agents.any, issuing.certificate]);
    expect(envelopeRecipient(found)).toEqual(agents.any);
    const signOnly = classifyCaCertificates([agents.sign, issuing.certificate]);
    expect(envelopeRecipient(signOnly)).toEqual(issuing.certificate);
  });

  it('are refused when two CAs could be meant, or none', () => {
    const ambiguous = expect.objectContaining({ code: 'ca-ambiguous' });
    const other = makeCa(keys.ra, nameFromText('CN=Other'));
    expect(() => classifyCaCertificates([root.certificate, other.certificate])).toThrow(ambiguous);
    expect(() => classifyCaCertificates([agents.sign, agents.encrypt])).toThrow(ambiguous);
    expect(() => classifyCaCertificates([])).toThrow(expect.objectContaining({ code: 'malformed' }));
  });
});

describe('a CA with an elliptic curve key', () => {
  it('is recognized as who signed its RA', () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    // Signed by OpenSSL’s rules, put together here: this library itself only signs with RSA.
    const { ca, ra } = ecHierarchy(privateKey, parseCertificate(agents.encrypt).publicKey);
    expect(new X509Certificate(ra).checkIssued(new X509Certificate(ca))).toBe(true);
    expect(classifyCaCertificates([ra, ca])).toMatchObject({ ca, ra: [ra] });
  });
});

function ecHierarchy(
  key: KeyObject,
  raKey: Uint8Array,
): { readonly ca: Uint8Array; readonly ra: Uint8Array } {
  const algorithm = sequence(oid('1.2.840.10045.4.3.2'));
  const issuer = encodeName(nameFromText('CN=EC CA'));
  const signed = (subject: Uint8Array, publicKey: Uint8Array, serial: number, isCa: boolean) => {
    const constraint = basicConstraints({ ca: isCa });
    const extensions = sequence(sequence(oid(constraint.oid), octetString(constraint.value)));
    const tbs = sequence(
      context(0, integer(2)),
      integer(serial),
      algorithm,
      issuer,
      sequence(time(NOW), time(LATER)),
      subject,
      publicKey,
      context(3, extensions),
    );
    return sequence(tbs, algorithm, bitString(sign('sha256', tbs, key)));
  };
  return {
    ca: signed(issuer, publicKeyInfo(key), 1, true),
    ra: signed(encodeName(nameFromText('CN=RA')), raKey, 2, false),
  };
}
