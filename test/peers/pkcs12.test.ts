import { createPublicKey } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { Secret } from '../../src/domain/secret.ts';
import type { Pkcs12Encryption } from '../../src/pki/pkcs12/kinds.ts';
import { makePkcs12, type Pkcs12Contents } from '../../src/pki/pkcs12/make.ts';
import { isLegacyPkcs12 } from '../../src/pki/pkcs12/protection.ts';
import { readPkcs12 } from '../../src/pki/pkcs12/read.ts';
import { ecKeys, issue, rsaKeys } from '../pki/make-certificate.ts';
import { Folder } from './folder.ts';
import { certificatePem, openssl, writeKey } from './openssl.ts';
import { run } from './program.ts';

const WORDS = 'correct horse';
const PASSPHRASE = Secret.acquired(WORDS, 'this test');
/** How openssl is told to write and read each kind. */
const KINDS: readonly (readonly [Pkcs12Encryption, readonly string[], readonly string[]])[] = [
  ['modern', [], []],
  ['legacy', ['-legacy', '-descert', '-keypbe', 'PBE-SHA1-3DES', '-macalg', 'sha1'], ['-legacy']],
];

let rsa: Pkcs12Contents;
let ec: Pkcs12Contents;
beforeAll(() => {
  const root = issue({ subject: ['CN=Root'], ca: true, keys: rsaKeys(2048) });
  const contents = (keys: ReturnType<typeof rsaKeys>): Pkcs12Contents => ({
    key: keys.privateKey,
    certificate: issue({ subject: ['CN=br-1'], keys, issuer: root }).der,
    authorities: [root.der],
    friendlyName: 'BRANCH',
  });
  rsa = contents(rsaKeys(2048));
  ec = contents(ecKeys('P-384'));
});

const pem = (contents: Pkcs12Contents): string =>
  contents.key.export({ type: 'pkcs8', format: 'pem' }).toString();

describe.each(KINDS)('a %s PKCS#12 file', (encryption, writing, reading) => {
  it.each([['RSA'], ['EC']])('with an %s key is opened by openssl', async (kind) => {
    await using folder = await Folder.make();
    const contents = kind === 'RSA' ? rsa : ec;
    const file = await folder.write('made.p12', makePkcs12(contents, { passphrase: PASSPHRASE, encryption }));
    const open = (...args: readonly string[]): Promise<string> =>
      openssl('pkcs12', '-in', file, '-passin', `pass:${WORDS}`, ...reading, '-nodes', ...args);
    expect(await open('-nocerts')).toContain(pem(contents));
    expect(await open('-nokeys', '-clcerts')).toContain(certificatePem(contents.certificate));
    const authorities = await open('-nokeys', '-cacerts');
    for (const der of contents.authorities) expect(authorities).toContain(certificatePem(der));
    expect(await open('-nocerts')).toContain('friendlyName: BRANCH');
  });

  it('is protected as it says', async () => {
    await using folder = await Folder.make();
    const file = await folder.write('made.p12', makePkcs12(rsa, { passphrase: PASSPHRASE, encryption }));
    const { stderr } = await run('openssl', [
      'pkcs12',
      '-in',
      file,
      '-passin',
      `pass:${WORDS}`,
      '-info',
      '-noout',
      ...reading,
    ]);
    const [mac, bag] =
      encryption === 'modern'
        ? ['MAC: sha256, Iteration 2048', 'PBES2, PBKDF2, AES-256-CBC, Iteration 2048, PRF hmacWithSHA256']
        : ['MAC: sha1, Iteration 2048', 'pbeWithSHA1And3-KeyTripleDES-CBC, Iteration 2048'];
    expect(stderr).toContain(mac);
    expect(stderr).toContain(`PKCS7 Encrypted data: ${bag}`);
    expect(stderr).toContain(`Shrouded Keybag: ${bag}`);
  });

  it('is not opened by openssl with another passphrase', async () => {
    await using folder = await Folder.make();
    const file = await folder.write('made.p12', makePkcs12(rsa, { passphrase: PASSPHRASE, encryption }));
    const { code, stderr } = await run('openssl', [
      'pkcs12',
      '-in',
      file,
      '-passin',
      'pass:another',
      '-noout',
      ...reading,
    ]);
    expect(code).not.toBe(0);
    expect(stderr).toContain('invalid password');
  });

  it('that openssl made is opened', async () => {
    await using folder = await Folder.make();
    const key = await writeKey(folder, 'br-1.key', rsa.key);
    const certificate = await folder.write('br-1.crt', certificatePem(rsa.certificate));
    const chain = await folder.write('ca.crt', rsa.authorities.map(certificatePem).join(''));
    const files = ['-inkey', key, '-in', certificate, '-certfile', chain, '-out', folder.at('made.p12')];
    const labels = ['-name', 'BRANCH', '-passout', `pass:${WORDS}`];
    await openssl('pkcs12', '-export', ...writing, ...files, ...labels);
    const read = await readPkcs12(new Uint8Array(await folder.read('made.p12')), PASSPHRASE);
    expect(createPublicKey(read.key).equals(createPublicKey(rsa.key))).toBe(true);
    expect(read.certificate).toEqual(rsa.certificate);
    expect(read.authorities).toEqual(rsa.authorities);
    expect(read.friendlyName).toBe('BRANCH');
  });
});

/** What `openssl pkcs12 -export` takes for older ways, and what an export of Windows looks like. */
const OLD_WAYS: readonly (readonly [string, readonly string[]])[] = [
  ['RC2-40 and 3DES, as -legacy has it', []],
  ['RC2-128 for both', ['-keypbe', 'PBE-SHA1-RC2-128', '-certpbe', 'PBE-SHA1-RC2-128']],
  ['RC2-40 for both', ['-keypbe', 'PBE-SHA1-RC2-40', '-certpbe', 'PBE-SHA1-RC2-40']],
  ['3DES with two keys', ['-keypbe', 'PBE-SHA1-2DES', '-certpbe', 'PBE-SHA1-2DES']],
  [
    'the provider’s name and 2000 rounds, as Windows has it',
    ['-CSP', 'Microsoft Enhanced Cryptographic Provider v1.0', '-LMK', '-iter', '2000', '-macalg', 'sha1'],
  ],
  ['certificates in the clear', ['-certpbe', 'NONE']],
];

describe('a PKCS#12 file of older days', () => {
  it.each(OLD_WAYS)('with %s is opened, and taken for one', async (_what, how) => {
    await using folder = await Folder.make();
    const key = await writeKey(folder, 'br-1.key', rsa.key);
    const certificate = await folder.write('br-1.crt', certificatePem(rsa.certificate));
    const chain = await folder.write('ca.crt', rsa.authorities.map(certificatePem).join(''));
    const files = ['-inkey', key, '-in', certificate, '-certfile', chain, '-out', folder.at('made.p12')];
    await openssl('pkcs12', '-export', '-legacy', ...how, ...files, '-passout', `pass:${WORDS}`);
    const bytes = new Uint8Array(await folder.read('made.p12'));
    const read = await readPkcs12(bytes, PASSPHRASE);
    expect(createPublicKey(read.key).equals(createPublicKey(rsa.key))).toBe(true);
    expect(read.certificate).toEqual(rsa.certificate);
    expect(read.authorities).toEqual(rsa.authorities);
    expect(isLegacyPkcs12(bytes)).toBe(true);
    await expect(readPkcs12(bytes, Secret.acquired('another', 'this test'))).rejects.toMatchObject({
      code: 'wrong-passphrase',
    });
  });
});
