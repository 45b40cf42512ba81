import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import type { LabCa } from '../../src/lab/ca/lab-ca.ts';
import {
  CIPHERS,
  type Cipher,
  certificationRequest,
  DIGESTS,
  type Digest,
  type EnrollmentResult,
  keyUsage,
  nodeTransport,
  ScepClient,
  subjectAltName,
  temporarySigner,
} from '../../src/scep/index.ts';
import { Folder } from './folder.ts';
import { challengeFor, startCa } from './lab-ca.ts';
import {
  fingerprintOf,
  openssl,
  publicKeyOfCertificate,
  publicKeyOfKey,
  sha256,
  verifyCertificate,
  writeCertificates,
  writeKey,
} from './openssl.ts';

const SUBJECT = [
  [{ type: 'cn', value: 'br-0001.example.net' }],
  [
    { type: 'serialnumber', value: 'FTX1234L001' },
    { type: 'unstructuredname', value: 'br-0001.example.net' },
  ],
];
/** Single DES lives in a provider that OpenSSL 3 does not load by itself. */
const PROVIDERS = ['-provider', 'default', '-provider', 'legacy'];
const OID = { messageType: '2.16.840.1.113733.1.9.2', pkiStatus: '2.16.840.1.113733.1.9.3' };

let key: KeyObject;
beforeAll(() => {
  key = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
});

const algorithms = (Object.keys(CIPHERS) as Cipher[]).flatMap((cipher) =>
  (Object.keys(DIGESTS) as Digest[]).map((digest) => ({ cipher, digest })),
);

describe.each(['generic', 'ndes'] as const)('openssl on an enrollment with the %s profile', (profile) => {
  it('opens our request down to the PKCS#10, and our reply down to the certificate', async () => {
    await using ca = await startCa(profile);
    await using folder = await Folder.make();
    const files = await writeAuthority(folder, ca);
    const { challenge, enrolled } = await enroll(ca, folder, { cipher: 'aes256', digest: 'sha256' });
    if (enrolled.status !== 'granted') throw new Error(enrolled.status);

    await openRequest(folder, files);
    const request = await openssl(
      'req',
      '-inform',
      'DER',
      '-in',
      folder.at('csr.der'),
      '-verify',
      '-noout',
      '-text',
    );
    expect(request).toContain(`challengePassword        :${challenge}`);
    expect(request).toContain('DNS:br-0001.example.net');
    expect(request).toContain('Digital Signature, Key Encipherment');
    expect(request).toMatch(
      /Subject: CN = br-0001\.example\.net, serialNumber = FTX1234L001 \+ unstructuredName = br-0001/,
    );

    await openReply(folder, files);
    await verifyCertificate(folder.at('issued.pem'), files.root);
    expect(await fingerprintOf(folder.at('issued.pem'), 'sha256')).toBe(sha256(enrolled.certificate));
    expect(await publicKeyOfCertificate(folder.at('issued.pem'))).toBe(
      await publicKeyOfKey(folder.at('router.key')),
    );
  });

  it('finds the attributes of RFC 8894 where they belong', async () => {
    await using ca = await startCa(profile);
    await using folder = await Folder.make();
    await writeAuthority(folder, ca);
    const { enrolled } = await enroll(ca, folder, { cipher: '3des', digest: 'sha1' });

    const asked = await asn1(folder.at('request.der'));
    expect(asked).toMatch(attribute(OID.messageType, 'PRINTABLESTRING', '19'));
    expect(asked).toMatch(attribute('2.16.840.1.113733.1.9.7', 'PRINTABLESTRING', enrolled.transactionId));
    expect(asked).toMatch(
      attribute('2.16.840.1.113733.1.9.5', 'OCTET STRING', '\\[HEX DUMP\\]:[0-9A-F]{32}'),
    );
    const answered = await asn1(folder.at('reply.der'));
    expect(answered).toMatch(attribute(OID.messageType, 'PRINTABLESTRING', '3'));
    expect(answered).toMatch(attribute(OID.pkiStatus, 'PRINTABLESTRING', '0'));
    const nonce = /1\.9\.5\n.*\n.*\[HEX DUMP\]:(?<nonce>[0-9A-F]{32})/.exec(asked)?.groups?.nonce ?? 'none';
    expect(answered).toMatch(attribute('2.16.840.1.113733.1.9.6', 'OCTET STRING', `\\[HEX DUMP\\]:${nonce}`));
  });

  it('prints our CA certificates, and the fingerprints an operator would pin', async () => {
    await using ca = await startCa(profile);
    await using folder = await Folder.make();
    const { root } = await writeAuthority(folder, ca);
    for (const hash of ['md5', 'sha1', 'sha256'] as const) {
      expect(await fingerprintOf(root, hash)).toBe(ca.authority.fingerprint(hash));
    }
    await verifyCertificate(root, root);
    const answer = await nodeTransport()({
      method: 'GET',
      url: `${ca.enrollmentUrl}?operation=GetCACert&message=BRANCH`,
      headers: {},
    });
    const file = await folder.write('ca-certificates.der', answer.body);
    if (profile === 'generic') {
      expect(await openssl('x509', '-inform', 'DER', '-in', file, '-noout', '-subject')).toContain(
        'Lab Issuing CA',
      );
      return;
    }
    const printed = await openssl('pkcs7', '-inform', 'DER', '-in', file, '-print_certs');
    const pems = printed.match(/-----BEGIN[\s\S]+?-----END CERTIFICATE-----/g) ?? [];
    const { ca: issuing, ra } = ca.authority;
    const expected = [ra?.signing, ra?.encryption, issuing].map(
      (holder) => holder?.certificate ?? new Uint8Array(),
    );
    expect(pems.map((pem) => sha256(Buffer.from(pem.replace(/-----.*/g, ''), 'base64')))).toEqual(
      expected.map(sha256),
    );
    for (const pem of pems) await verifyCertificate(await folder.write('one.pem', pem), root);
  });
});

