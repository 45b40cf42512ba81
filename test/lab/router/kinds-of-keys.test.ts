import { createPublicKey, X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';

import { keyUsageOf, parseCertificationRequest } from '../../../src/scep/index.ts';
import { Console } from './console.ts';
import { PaperCa, pem, requestIn } from './paper-ca.ts';

const PASTE = /itself\r\n\r\n$/;
const REDISPLAY = /Redisplay enrollment request\? \[yes\/no\]: $/;

describe('crypto key generate ec', () => {
  it.each([
    ['256', 'prime256v1'],
    ['384', 'secp384r1'],
    ['521', 'secp521r1'],
  ])('makes a key of %s bits and says nothing but its name', async (size, curve) => {
    using console = await Console.configured({ release: '17.16' });
    expect(await console.line(`crypto key generate ec keysize ${size} label EC exportable`)).toBe(
      'The name for the keys will be: EC\n\n',
    );
    const [key] = console.router.keys.all;
    const read = createPublicKey({ key: Buffer.from(key?.publicKey ?? []), format: 'der', type: 'spki' });
    expect(read.asymmetricKeyDetails?.namedCurve).toBe(curve);
    const shown = await console.line('do show crypto key mypubkey ec');
    expect(shown.split('\n').slice(1, 7)).toEqual([
      'Key name: EC',
      `Key type: EC KEYS      p${size} curve`,
      ' Storage Device: private-config',
      ' Usage: Signature Key',
      ' Key is exportable.',
      ' Key Data:',
    ]);
    expect(await console.line('do show crypto key mypubkey rsa')).toBe('');
    expect(await console.line('do show crypto key mypubkey all')).toBe(shown);
  });

  it('asks before it replaces an EC key, and minds no RSA key of the same name', async () => {
    using console = await Console.configured({ release: '15.7' });
    await console.line('crypto key generate rsa label K modulus 1024');
    expect(await console.line('crypto key generate ec keysize 256 label K')).toContain('The name for');
    expect(await console.ask('crypto key generate ec keysize 384 label K')).toBe(
      '% You already have EC keys defined named K.\n% Do you really want to replace them? [yes/no]: ',
    );
    await console.line('yes');
    expect(console.router.keys.all.map(({ type, bits }) => [type, bits])).toEqual([
      ['rsa', 1024],
      ['ec', 384],
    ]);
    await console.ask('crypto key zeroize ec K');
    await console.line('yes');
    expect(console.router.keys.all.map(({ type }) => type)).toEqual(['rsa']);
  });

  it('is unknown before 15.1(2)T, and 521 bits before 17', async () => {
    using old = await Console.configured({ release: '12.4' }, 'crypto pki trustpoint TP');
    expect(await old.line('eckeypair K')).toContain('% Invalid input');
    expect(await old.line('crypto key generate ec keysize 256 label K')).toContain('% Invalid input');
    using newer = await Console.configured({ release: '15.7' });
    expect(await newer.line('crypto key generate ec keysize 521 label K')).toContain('% Invalid input');
  });
});

describe('eckeypair', () => {
  it.each([
    ['256', 'sha256'],
    ['384', 'sha384'],
    ['521', 'sha512'],
  ])('asks for a certificate with ECDSA on %s bits, and shows it', async (size, hash) => {
    const ca = new PaperCa();
    using console = await Console.configured(
      { release: '17.9' },
      `crypto key generate ec keysize ${size} label EC`,
      'crypto pki trustpoint TP',
      'enrollment terminal pem',
      'serial-number none',
      'ip-address none',
      'eckeypair EC',
      'exit',
    );
    await console.ask('crypto pki authenticate TP', PASTE);
    await console.paste(ca.pem, 'quit', /\]: $/);
    await console.line('yes');
    await console.ask('crypto pki enroll TP');
    const printed = await console.ask('yes', REDISPLAY);
    await console.line('no');
    const request = parseCertificationRequest(requestIn(printed));
    expect(request.hash).toBe(hash);
    expect(keyUsageOf(request.extensions)).toEqual(['digitalSignature']);
    await console.ask('crypto pki import TP certificate', PASTE);
    expect(await console.paste(pem('CERTIFICATE', ca.issue(printed)), 'quit')).toContain(
      'successfully imported',
    );
    const listed = await console.line('do show crypto pki certificates verbose TP');
    expect(listed).toContain('  Certificate Usage: Signature\n');
    expect(listed).toContain(
      `    Public Key Algorithm: ecEncryption\n    EC Public Key: (${size} bit)\n  Signature Algorithm: SHA256 with RSA Encryption\n`,
    );
    expect(await console.line('do show running-config | section crypto pki trustpoint')).toContain(
      '\n eckeypair EC\n',
    );
  });

  it('finds no key where none was made', async () => {
    using console = await Console.configured(
      { release: '17.9' },
      'crypto pki trustpoint TP',
      'enrollment terminal',
      'serial-number none',
      'ip-address none',
      'eckeypair EC',
      'exit',
    );
    await console.ask('crypto pki enroll TP');
    expect(await console.line('yes')).toBe('CRYPTO_PKI: Can not select my full public key (TP)\n');
  });
});

