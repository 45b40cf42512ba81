import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { SshOptions } from '../../src/dialogue/ssh-transport.ts';
import { groupExchangeDevice } from './group-exchange-device.ts';
import { meet, memoryFile, SHA1 } from './meeting.ts';
import { sshDevice } from './ssh-device.ts';

describe('a host key', () => {
  const rsaKey = (modulusLength: number): string =>
    generateKeyPairSync('rsa', {
      modulusLength,
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
    }).privateKey;

  it.each([512, 768, 1024])(
    'of %i bits is refused with what to do, unless legacy is asked for',
    async (bits) => {
      await using device = await sshDevice({ ...SHA1, hostKeys: [rsaKey(bits)] });
      await using modern = await sshDevice({ hostKeys: [rsaKey(bits === 512 ? 1024 : bits)] });
      const { error } = await meet(modern, device.folder, { algorithms: 'modern' });
      expect(error?.code).toBe('ssh-too-weak');
      expect(error?.message).toMatch(/shows an RSA host key of \d+ bits, expected 2048 or more/);
      expect(error?.hint).toContain('crypto key generate rsa label SSH modulus 2048');
      expect(modern.attempts).toEqual([]);
      const { notes } = await meet(device, device.folder, { algorithms: 'legacy' });
      expect(notes[1]).toMatch(new RegExp(`^short SSH host key: RSA of ${bits} bits`));
    },
  );

  it('that is short is met by auto with a note, remembered, and may not get shorter', async () => {
    await using device = await sshDevice({ ...SHA1, hostKeys: [rsaKey(1024)] });
    const { notes } = await meet(device, device.folder);
    expect(notes.join('\n')).toContain('short SSH host key: RSA of 1024 bits');
    expect(JSON.parse(readFileSync(memoryFile(device.folder), 'utf8'))).toMatchObject({ hostKeyBits: 1024 });
    await using shorter = await sshDevice({ ...SHA1, hostKeys: [rsaKey(768)] });
    expect((await meet(shorter, device.folder)).error).toMatchObject({
      code: 'ssh-downgrade',
      message: expect.stringContaining('768 bits, expected 1024 or more') as string,
    });
  });
});

describe('a group exchange', () => {
  const options = (port: number, folder: string): Partial<SshOptions> => ({
    port,
    knownHosts: path.join(folder, 'known_hosts'),
  });

  it('with a small group is refused with what to do', async () => {
    await using device = await sshDevice();
    for (const bits of [1024, 1536, 2047]) {
      await using server = await groupExchangeDevice(bits, 'diffie-hellman-group-exchange-sha256');
      const { error } = await meet(device, device.folder, {
        ...options(server.port, device.folder),
        algorithms: 'modern',
      });
      expect(error).toMatchObject({
        code: 'ssh-too-weak',
        message: `127.0.0.1:${server.port} exchanges keys in a group of ${bits} bits, expected 2048 or more`,
        hint: expect.stringContaining('ip ssh dh min size 2048') as string,
      });
      expect(await server.answered).toBe(0);
    }
  });

  it('with a group of 1024 bits goes on where legacy is asked for, with 768 nowhere', async () => {
    await using device = await sshDevice();
    await using server = await groupExchangeDevice(1024);
    const meeting = meet(device, device.folder, {
      ...options(server.port, device.folder),
      algorithms: 'legacy',
      connectTimeoutMs: 500,
    });
    expect(await server.answered).toBe(32);
    expect((await meeting).error?.code).toBe('unreachable');
    await using tiny = await groupExchangeDevice(768);
    const { error } = await meet(device, device.folder, {
      ...options(tiny.port, device.folder),
      algorithms: 'legacy',
    });
    expect(error?.code).toBe('ssh-too-weak');
    expect(await tiny.answered).toBe(0);
  });

  it('with a group far larger than asked for is refused before anything is computed in it', async () => {
    await using device = await sshDevice();
    await using server = await groupExchangeDevice(16_384);
    const { error } = await meet(device, device.folder, {
      ...options(server.port, device.folder),
      algorithms: 'legacy',
    });
    expect(error?.message).toContain('a group of 16384 bits, more than the 8192 asked for');
    expect(await server.answered).toBe(0);
  });
});
