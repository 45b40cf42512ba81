import { createPublicKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';

import { generateRsa } from '../../../src/lab/router/pki/key-store.ts';
import { Typist } from './typist.ts';
import { smallKey, startRouter } from './world.ts';

describe('crypto key generate rsa', () => {
  it('asks for the modulus, and makes a real key of that size', async () => {
    await using router = await startRouter({ keygen: generateRsa });
    await using typist = await Typist.login(router);
    await typist.lines('conf t');
    typist.type('crypto key generate rsa\r');
    expect(await typist.until(/: $/)).toBe(
      'crypto key generate rsa\r\nThe name for the keys will be: R15.example.net\r\n' +
        'Choose the size of the key modulus in the range of 360 to 4096 for your\r\n' +
        '  General Purpose Keys. Choosing a key modulus greater than 512 may take\r\n' +
        '  a few minutes.\r\n\r\nHow many bits in the modulus [512]: ',
    );
    expect(await typist.line('1024')).toMatch(
      /^% Generating 1024 bit RSA keys, keys will be non-exportable\.\.\.\n\[OK\] \(elapsed time was \d+ seconds\)\n\n$/,
    );
    const [key] = router.state.keys;
    const read = createPublicKey({ key: Buffer.from(key?.publicKey ?? []), format: 'der', type: 'spki' });
    expect(read.asymmetricKeyDetails?.modulusLength).toBe(1024);
  });

  it('asks nothing when the modulus is given, and replaces an existing key without a word', async () => {
    await using router = await startRouter();
    await using typist = await Typist.login(router);
    await typist.lines('conf t', 'do terminal width 0');
    const command = 'crypto key generate rsa general-keys label VPN modulus 1024';
    expect(await typist.line(command)).toBe(
      'The name for the keys will be: VPN\n\n% The key modulus size is 1024 bits\n' +
        '% Generating 1024 bit RSA keys, keys will be non-exportable...\n[OK] (elapsed time was 0 seconds)\n\n',
    );
    const before = router.state.keys[0]?.publicKey;
    expect(await typist.line(command)).toBe(
      '% You already have RSA keys defined named VPN.\n% They will be replaced.\n\n' +
        '% The key modulus size is 1024 bits\n' +
        '% Generating 1024 bit RSA keys, keys will be non-exportable...\n[OK] (elapsed time was 0 seconds)\n\n',
    );
    expect(router.state.keys).toHaveLength(1);
    expect(router.state.keys[0]?.publicKey).not.toEqual(before);
  });

  it('asks before it replaces a key when no modulus is given, and takes only yes and no', async () => {
    await using router = await startRouter();
    await using typist = await Typist.login(router);
    await typist.lines('conf t');
    await typist.line('crypto key generate rsa label K modulus 1024');
    typist.type('crypto key generate rsa label K\r');
    await typist.until(/% Do you really want to replace them\? \[yes\/no\]: $/);
    typist.type('\r');
    expect(await typist.until(/\]: $/)).toBe(
      "\r\n% Please answer 'yes' or 'no'.\r\n% Do you really want to replace them? [yes/no]: ",
    );
    expect(await typist.raw('no')).toBe('no\r\nR15(config)#');
  });

  it.each([
    [{ domain: '' }, '% Please define a domain-name first.\n'],
    [{ hostname: 'Router' }, '% Please define a hostname other than Router.\n'],
  ])('needs a name for a key without a label: %j', async (options, answer) => {
    await using router = await startRouter(options);
    await using typist = await Typist.login(router);
    await typist.lines('conf t');
    expect(await typist.line('crypto key generate rsa modulus 1024')).toBe(answer);
  });

  it('marks a modulus out of range', async () => {
    await using router = await startRouter();
    await using typist = await Typist.login(router);
    await typist.lines('conf t');
    expect(await typist.line('crypto key generate rsa label K modulus 8192')).toContain(
      "% Invalid input detected at '^' marker.",
    );
    expect(router.state.keys).toEqual([]);
  });
});

describe('show crypto key mypubkey rsa', () => {
  it('prints the SubjectPublicKeyInfo as hex, eight groups a line', async () => {
    const key = smallKey();
    await using router = await startRouter({
      clock: { start: new Date('2025-09-21T00:54:49Z'), authoritative: true },
      now: () => new Date('2026-01-01T00:00:00Z'),
      preset: [{ trustpoint: 'TP', lines: [], key: { label: 'R12CA', privateKey: key, exportable: true } }],
    });
    await using typist = await Typist.login(router);
    const printed = await typist.line('show crypto key mypubkey rsa');
    expect(printed.split('\n').slice(0, 7)).toEqual([
      '% Key pair was generated at: 00:54:49 UTC Sep 21 2025',
      'Key name: R12CA',
      'Key type: RSA KEYS',
      ' Storage Device: not specified',
      ' Usage: General Purpose Key',
      ' Key is exportable.',
      ' Key Data:',
    ]);
    const [first = '', ...rest] = printed.split('\n').slice(7, -1);
    expect(first).toMatch(/^ {2}(?:[0-9A-F]{8} ){8}$/);
    const der = Buffer.from([first, ...rest].join('').replaceAll(' ', ''), 'hex');
    const spki = createPublicKey(key).export({ type: 'spki', format: 'der' });
    expect(der.equals(spki)).toBe(true);
    expect(await typist.line('show crypto key mypubkey rsa OTHER')).toBe('');
  });
});

describe('crypto key zeroize rsa', () => {
  it('asks, then removes the key', async () => {
    await using router = await startRouter();
    await using typist = await Typist.login(router);
    await typist.lines('conf t');
    await typist.line('crypto key generate rsa label K modulus 1024');
    typist.type('crypto key zeroize rsa K\r');
    expect(await typist.until(/\]: $/)).toBe(
      "crypto key zeroize rsa K\r\n% Keys to be removed are named 'K'.\r\n" +
        '% All router certs issued using these keys will also be removed.\r\n' +
        'Do you really want to remove these keys? [yes/no]: ',
    );
    await typist.line('yes');
    expect(router.state.keys).toEqual([]);
  });
});