describe('usage keys', () => {
  it('are two, made one after the other', async () => {
    using console = await Console.configured({});
    expect(await console.line('crypto key generate rsa usage-keys label K modulus 1024')).toBe(
      'The name for the keys will be: K\n\n% The key modulus size is 1024 bits\n' +
        '% Generating 1024 bit RSA keys, keys will be non-exportable...\n[OK] (elapsed time was 0 seconds)\n' +
        '% Generating 1024 bit RSA keys, keys will be non-exportable...\n[OK] (elapsed time was 0 seconds)\n\n',
    );
    expect(await console.line('do show crypto key mypubkey rsa | include name|Usage')).toBe(
      'Key name: K\n Usage: Signature Key\nKey name: K\n Usage: Encryption Key\n',
    );
    await console.line('crypto key generate rsa label K modulus 1024');
    expect(console.router.keys.all.map(({ use }) => use)).toEqual(['general']);
  });

  it('are asked for one by one where no modulus is given', async () => {
    using console = await Console.configured({});
    expect(await console.ask('crypto key generate rsa usage-keys label K')).toContain(
      '\n  Signature Keys. Choosing a key modulus',
    );
    expect(await console.ask('1024')).toContain('\n  Encryption Keys. Choosing a key modulus');
    await console.line('1024');
    expect(console.router.keys.labeled('K').map(({ use }) => use)).toEqual(['signature', 'encryption']);
  });

  it('enroll over the terminal with a request and a certificate each, in any order', async () => {
    const ca = new PaperCa();
    using console = await Console.configured(
      {},
      'crypto pki trustpoint TP',
      'enrollment terminal',
      'serial-number none',
      'ip-address none',
      'rsakeypair TP 1024 1024',
      'exit',
    );
    await console.ask('crypto pki authenticate TP', PASTE);
    await console.paste(ca.pem, 'quit', /\]: $/);
    await console.line('yes');
    await console.ask('crypto pki enroll TP');
    const first = await console.ask('yes', REDISPLAY);
    const second = await console.ask('no', REDISPLAY);
    await console.line('no');
    expect(first).toMatch(/^Signature key certificate request -\nCertificate Request follows:\n/);
    expect(second).toMatch(/^Encryption key certificate request -\nCertificate Request follows:\n/);
    expect(
      [first, second].map((text) => keyUsageOf(parseCertificationRequest(requestIn(text)).extensions)),
    ).toEqual([['digitalSignature'], ['keyEncipherment']]);
    expect(await console.line('do show crypto pki certificates TP | include Key Usage')).toBe(
      '   Key Usage: Signature\n   Key Usage: Encryption\n',
    );
    for (const text of [second, first]) {
      await console.ask('crypto pki import TP certificate', PASTE);
      expect(await console.paste(pem('CERTIFICATE', ca.issue(text)), 'quit')).toContain(
        '% Router Certificate successfully imported',
      );
    }
    const trustpoint = console.router.trustpoints.get('TP');
    const uses = [trustpoint?.identity, trustpoint?.encryption].map((stored) => stored?.certificate.keyUsage);
    expect(uses).toEqual([['digitalSignature'], ['keyEncipherment']]);
    expect(trustpoint?.status).toBe('Granted');
    expect(
      [trustpoint?.identity, trustpoint?.encryption].every((stored) =>
        new X509Certificate(stored?.certificate.der ?? '').checkIssued(new X509Certificate(ca.certificate)),
      ),
    ).toBe(true);
    expect(await console.line('do show crypto pki certificates TP | include Usage')).toBe(
      '  Certificate Usage: Encryption\n  Certificate Usage: Signature\n  Certificate Usage: Signature\n',
    );
    expect(await console.line('do show running-config | include ^ certificate')).toBe(
      ' certificate 04\n certificate 03\n certificate ca 02\n',
    );
    expect(await console.line('do show crypto pki trustpoints TP status')).toMatch(
      /Router Signature certificate configured:[\s\S]*Router Encryption certificate configured:/,
    );
  });
});

describe('keys on a token', () => {
  it('are made on it, kept on it, and shown with it', async () => {
    using console = await Console.configured({});
    await console.line('crypto key generate rsa label A modulus 1024 on usbtoken0:');
    await console.line('crypto key generate rsa label B modulus 1024 storage usbtoken0:');
    await console.line('crypto key storage usbtoken0:');
    await console.line('crypto key generate rsa label C modulus 1024');
    expect(await console.line('do show crypto key mypubkey rsa | include name|Device')).toBe(
      'Key name: A\n On Cryptographic Device: usbtoken0 (label=A, key index=0)\n' +
        'Key name: B\n Storage Device: usbtoken0:\nKey name: C\n Storage Device: usbtoken0:\n',
    );
    expect(await console.line('do show running-config | include key storage')).toBe(
      'crypto key storage usbtoken0:\n',
    );
  });

  it.each([{ faults: ['no-token'] as const }, { devices: [] }])(
    'are not made without one: %j',
    async (options) => {
      using console = await Console.configured(options);
      expect(await console.line('crypto key generate rsa label A modulus 1024 on usbtoken0:')).toBe(
        '% Device usbtoken0: is not available.\n',
      );
      for (const line of [
        'crypto pki trustpoint TP',
        'enrollment terminal',
        'serial-number none',
        'ip-address none',
        'rsakeypair TP 1024',
        'storage usbtoken0:',
        'exit',
      ])
        expect(await console.line(line)).toBe('');
      await console.ask('crypto pki enroll TP');
      expect(await console.line('yes')).toBe('% Device usbtoken0: is not available.\n');
      expect(console.router.keys.all).toEqual([]);
    },
  );

  it('need a device name with its colon, and a release that knows them', async () => {
    using console = await Console.configured({}, 'crypto pki trustpoint TP');
    expect(await console.line('on usbtoken0')).toBe('Explicit device name must be specified\n');
    expect(await console.line('on usbtoken0:')).toBe('');
    using old = await Console.configured({ release: '12.2' });
    expect(await old.line('crypto key storage usbtoken0:')).toContain('% Invalid input');
  });
});
