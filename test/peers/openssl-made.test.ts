import { generateKeyPairSync } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  type Cipher,
  DIGESTS,
  type Digest,
  type Identity,
  issueCrl,
  openEnvelope,
  parseCertificate,
  parseCertificationRequest,
  readDegenerate,
  readEnvelope,
  readSignedData,
  ScepServer,
  subjectAltNameOf,
  verifySignedData,
} from '../../src/scep/index.ts';
import { makeAuthority, makeCa } from '../scep/world.ts';
import { Folder } from './folder.ts';
import { startCa } from './lab-ca.ts';
import { makeKey, openssl, sha256, writeCertificates, writeKey } from './openssl.ts';

const DATA = Buffer.from('a message that openssl wraps');
const CIPHER_OPTIONS: Readonly<Record<Cipher, readonly string[]>> = {
  des: ['-des'],
  '3des': ['-des3'],
  aes128: ['-aes-128-cbc'],
  aes192: ['-aes-192-cbc'],
  aes256: ['-aes-256-cbc'],
};
const CHUNKED = ['-stream', '-indef'];

let ca: Identity;
beforeAll(() => {
  ca = makeCa(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey);
});

describe('what openssl makes is read here', () => {
  it.each((Object.keys(DIGESTS) as Digest[]).flatMap((hash) => [hash]))(
    'a request signed with %s',
    async (hash) => {
      await using folder = await Folder.make();
      await makeKey(folder, 'router.key');
      await folder.write('request.cnf', REQUEST);
      const files = ['-key', folder.at('router.key'), '-config', folder.at('request.cnf')];
      await openssl('req', '-new', `-${hash}`, ...files, '-outform', 'DER', '-out', folder.at('csr.der'));
      const request = parseCertificationRequest(new Uint8Array(await folder.read('csr.der')));
      expect(request).toMatchObject({ hash, challengePassword: 'One-Time', extensionRequestForm: 'plain' });
      expect(subjectAltNameOf(request.extensions)).toMatchObject({ dns: ['br-0001.example.net'] });
    },
  );

  const ciphers = Object.keys(CIPHER_OPTIONS) as Cipher[];
  it.each(ciphers.flatMap((cipher) => [[], CHUNKED].map((form) => ({ cipher, form }))))(
    'an envelope with $cipher $form',
    async ({ cipher, form }) => {
      await using folder = await Folder.make();
      const plain = await folder.write('plain', DATA);
      const recipient = await writeCertificates(folder, 'ca.pem', ca.certificate);
      const files = ['-binary', '-in', plain, '-outform', 'DER', '-out', folder.at('envelope.der')];
      const providers = ['-provider', 'default', '-provider', 'legacy'];
      await openssl('cms', '-encrypt', ...providers, ...CIPHER_OPTIONS[cipher], ...form, ...files, recipient);
      const envelope = readEnvelope(new Uint8Array(await folder.read('envelope.der')));
      expect(Buffer.from(openEnvelope(envelope, [ca]))).toEqual(DATA);
    },
  );

  it.each(
    (Object.keys(DIGESTS) as Digest[]).flatMap((hash) => [[], CHUNKED].map((form) => ({ hash, form }))),
  )('a signature with $hash $form', async ({ hash, form }) => {
    await using folder = await Folder.make();
    const plain = await folder.write('plain', DATA);
    const signer = ['-signer', await writeCertificates(folder, 'ca.pem', ca.certificate)];
    const key = ['-inkey', await writeKey(folder, 'ca.key', ca.key)];
    const files = ['-in', plain, '-outform', 'DER', '-out', folder.at('signed.der')];
    const how = ['-nodetach', '-binary', '-md', hash, ...form];
    await openssl('cms', '-sign', ...how, ...signer, ...key, ...files);
    const signed = readSignedData(new Uint8Array(await folder.read('signed.der')));
    expect(verifySignedData(signed, [ca.certificate])).toMatchObject({ digest: hash });
    expect(Buffer.from(signed.content)).toEqual(DATA);
  });

  it('a set of certificates without a signature', async () => {
    await using lab = await startCa('ndes');
    await using folder = await Folder.make();
    const { ca: issuing, ra } = lab.authority;
    const ders = [issuing, ra?.signing, ra?.encryption].map((one) => one?.certificate ?? new Uint8Array());
    const pem = await writeCertificates(folder, 'all.pem', ...ders);
    const out = folder.at('set.der');
    await openssl('crl2pkcs7', '-nocrl', '-certfile', pem, '-outform', 'DER', '-out', out);
    const { certificates } = readDegenerate(new Uint8Array(await folder.read('set.der')));
    expect(certificates.map(sha256).sort()).toEqual(ders.map(sha256).sort());
  });
});

describe('what is made here beside enrollments is read by openssl', () => {
  it('a revocation list', async () => {
    await using folder = await Folder.make();
    const root = await writeCertificates(folder, 'ca.pem', ca.certificate);
    const crl = issueCrl({
      issuer: parseCertificate(ca.certificate).subject,
      thisUpdate: new Date('2026-05-04T10:00:00Z'),
      nextUpdate: new Date('2026-05-11T10:00:00Z'),
      number: 7,
      revoked: [{ serial: 0x1234, at: new Date('2026-05-01T10:00:00Z') }],
      signingKey: ca.key,
      hash: 'sha256',
    });
    const file = await folder.write('list.crl', crl);
    const text = await openssl(
      'crl',
      '-inform',
      'DER',
      '-in',
      file,
      '-CAfile',
      root,
      '-verify',
      '-noout',
      '-text',
    );
    expect(text).toContain('Serial Number: 1234');
    expect(text).toContain('Next Update: May 11 10:00:00 2026 GMT');
  });

  it('the next CA certificate, signed by the CA of today', async () => {
    await using folder = await Folder.make();
    const next = makeCa(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey);
    const server = new ScepServer({
      authority: {
        ...makeAuthority(ca),
        rollover: () => ({ certificates: [next.certificate], signer: ca }),
      },
    });
    const { status, body } = await server.handle({ method: 'GET', rawQuery: 'operation=GetNextCACert' });
    expect(status).toBe(200);
    const signed = await folder.write('next.der', body);
    const root = await writeCertificates(folder, 'ca.pem', ca.certificate);
    const how = ['-CAfile', root, '-no-CApath', '-purpose', 'any', '-no_check_time', '-binary'];
    const content = folder.at('set.der');
    await openssl('cms', '-verify', '-inform', 'DER', '-in', signed, ...how, '-out', content);
    await folder.write('next.pem', await openssl('pkcs7', '-inform', 'DER', '-in', content, '-print_certs'));
    const print = await openssl('x509', '-in', folder.at('next.pem'), '-noout', '-fingerprint', '-sha256');
    expect(print.trim().replaceAll(':', '')).toBe(`sha256 Fingerprint=${sha256(next.certificate)}`);
  });
});

const REQUEST = `[req]
prompt = no
distinguished_name = name
attributes = attributes
req_extensions = extensions
[name]
CN = br-0001.example.net
[attributes]
challengePassword = One-Time
[extensions]
subjectAltName = DNS:br-0001.example.net
keyUsage = digitalSignature, keyEncipherment
`;