describe('openssl with every algorithm we write', () => {
  it.each(algorithms)('verifies and opens a request and a reply with $digest and $cipher', async (chosen) => {
    await using ca = await startCa('generic');
    await using folder = await Folder.make();
    const files = await writeAuthority(folder, ca);
    const { enrolled } = await enroll(ca, folder, chosen);
    if (enrolled.status !== 'granted') throw new Error(enrolled.status);
    await openRequest(folder, files);
    await openssl('req', '-inform', 'DER', '-in', folder.at('csr.der'), '-verify', '-noout');
    await openReply(folder, files);
    expect(await fingerprintOf(folder.at('issued.pem'), 'sha256')).toBe(sha256(enrolled.certificate));
  });
});

interface AuthorityFiles {
  readonly root: string;
  /** Everybody who may have signed a reply. */
  readonly signers: string;
  readonly recipient: string;
  readonly recipientKey: string;
}

async function writeAuthority(folder: Folder, { authority: { ca, ra } }: LabCa): Promise<AuthorityFiles> {
  const recipient = ra?.encryption ?? ca;
  return {
    root: await writeCertificates(folder, 'root.pem', ca.certificate),
    signers: await writeCertificates(folder, 'signers.pem', (ra?.signing ?? ca).certificate),
    recipient: await writeCertificates(folder, 'recipient.pem', recipient.certificate),
    recipientKey: await writeKey(folder, 'recipient.key', recipient.key),
  };
}

/** Enrolls with our client; request.der and reply.der are what went over the wire. */
async function enroll(
  ca: LabCa,
  folder: Folder,
  chosen: { readonly cipher: Cipher; readonly digest: Digest },
): Promise<{ readonly challenge: string; readonly enrolled: EnrollmentResult }> {
  const http = nodeTransport();
  const client = new ScepClient({
    url: ca.enrollmentUrl,
    transport: async (request) => {
      const response = await http(request);
      if (request.body !== undefined) {
        await folder.write('request.der', request.body);
        await folder.write('reply.der', response.body);
      }
      return response;
    },
  });
  const challenge = await challengeFor(ca);
  const csr = certificationRequest({
    subject: SUBJECT,
    key,
    hash: chosen.digest,
    challengePassword: challenge,
    extensions: [
      subjectAltName({ dns: ['br-0001.example.net'] }),
      keyUsage(['digitalSignature', 'keyEncipherment']),
    ],
  });
  const signer = temporarySigner({ csr, key });
  await writeCertificates(folder, 'signer.pem', signer.certificate);
  await writeKey(folder, 'router.key', key);
  const capabilities = await client.getCaCaps();
  const authorities = await client.getCaCertificates();
  const enrolled = await client.pkcsReq({ ca: authorities, capabilities, csr, signer, algorithms: chosen });
  return { challenge, enrolled };
}

/** Signature of the router, envelope for the CA: leaves csr.der. */
async function openRequest(folder: Folder, { recipient, recipientKey }: AuthorityFiles): Promise<void> {
  const signed = ['-inform', 'DER', '-in', folder.at('request.der'), '-out', folder.at('envelope.der')];
  // The signer is self-signed, so it is the only root that can vouch for it.
  const vouched = ['-CAfile', folder.at('signer.pem'), '-no-CApath', '-purpose', 'any', '-binary'];
  await openssl('cms', '-verify', ...signed, ...vouched, ...PROVIDERS);
  const sealed = ['-inform', 'DER', '-in', folder.at('envelope.der'), '-out', folder.at('csr.der')];
  await openssl('cms', '-decrypt', ...sealed, '-recip', recipient, '-inkey', recipientKey, ...PROVIDERS);
}

/** Signature of the CA or RA, envelope for the router: leaves issued.pem. */
async function openReply(folder: Folder, { root, signers }: AuthorityFiles): Promise<void> {
  const signed = ['-inform', 'DER', '-in', folder.at('reply.der'), '-out', folder.at('reply-envelope.der')];
  const vouched = ['-certfile', signers, '-CAfile', root, '-no-CApath', '-purpose', 'any', '-binary'];
  await openssl('cms', '-verify', ...signed, ...vouched, ...PROVIDERS);
  const sealed = [
    '-inform',
    'DER',
    '-in',
    folder.at('reply-envelope.der'),
    '-out',
    folder.at('certificates.der'),
  ];
  const opener = ['-recip', folder.at('signer.pem'), '-inkey', folder.at('router.key')];
  await openssl('cms', '-decrypt', ...sealed, ...opener, ...PROVIDERS);
  const printed = await openssl(
    'pkcs7',
    '-inform',
    'DER',
    '-in',
    folder.at('certificates.der'),
    '-print_certs',
  );
  await folder.write('issued.pem', printed);
}

function asn1(file: string): Promise<string> {
  return openssl('asn1parse', '-inform', 'DER', '-in', file);
}

/** An attribute in asn1parse's words: type, set, value, one a line. `value` is a pattern. */
function attribute(oid: string, type: string, value: string): RegExp {
  const name = oid.replaceAll('.', '\\.');
  return new RegExp(`OBJECT\\s+:${name}\\n.*SET\\s*\\n.*${type}\\s*:?${value}\\n`);
}
