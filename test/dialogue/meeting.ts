import path from 'node:path';
import { SshMemoryFolder } from '../../src/dialogue/ssh-memory.ts';
import { connectSsh, type SshOptions } from '../../src/dialogue/ssh-transport.ts';
import { DeviceError } from '../../src/domain/errors.ts';
import { Secret } from '../../src/domain/secret.ts';
import { RSA, type SshDevice, type SshDeviceOptions } from './ssh-device.ts';

export const SHA1: SshDeviceOptions = {
  hostKeys: [RSA],
  ident: 'Cisco-1.25',
  algorithms: {
    kex: ['diffie-hellman-group14-sha1', 'diffie-hellman-group1-sha1'],
    serverHostKey: ['ssh-rsa'],
    cipher: ['aes128-ctr', 'aes128-cbc'],
    hmac: ['hmac-sha1', 'hmac-md5'],
  },
};
export const OLD: SshDeviceOptions = {
  ...SHA1,
  algorithms: {
    kex: ['diffie-hellman-group1-sha1'],
    serverHostKey: ['ssh-rsa'],
    cipher: ['aes128-cbc', '3des-cbc'],
    hmac: ['hmac-md5'],
  },
};

/** What a device agreed to, and what the operator was told. */
interface Meeting {
  readonly notes: string[];
  readonly error?: DeviceError;
  readonly legacy?: readonly string[];
}

export async function meet(
  device: SshDevice,
  folder: string,
  more: Partial<SshOptions> = {},
): Promise<Meeting> {
  const notes: string[] = [];
  try {
    const transport = await connectSsh({
      host: '127.0.0.1',
      port: device.port,
      username: 'netops',
      password: Secret.acquired('right-Passw0rd', 'this test'),
      knownHosts: path.join(folder, 'known_hosts'),
      acceptNewHostKeys: true,
      algorithms: 'auto',
      memory: { device: 'br-1', kept: new SshMemoryFolder(path.join(folder, 'ssh')) },
      connectTimeoutMs: 3_000,
      loginTimeoutMs: 3_000,
      onNote: (text) => notes.push(text),
      ...more,
    });
    transport.close();
    return { notes, legacy: transport.negotiated.legacy };
  } catch (thrown) {
    if (!(thrown instanceof DeviceError)) throw thrown;
    return { notes, error: thrown };
  }
}

export const memoryFile = (folder: string): string => path.join(folder, 'ssh', 'br-1.json');
