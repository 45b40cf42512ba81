import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { JumpHostPool } from '../../src/dialogue/jump-hosts.ts';
import { SshMemoryFolder } from '../../src/dialogue/ssh-memory.ts';
import type { Device } from '../../src/domain/device.ts';
import type { DeviceResult } from '../../src/domain/result.ts';
import { Secret } from '../../src/domain/secret.ts';
import { type JobOptions, verifyDevice } from '../../src/enrollment/job.ts';
import { createRenderer } from '../../src/template/render.ts';
import { hopTo, jumpDevice } from '../dialogue/jump-device.ts';
import { RSA, type SshDevice, sshDevice } from '../dialogue/ssh-device.ts';
import { aDevice } from '../run/a-device.ts';

/** Verifies a device that speaks SSH and is no router: the job goes as far as its session and ends there. */
function meet(
  device: SshDevice,
  ssh: Partial<Device['ssh']>,
  more: Pick<JobOptions, 'sshMemory' | 'jumpHosts'>,
): Promise<DeviceResult> {
  const { folder, port } = device;
  const password = Secret.acquired('right-Passw0rd', 'this test');
  const knownHosts = path.join(folder, 'known_hosts');
  const base = aDevice('br-1', { command: 100, login: 2_000, connect: 2_000 });
  return verifyDevice(
    {
      ...base,
      host: '127.0.0.1',
      port,
      ssh: { ...base.ssh, username: 'netops', password, knownHosts, ...ssh },
    },
    {
      renderer: createRenderer(),
      challenges: {
        for: () => {
          throw new Error('nobody asks for a challenge');
        },
      },
      acceptNewHostKeys: true,
      allowOverwriteNvram: false,
      consents: () => new Set(),
      now: () => new Date(),
      signal: new AbortController().signal,
      onStep: () => undefined,
      ...more,
    },
  );
}

const OLD = {
  hostKeys: [RSA],
  algorithms: {
    kex: ['diffie-hellman-group14-sha1' as const],
    serverHostKey: ['ssh-rsa' as const],
    cipher: ['aes128-ctr' as const],
    hmac: ['hmac-sha1' as const],
  },
};

describe('a job connects', () => {
  it('as the inventory says: through its jump hosts, with what the device needs, which it remembers and notes', async () => {
    await using device = await sshDevice(OLD);
    await using hop = await jumpDevice();
    const jumpHosts = new JumpHostPool();
    const sshMemory = new SshMemoryFolder(path.join(device.folder, 'ssh'));

    const result = await meet(
      device,
      { algorithms: 'auto', via: [hopTo(hop, 'bastion')] },
      { jumpHosts, sshMemory },
    );

    expect(hop.streams[0]).toBe(`127.0.0.1:${device.port}`);
    expect(hop.attempts).toHaveLength(1);
    expect(device.attempts).toEqual(['password right-Passw0rd']);
    expect(result.notes).toContain(
      'legacy SSH algorithms in use: diffie-hellman-group14-sha1, ssh-rsa, hmac-sha1',
    );
    expect(result.notes.filter((note) => note.startsWith('new host key'))).toHaveLength(2);
    expect(existsSync(sshMemory.place('br-1'))).toBe(true);
    jumpHosts.close();
    await expect.poll(() => hop.open.connections).toBe(0);
  });

  it('not at all where that would be weaker than the last time', async () => {
    await using strong = await sshDevice();
    await using weak = await sshDevice(OLD);
    const sshMemory = new SshMemoryFolder(path.join(strong.folder, 'ssh'));
    await meet(strong, { algorithms: 'auto' }, { sshMemory });

    const { error } = await meet(weak, { algorithms: 'auto' }, { sshMemory });

    expect(error).toMatchObject({ code: 'ssh-downgrade', step: 'connect' });
    expect(error?.detail).toContain(sshMemory.place('br-1'));
    expect(weak.attempts).toEqual([]);
  });
});
