import { describe, expect, it } from 'vitest';

import { Console } from '../lab/router/console.ts';
import { requestIn } from '../lab/router/paper-ca.ts';
import { Folder } from './folder.ts';
import { certificatePem, openssl, verifyCertificate } from './openssl.ts';

const PASTED = /itself\r\n\r\n$/;
const REDISPLAY = /Redisplay enrollment request\? \[yes\/no\]: $/;
const SILENT = ['serial-number none', 'ip-address none'];

/** A root that openssl made; its files in the folder are `ca.key` and `ca.pem`. */
async function makeCa(folder: Folder): Promise<string> {
  const files = ['-keyout', folder.at('ca.key'), '-out', folder.at('ca.pem')];
  await openssl(
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-subj',
    '/CN=Paper',
    '-days',
    '30',
    ...files,
  );
  return (await folder.read('ca.pem')).toString();
}

describe('what a router of the lab prints for an offline CA', () => {
  it.each([
    ['an RSA key', 'crypto key generate rsa label K modulus 2048', 'rsakeypair K', 'sha256WithRSAEncryption'],
    ['a key on P-256', 'crypto key generate ec keysize 256 label K', 'eckeypair K', 'ecdsa-with-SHA256'],
    ['a key on P-384', 'crypto key generate ec keysize 384 label K', 'eckeypair K', 'ecdsa-with-SHA384'],
    ['a key on P-521', 'crypto key generate ec keysize 521 label K', 'eckeypair K', 'ecdsa-with-SHA512'],
  ])('is a request of %s that openssl verifies and signs', async (_what, keygen, pair, algorithm) => {
    await using folder = await Folder.make();
    const ca = await makeCa(folder);
    using console = await Console.configured(
      { release: '17.9' },
      keygen,
      'crypto pki trustpoint TP',
      'enrollment terminal pem',
      'subject-name CN=r15,O=Example',
      ...SILENT,
      pair,
      'exit',
    );
    await console.ask('crypto pki authenticate TP', PASTED);
    await console.paste(ca, 'quit', /\]: $/);
    await console.line('yes');
    await console.ask('crypto pki enroll TP');
    const printed = await console.ask('yes', REDISPLAY);
    await console.line('no');
    const request = await folder.write('r15.csr', requestIn(printed));
    const read = await openssl('req', '-inform', 'DER', '-in', request, '-verify', '-noout', '-text');
    expect(read).toContain(algorithm);
    expect(read).toMatch(/Subject: O ?= ?Example, CN ?= ?r15, unstructuredName ?= ?R15\.example\.net/);
    const signed = folder.at('r15.pem');
    const by = ['-CA', folder.at('ca.pem'), '-CAkey', folder.at('ca.key'), '-set_serial', '7', '-days', '9'];
    await openssl('x509', '-req', '-inform', 'DER', '-in', request, ...by, '-out', signed);
    await console.ask('crypto pki import TP certificate', PASTED);
    expect(await console.paste((await folder.read('r15.pem')).toString(), 'quit')).toContain(
      '% Router Certificate successfully imported',
    );
  });

  it('are two requests of usage keys, each for its use, that openssl verifies', async () => {
    await using folder = await Folder.make();
    const ca = await makeCa(folder);
    using console = await Console.configured(
      { release: '17.9' },
      'crypto key generate rsa usage-keys label K modulus 2048',
      'crypto pki trustpoint TP',
      'enrollment terminal pem',
      'subject-name CN=r15,O=Example',
      ...SILENT,
      'rsakeypair K',
      'exit',
    );
    await console.ask('crypto pki authenticate TP', PASTED);
    await console.paste(ca, 'quit', /\]: $/);
    await console.line('yes');
    await console.ask('crypto pki enroll TP');
    const keys: string[] = [];
    for (const [answer, usage, other] of [
      ['yes', 'Digital Signature', 'Key Encipherment'],
      ['no', 'Key Encipherment', 'Digital Signature'],
    ] as const) {
      const printed = await console.ask(answer, /Redisplay enrollm\w* request\? \[yes\/no\]: $/);
      const request = await folder.write(`${keys.length}.csr`, requestIn(printed));
      const read = await openssl(
        'req',
        '-inform',
        'DER',
        '-in',
        request,
        '-verify',
        '-noout',
        '-text',
        '-pubkey',
      );
      expect(read).toContain(usage);
      expect(read).not.toContain(other);
      keys.push(/-----BEGIN PUBLIC KEY-----[^-]+/.exec(read)?.[0] ?? '');
    }
    await console.line('no');
    expect(new Set(keys).size).toBe(2);
  });

  it('is a self-signed certificate that openssl verifies with itself', async () => {
    await using folder = await Folder.make();
    using console = await Console.configured(
      { release: '17.9' },
      'crypto pki trustpoint local',
      'enrollment selfsigned',
      'subject-name CN=r15',
      ...SILENT,
      'rsakeypair local 2048',
      'exit',
    );
    await console.ask('crypto pki enroll local');
    await console.line('yes');
    const der = console.router.trustpoints.get('local')?.identity?.certificate.der;
    const file = await folder.write('local.pem', certificatePem(der ?? new Uint8Array()));
    await expect(verifyCertificate(file, file)).resolves.toBeUndefined();
  });
});

describe('a PKCS#12 file that openssl made', () => {
  it.each([
    ['as it does by default', [], '17.16', true],
    ['as it does by default', [], '17.9', false],
    ['with -legacy', ['-legacy'], '17.9', true],
    ['with -legacy -descert', ['-legacy', '-descert'], '12.4', true],
    ['with AES-128 and SHA-512', ['-keypbe', 'AES-128-CBC', '-macalg', 'sha512'], '17.16', true],
  ] as const)('%s %j goes into %s: %s', async (_how, options, release, goes) => {
    await using folder = await Folder.make();
    await makeCa(folder);
    const key = folder.at('k.key');
    const request = folder.at('k.csr');
    const certificate = folder.at('k.pem');
    await openssl(
      'req',
      '-new',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-subj',
      '/CN=r15',
      '-keyout',
      key,
      '-out',
      request,
    );
    const by = ['-CA', folder.at('ca.pem'), '-CAkey', folder.at('ca.key'), '-set_serial', '7', '-days', '9'];
    await openssl('x509', '-req', '-in', request, ...by, '-out', certificate);
    const bundle = folder.at('k.p12');
    const chain = ['-inkey', key, '-in', certificate, '-certfile', folder.at('ca.pem')];
    await openssl('pkcs12', '-export', ...options, ...chain, '-passout', 'pass:geheim', '-out', bundle);
    using console = await Console.configured({ release });
    const word = release === '12.4' ? '' : 'password ';
    await console.ask(`crypto pki import TP pkcs12 terminal ${word}geheim`, PASTED);
    const rows = (await folder.read('k.p12')).toString('base64').match(/.{1,64}/g) ?? [];
    expect(await console.paste(rows.join('\n'), 'quit')).toContain(
      goes ? 'CRYPTO_PKI: Imported PKCS12 file successfully.' : 'CRYPTO_PKI: Imported PKCS12 file failure.',
    );
    expect(console.router.trustpoints.get('TP')?.identity !== undefined).toBe(goes);
  });
});
