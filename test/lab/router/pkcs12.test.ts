import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import forge from 'node-forge';
import { describe, expect, it } from 'vitest';

import type { RouterOptions } from '../../../src/lab/router/options.ts';
import { LabTftpServer } from '../../../src/lab/tftp-server.ts';
import { certificationRequest, keyUsage, nameFromText } from '../../../src/scep/index.ts';
import { Console } from './console.ts';
import { PaperCa, pem } from './paper-ca.ts';
import { MODERN_PKCS12, OLD_PKCS12 } from './pkcs12-vector.ts';

const PASTE = `
Enter the base 64 encoded pkcs12.
End with a blank line or the word "quit" on a line by itself

`;
const PASTED = /itself\r\n\r\n$/;
const IMPORTED = 'CRYPTO_PKI: Imported PKCS12 file successfully.\n\n';
const COMMAND = 'crypto pki import TP pkcs12 terminal password';

/** A key with its certificate. */
function identity(ca: PaperCa): { key: KeyObject; certificate: string } {
  const { privateKey: key } = generateKeyPairSync('rsa', { modulusLength: 1024 });
  const request = certificationRequest({
    subject: nameFromText('CN=r15.example.net,O=Example'),
    key,
    hash: 'sha256',
    extensions: [keyUsage(['digitalSignature', 'keyEncipherment'])],
  });
  const text = Buffer.from(request)
    .toString('base64')
    .match(/.{1,64}/g);
  return { key, certificate: pem('CERTIFICATE', ca.issue(text?.join('\n') ?? '')) };
}

/** A file in the way of before OpenSSL 3, in rows of 64. */
function legacyFile(key: KeyObject, certificates: readonly string[], passphrase: string): string {
  const asn1 = forge.pkcs12.toPkcs12Asn1(
    forge.pki.privateKeyFromPem(key.export({ type: 'pkcs1', format: 'pem' }).toString()),
    certificates.map((text) => forge.pki.certificateFromPem(text)),
    passphrase,
    { algorithm: '3des' },
  );
  return rows(Buffer.from(forge.asn1.toDer(asn1).getBytes(), 'latin1').toString('base64'));
}

function rows(base64: string): string {
  return base64.match(/.{1,64}/g)?.join('\n') ?? '';
}

