import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type CaCapabilities,
  type CaCertificates,
  type Cipher,
  certificationRequest,
  type Digest,
  type EnrollmentResult,
  type ExtensionRequestForm,
  isIssuedBy,
  keyUsage,
  nameFromText,
  parseCertificate,
  publicKeyInfo,
  ScepClient,
  temporarySigner,
} from '../../src/scep/index.ts';
import { Folder } from './folder.ts';
import { certificatePem, openssl, verifyCertificate } from './openssl.ts';
import { DebianScepServer } from './scepserver.ts';

let server: DebianScepServer;
let client: ScepClient;
let ca: CaCertificates;
let capabilities: CaCapabilities;
let key: KeyObject;
let newKey: KeyObject;

beforeAll(async () => {
  server = await DebianScepServer.start();
  client = new ScepClient({ url: server.url });
  capabilities = await client.getCaCaps();
  ca = await client.getCaCertificates('BRANCH');
  key = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  newKey = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

describe("our client at micromdm's scepserver", () => {
  it('reads what the CA can do', () => {
    expect([...capabilities].sort()).toEqual([
      'AES',
      'DES3',
      'POSTPKIOperation',
      'Renewal',
      'SCEPStandard',
      'SHA-1',
      'SHA-256',
    ]);
  });

  it('gets the certificate that lies in the depot', async () => {
    expect(certificatePem(ca.ca)).toBe((await server.folder.read('depot/ca.pem')).toString());
    expect(ca.ra).toEqual([]);
  });

  it('enrolls with the algorithms it chooses by itself', async () => {
    const name = 'chosen';
    const result = await client.pkcsReq({ ca, capabilities, ...firstRequest(name) });
    await expectGranted(result, name, key);
  });

  const ciphers: readonly Cipher[] = ['des', '3des', 'aes128', 'aes256'];
  const digests: readonly Digest[] = ['sha1', 'sha256', 'sha384', 'sha512'];
  const ways = ciphers.flatMap((cipher) =>
    digests.flatMap((digest) => (['GET', 'POST'] as const).map((method) => ({ method, cipher, digest }))),
  );
  it.each(ways)('enrolls by $method with $cipher and $digest', async ({ method, cipher, digest }) => {
    const name = `${method}-${cipher}-${digest}`;
    const known = new Set(
      [...capabilities].filter((word) => method === 'POST' || word !== 'POSTPKIOperation'),
    );
    const algorithms = { cipher, digest };
    const request = firstRequest(name, { hash: digest });
    const result = await client.pkcsReq({ ca, capabilities: known, ...request, algorithms });
    await expectGranted(result, name, key);
  });

  it.each([
    ['MD5', { algorithms: { cipher: '3des', digest: 'md5' } as const }, {}],
    ['AES-192', { algorithms: { cipher: 'aes192', digest: 'sha256' } as const }, {}],
    ['extensions in a T61String', {}, { form: 't61' } as const],
  ])('hears of an HTTP error when the CA does not understand %s', async (_, how, words) => {
    const before = await server.issued();
    const asked = client.pkcsReq({ ca, capabilities, ...firstRequest('strange', words), ...how });
    await expect(asked).rejects.toMatchObject({ name: 'ScepError', code: 'http-status' });
    expect(await server.issued()).toEqual(before);
  });

  it.each([
    ['a wrong challenge', 'wrong'],
    ['no challenge', ''],
  ])('is refused with %s', async (_, challenge) => {
    const before = await server.issued();
    const result = await client.pkcsReq({ ca, capabilities, ...firstRequest('refused', { challenge }) });
    expect(result).toMatchObject({ status: 'rejected', failInfo: 'badRequest' });
    expect(await server.issued()).toEqual(before);
  });

  it.each(['renewalReq', 'pkcsReq'] as const)(
    'renews with a new key by %s, signed by the old one',
    async (how) => {
      const name = `renewed-${how}`;
      const first = await client.pkcsReq({ ca, capabilities, ...firstRequest(name) });
      const { certificate } = await expectGranted(first, name, key);
      const request = { csr: requestFor(name, newKey), signer: { certificate, key } };
      const second = await client[how]({ ca, capabilities, ...request });
      const renewed = await expectGranted(second, name, newKey);
      expect(parseCertificate(renewed.certificate).serial).not.toBe(parseCertificate(certificate).serial);
      const states = (await server.issued()).filter(({ subject }) => subject === `/CN=${name}`);
      expect(states.map(({ state }) => state)).toEqual(['R', 'V']);
    },
  );

  it('gets a certificate for each of two usage keys, with one challenge; this CA keeps one a name and revokes the first', async () => {
    const name = 'usage-keys';
    const results: EnrollmentResult[] = [];
    for (const [holder, usage] of [
      [key, 'digitalSignature'],
      [newKey, 'keyEncipherment'],
    ] as const) {
      const csr = requestFor(name, holder, { usage: [usage] });
      await using folder = await Folder.make();
      const file = await folder.write('x.csr', csr);
      const text = await openssl('req', '-inform', 'DER', '-in', file, '-verify', '-noout', '-text');
      expect(text).toContain(usage === 'digitalSignature' ? 'Digital Signature' : 'Key Encipherment');
      const result = await client.pkcsReq({
        ca,
        capabilities,
        csr,
        signer: temporarySigner({ csr, key: holder }),
      });
      results.push(await expectGranted(result, name, holder));
    }
    expect(new Set(results.map(({ transactionId }) => transactionId)).size).toBe(2);
    const states = (await server.issued()).filter(({ subject }) => subject === `/CN=${name}`);
    expect(states.map(({ state }) => state)).toEqual(['R', 'V']);
  });

  it('is not told of a next CA certificate, and does not ask', async () => {
    const asked = client.getNextCaCertificates({ ca, capabilities });
    await expect(asked).rejects.toMatchObject({ code: 'not-offered' });
  });

  it('hears of an HTTP error at the address a router would use', async () => {
    const other = new ScepClient({ url: `${server.url}/pkiclient.exe` });
    await expect(other.getCaCertificates()).rejects.toMatchObject({ code: 'http-status' });
    expect(await other.getCaCaps()).toEqual(new Set());
  });
});

interface Words {
  readonly challenge?: string;
  readonly hash?: Digest;
  readonly form?: ExtensionRequestForm;
  readonly usage?: Parameters<typeof keyUsage>[0];
}

function requestFor(name: string, holder: KeyObject, words: Words = {}): Uint8Array {
  return certificationRequest({
    subject: nameFromText(`CN=${name}`),
    key: holder,
    hash: words.hash ?? 'sha256',
    challengePassword: words.challenge ?? server.challenge,
    extensions: [keyUsage(words.usage ?? ['digitalSignature', 'keyEncipherment'])],
    extensionRequestForm: words.form ?? 'plain',
  });
}

function firstRequest(name: string, words: Words = {}) {
  const csr = requestFor(name, key, words);
  return { csr, signer: temporarySigner({ csr, key }) };
}

/** The certificate is for the key, openssl verifies it, and the CA has the same one in its depot. */
async function expectGranted(
  result: EnrollmentResult,
  name: string,
  holder: KeyObject,
): Promise<Extract<EnrollmentResult, { status: 'granted' }>> {
  if (result.status !== 'granted') throw new Error(`${name}: ${JSON.stringify(result)}`);
  const certificate = parseCertificate(result.certificate);
  expect(Buffer.from(certificate.publicKey)).toEqual(Buffer.from(publicKeyInfo(holder)));
  expect(isIssuedBy(certificate, parseCertificate(ca.ca))).toBe(true);
  await using folder = await Folder.make();
  await verifyCertificate(await folder.write('issued.pem', certificatePem(result.certificate)), server.root);
  const entry = (await server.issued()).at(-1);
  expect(entry).toEqual({ state: 'V', serial: certificate.serial, subject: `/CN=${name}` });
  const kept = await server.folder.read(`depot/${name}.${parseInt(certificate.serial, 16)}.pem`);
  expect(certificatePem(result.certificate)).toBe(kept.toString());
  return result;
}
