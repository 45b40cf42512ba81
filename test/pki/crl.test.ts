import { describe, expect, it } from 'vitest';
import { crlUrls, readRevocation } from '../../src/pki/crl.ts';
import { decodeCertificate } from '../../src/pki/decode.ts';
import { formatPem } from '../../src/pki/pem.ts';
import {
  crlDistributionPoints,
  encodeName,
  issueCertificate,
  issueCrl,
  nameFromText,
  publicKeyInfo,
} from '../../src/scep/index.ts';
import { rsaKeys } from './make-certificate.ts';

const NOW = new Date('2026-11-21T12:00:00Z');
const DAY_MS = 86_400_000;
const inDays = (days: number): Date => new Date(NOW.getTime() + days * DAY_MS);
const NAME = encodeName(nameFromText('CN=Branch CA,O=Example'));
const [ROOT, OTHER, ROUTER] = [rsaKeys(), rsaKeys(), rsaKeys()];

const certificate = (serial: number, key = ROUTER.privateKey, points: readonly string[] = []): Uint8Array =>
  issueCertificate({
    serial,
    issuer: NAME,
    subject: serial === 1 ? NAME : encodeName(nameFromText('CN=br-0001')),
    publicKey: publicKeyInfo(key),
    notBefore: inDays(-100),
    notAfter: inDays(100),
    extensions: points.length === 0 ? [] : [crlDistributionPoints(points)],
    signingKey: ROOT.privateKey,
    hash: 'sha256',
  });
const CA = decodeCertificate(certificate(1, ROOT.privateKey));
const HELD = decodeCertificate(certificate(0xa1b2));

type ListOptions = Parameters<typeof issueCrl>[0];
const list = (more: Partial<ListOptions> = {}): Uint8Array =>
  issueCrl({
    issuer: NAME,
    signingKey: ROOT.privateKey,
    hash: 'sha256',
    thisUpdate: inDays(-1),
    nextUpdate: inDays(6),
    revoked: [{ serial: 0xa1b2, at: inDays(-3) }],
    number: 7,
    ...more,
  });
const read = (bytes: Uint8Array, held = HELD) =>
  readRevocation(bytes, held, [CA], { now: NOW, maxSkewMs: 300_000 });

describe('readRevocation', () => {
  it('finds a certificate on the list of its issuer, in DER and in PEM', () => {
    const revoked = { status: 'revoked', since: inDays(-3), reason: 'no reason given', listed: inDays(-1) };
    expect(read(list())).toEqual(revoked);
    expect(read(Buffer.from(formatPem(list(), 'X509 CRL')))).toEqual(revoked);
    expect(read(list({ hash: 'sha1' }))).toEqual(revoked);
  });

  it('finds that another one is not on it, and one that has no entries at all', () => {
    const good = { status: 'good', listed: inDays(-1) };
    expect(read(list({ revoked: [{ serial: 0xa1b3, at: NOW }] }))).toEqual(good);
    expect(read(list({ revoked: [] }))).toEqual(good);
  });

  it.each([
    ['made by somebody else', list({ signingKey: OTHER.privateKey }), 'its signature was not made by'],
    ['of another issuer', list({ issuer: encodeName(nameFromText('CN=Other')) }), 'of another issuer'],
    ['over', list({ nextUpdate: inDays(-0.5) }), 'it held until 2026-11-21T00:00:00.000Z'],
    ['of tomorrow', list({ thisUpdate: inDays(1) }), 'it begins only on'],
    ['cut', list().subarray(0, 100), 'it cannot be read'],
    ['no list', Buffer.from('<html>no such page</html>'), 'it cannot be read'],
    ['a certificate', CA.der, 'it cannot be read'],
    ['changed in one bit', flipped(list(), 40), /./],
  ])('believes no list that is %s', (_name, bytes, why) => {
    expect(read(bytes)).toEqual({
      status: 'unknown',
      why: typeof why === 'string' ? expect.stringContaining(why) : expect.stringMatching(why),
    });
  });
});

describe('crlUrls', () => {
  it('are those that can be fetched by http, and none where none are named', () => {
    const points = ['ldap:///CN=ca?crl', 'http://pki.example.net/ca.crl', 'https://pki.example.net/ca.crl'];
    expect(crlUrls(certificate(2, ROUTER.privateKey, points))).toEqual(points.slice(1));
    expect(crlUrls(HELD.der)).toEqual([]);
  });
});

function flipped(bytes: Uint8Array, at: number): Uint8Array {
  const changed = Uint8Array.from(bytes);
  changed[at] = (changed[at] ?? 0) ^ 1;
  return changed;
}