async function imported(console: Console, text: string, passphrase: string): Promise<string> {
  await console.ask(`${COMMAND} ${passphrase}`, PASTED);
  return console.paste(text, 'quit', /(?:\]: |\(config\)#)$/);
}

const open = (options: Partial<RouterOptions> = {}): Promise<Console> => Console.configured(options);

describe('crypto pki import pkcs12 terminal', () => {
  it('makes a trustpoint with key, certificate and CA', async () => {
    const ca = new PaperCa();
    const { key, certificate } = identity(ca);
    using console = await open();
    expect(await console.ask(`${COMMAND} geheim`, PASTED)).toBe(PASTE);
    expect(await console.paste(legacyFile(key, [certificate, ca.pem], 'geheim'), '')).toBe(IMPORTED);
    const trustpoint = console.router.trustpoints.get('TP');
    expect(trustpoint?.ca?.certificate.der).toEqual(ca.certificate);
    expect(console.router.keys.get('TP')?.publicKey).toEqual(trustpoint?.identity?.certificate.publicKey);
    expect(await console.line('do show running-config | section crypto pki trustpoint')).toBe(
      'crypto pki trustpoint TP\n enrollment pkcs12\n revocation-check crl\n rsakeypair TP\n',
    );
    expect(await console.line('do show crypto pki certificates TP | include Certificate$|Status')).toBe(
      'Certificate\n  Status: Available\nCA Certificate\n  Status: Available\n',
    );
    expect(await console.line(`${COMMAND} geheim`)).toBe(
      "% Trustpoint 'TP' is in use.\n% Please delete it or use a different label.\n",
    );
  });

  it('changes nothing for a wrong passphrase and for a file that is none', async () => {
    const ca = new PaperCa();
    const { key, certificate } = identity(ca);
    using console = await open();
    expect(await imported(console, legacyFile(key, [certificate, ca.pem], 'geheim'), 'falsch')).toBe(
      'CRYPTO_PKI: Import PKCS12 operation failed, bad HMAC\nPossible causes: bad password or corrupted PKCS12\n\n',
    );
    expect(await imported(console, 'TUlJQg==', 'geheim')).toBe(
      'CRYPTO_PKI: Imported PKCS12 file failure.\n\n',
    );
    expect(await imported(console, legacyFile(key, [ca.pem], 'geheim'), 'geheim')).toBe(
      'CRYPTO_PKI: Imported PKCS12 file failure.\n\n',
    );
    expect(console.router.trustpoints.all).toEqual([]);
    expect(console.router.keys.all).toEqual([]);
    expect(console.router.syslog.lines.join('\n')).toContain(
      '%PKI-3-PKCS12_IMPORT_FAILURE: PKCS #12 import failed for trustpoint: TP. Reason: Failed to import pkcs12 context',
    );
  });

  it('asks before it replaces keys, and what was certified for them goes', async () => {
    const ca = new PaperCa();
    const [first, second] = [identity(ca), identity(ca)];
    using console = await open();
    await imported(console, legacyFile(first.key, [first.certificate, ca.pem], 'geheim'), 'geheim');
    await console.line('crypto pki trustpoint TP');
    await console.line('exit');
    await console.ask('no crypto pki trustpoint TP');
    await console.line('yes');
    const file = legacyFile(second.key, [second.certificate, ca.pem], 'geheim');
    expect(await imported(console, file, 'geheim')).toBe(
      '% You already have RSA keys defined named TP.\n% If you replace them, all router certs issued using these keys\n' +
        '% will be removed.\n% Do you really want to replace them? [yes/no]: ',
    );
    expect(await console.line('no')).toBe('');
    expect(console.router.trustpoints.all).toEqual([]);
    await imported(console, file, 'geheim');
    expect(await console.line('yes')).toBe(IMPORTED);
    expect(console.router.keys.all).toHaveLength(1);
  });

  it.each([
    ['yes', ['TP', 'TP-rrr1']],
    ['no', ['TP']],
  ])('asks about the CAs above one that is not self-signed: %s', async (answer, names) => {
    const root = new PaperCa();
    const issuing = new PaperCa('CN=Issuing CA,O=Example', root);
    const { key, certificate } = identity(issuing);
    using console = await open();
    expect(await imported(console, legacyFile(key, [certificate, issuing.pem, root.pem], 'a b'), 'a b')).toBe(
      '% The CA cert is not self-signed.\n% Do you also want to create trustpoints for CAs higher in\n' +
        '% the hierarchy? [yes/no]: ',
    );
    expect(await console.line(answer)).toBe(IMPORTED);
    expect(console.router.trustpoints.all.map(({ name }) => name)).toEqual(names);
    expect(console.router.trustpoints.get('TP')?.ca?.certificate.der).toEqual(issuing.certificate);
    const above = console.router.trustpoints.get('TP-rrr1')?.ca?.certificate.der;
    expect(above).toEqual(answer === 'yes' ? root.certificate : undefined);
  });

  it.each([
    ['17.9', 'CRYPTO_PKI: Imported PKCS12 file failure.\n\n'],
    ['17.16', '% The CA cert is not self-signed.\n'],
  ] as const)('on %s makes of a file of OpenSSL 3: %s', async (release, answer) => {
    using console = await open({ release });
    expect(await imported(console, rows(MODERN_PKCS12), 'vector')).toContain(answer);
    if (release === '17.9') {
      expect(console.router.syslog.lines.join('\n')).toContain('0x760(E_DIGEST_ALG_NOT_SUPPORTED');
      return;
    }
    await console.line('yes');
    expect(console.router.keys.all.map(({ type, bits }) => [type, bits])).toEqual([['ec', 256]]);
    expect(await console.line('do show running-config | include eckeypair')).toBe(' eckeypair TP\n');
    expect(await console.line('do show crypto pki certificates verbose TP')).toContain(
      '  Signature Algorithm: SHA256 with ECDSA\n',
    );
  });

  it('takes a file with RC2, as OpenSSL 1 made them, on every release that knows its key', async () => {
    for (const release of ['15.2', '17.16'] as const) {
      using console = await open({ release });
      expect(await imported(console, rows(OLD_PKCS12), 'vector')).toContain(
        '% The CA cert is not self-signed.',
      );
      expect(await console.line('yes')).toBe(IMPORTED);
      expect(console.router.trustpoints.all.map(({ name }) => name)).toEqual(['TP', 'TP-rrr1']);
    }
    using old = await open({ release: '12.4' });
    await old.ask('crypto pki import TP pkcs12 terminal vector', PASTED);
    expect(await old.paste(rows(OLD_PKCS12), 'quit')).toBe('CRYPTO_PKI: Imported PKCS12 file failure.\n\n');
  });

  it('has the passphrase behind the place on 12.4', async () => {
    const ca = new PaperCa();
    const { key, certificate } = identity(ca);
    using console = await open({ release: '12.4' });
    await console.ask('crypto pki import TP pkcs12 terminal geheim', PASTED);
    expect(await console.paste(legacyFile(key, [certificate, ca.pem], 'geheim'), 'quit')).toBe(IMPORTED);
  });
});

describe('crypto pki import pkcs12 from a file', () => {
  it('asks for the name and reads it', async () => {
    const ca = new PaperCa();
    const { key, certificate } = identity(ca);
    using console = await open();
    const file = Buffer.from(legacyFile(key, [certificate, ca.pem], 'geheim').replaceAll('\n', ''), 'base64');
    console.router.files.set('bootflash:r15.p12', file);
    expect(await console.ask('crypto pki import TP pkcs12 bootflash:r15.p12 password geheim', /\? $/)).toBe(
      '% Importing pkcs12...\nSource filename [r15.p12]? ',
    );
    expect(await console.line('')).toBe(`Reading file from bootflash:r15.p12\n${IMPORTED}`);
  });

  it('reads it from a TFTP server', async () => {
    const directory = await mkdtemp(path.join(tmpdir(), 'lab-pkcs12-'));
    await writeFile(path.join(directory, 'r15.p12'), Buffer.from(OLD_PKCS12, 'base64'));
    await using tftp = await LabTftpServer.start({ directory });
    using console = await open();
    const url = `tftp://127.0.0.1:${tftp.port}/r15.p12`;
    await console.ask(`crypto pki import TP pkcs12 ${url} password vector`, /\? $/);
    expect(await console.ask('')).toMatch(/\n\[OK - \d+ bytes\]\n\n% The CA cert is not self-signed\.\n/);
    expect(await console.line('no')).toBe(IMPORTED);
    expect(console.router.trustpoints.all.map(({ name }) => name)).toEqual(['TP']);
    await rm(directory, { recursive: true });
  });

  it('reads it from a web server, and says when that has none', async () => {
    const server = createServer((request, response) => {
      if (request.url === '/p12/r15.p12') response.end(Buffer.from(OLD_PKCS12, 'base64'));
      else response.writeHead(404).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const at = server.address();
    const port = typeof at === 'object' ? at?.port : undefined;
    using console = await open();
    const command = `crypto pki import TP pkcs12 http://127.0.0.1:${port}/p12`;
    expect(await console.ask(`${command}/none.p12 password vector`, /\? $/)).toContain('[p12/none.p12]');
    expect(await console.line('')).toBe(
      '%Error opening http://127.0.0.1/p12/none.p12 (No such file or directory)\n% Error: failed to open file.\n\n',
    );
    await console.ask(`${command}/r15.p12 password vector`, /\? $/);
    expect(await console.ask('')).toMatch(/^Loading http:\S+ !\n\[OK - \d+ bytes\]\n\n% The CA cert/);
    expect(await console.line('no')).toBe(IMPORTED);
    await new Promise((resolve) => server.close(resolve));
    const gone = `crypto pki import T2 pkcs12 http://127.0.0.1:${port}/p12/r15.p12 password vector`;
    await console.ask(gone, /\? $/);
    expect(await console.line('')).toContain('(I/O error)');
  });

  it('says when there is no such file', async () => {
    using console = await open();
    await console.ask('crypto pki import TP pkcs12 flash:none.p12 password geheim', /\? $/);
    expect(await console.line('')).toContain('% Error: failed to open file.\n');
  });
});
