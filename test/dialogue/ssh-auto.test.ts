import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ServerLists } from '../../src/dialogue/kexinit.ts';
import {
  ALLOWANCES,
  type Allowance,
  neededAllowance,
  offeredAlgorithms,
} from '../../src/dialogue/ssh-algorithms.ts';
import { connectAuto } from '../../src/dialogue/ssh-auto.ts';
import { allowanceOf, type SshRecord } from '../../src/dialogue/ssh-memory.ts';
import { NeedsWeaker } from '../../src/dialogue/ssh-strength.ts';
import { DeviceError } from '../../src/domain/errors.ts';
import { Secret } from '../../src/domain/secret.ts';
import { meet, memoryFile, OLD, SHA1 } from './meeting.ts';
import { sshDevice } from './ssh-device.ts';

describe('algorithms: auto', () => {
  it('agrees on modern ones where the device can, and remembers it with mode 0600', async () => {
    await using device = await sshDevice();
    expect(await meet(device, device.folder)).toEqual({ notes: [], legacy: [] });
    const file = memoryFile(device.folder);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({
      version: 1,
      kex: 'ecdh-sha2-nistp256',
      hostKey: 'ssh-ed25519',
      cipher: 'aes128-gcm@openssh.com',
      mac: '',
    });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(path.dirname(file)).mode & 0o777).toBe(0o700);
    expect(readdirSync(path.dirname(file))).toEqual(['br-1.json']);
  });

  it('takes nothing weaker than a device of SHA-1 needs, in two tries, and says what is in use', async () => {
    await using device = await sshDevice(SHA1);
    const first = await meet(device, device.folder);
    expect(first.legacy).toEqual(['diffie-hellman-group14-sha1', 'ssh-rsa', 'hmac-sha1']);
    expect(first.notes).toEqual([
      'legacy SSH algorithms in use: diffie-hellman-group14-sha1, ssh-rsa, hmac-sha1',
    ]);
    expect(device.connections).toBe(2);
    await meet(device, device.folder);
    expect(device.connections).toBe(3);
    expect(device.attempts).toHaveLength(2);
  });

  it('takes what an old device needs', async () => {
    await using device = await sshDevice(OLD);
    expect((await meet(device, device.folder)).legacy).toEqual([
      'diffie-hellman-group1-sha1',
      'ssh-rsa',
      'aes128-cbc',
      'hmac-md5',
    ]);
  });

  it('refuses a device that asks for less than the last time, sends no password and says how to go on', async () => {
    await using device = await sshDevice(SHA1);
    await meet(device, device.folder);
    await using weaker = await sshDevice(OLD);
    const { error } = await meet(weaker, device.folder);
    expect(error?.code).toBe('ssh-downgrade');
    expect(error?.message).toMatch(/^weaker SSH than the last time: no common key exchange algorithm/);
    expect(error?.detail).toContain(
      'the last time: diffie-hellman-group14-sha1, ssh-rsa (2048 bits), aes128-ctr',
    );
    expect(error?.detail).toContain(memoryFile(device.folder));
    expect(error?.hint).toContain('remove the file');
    expect(weaker.attempts).toEqual([]);
    // What was explicitly asked for is not held against the past.
    expect((await meet(weaker, device.folder, { algorithms: 'legacy' })).error).toBeUndefined();
  });

  it('notices a single list that got weaker', async () => {
    await using device = await sshDevice(SHA1);
    await meet(device, device.folder);
    await using weaker = await sshDevice({
      ...SHA1,
      algorithms: { ...SHA1.algorithms, cipher: ['aes128-cbc'] },
    });
    expect((await meet(weaker, device.folder)).error?.message).toContain('no common cipher algorithm');
  });

  it('goes up with a device that got stronger, and holds it to that', async () => {
    await using device = await sshDevice(OLD);
    await meet(device, device.folder);
    await using upgraded = await sshDevice();
    const { notes, legacy } = await meet(upgraded, device.folder);
    expect(legacy).toEqual([]);
    expect(notes).toEqual([
      'SSH is stronger than the last time, and has to stay so: ecdh-sha2-nistp256, ssh-ed25519, aes128-gcm@openssh.com',
    ]);
    expect(upgraded.connections).toBe(1);
    expect((await meet(device, device.folder)).error?.code).toBe('ssh-downgrade');
  });

  it('does not begin anew because its memory is damaged', async () => {
    await using device = await sshDevice(SHA1);
    await meet(device, device.folder);
    for (const text of ['', '{"version":1}', '{"version":2}', '[]', 'null', '{"version":1,"kex":7}']) {
      writeFileSync(memoryFile(device.folder), text);
      const { error } = await meet(device, device.folder);
      expect(error?.code).toBe('ssh-downgrade');
      expect(error?.hint).toContain(memoryFile(device.folder));
    }
    expect(device.attempts).toHaveLength(1);
  });

  it('remembers nothing of a login that failed', async () => {
    await using device = await sshDevice(SHA1);
    const wrong = Secret.acquired('wrong-Passw0rd', 'this test');
    expect((await meet(device, device.folder, { password: wrong })).error?.code).toBe('login-refused');
    expect(device.attempts).toHaveLength(1);
    expect(readdirSync(device.folder)).not.toContain('ssh');
  });

  it('says that it has no memory where it has none', async () => {
    await using device = await sshDevice(SHA1);
    const { notes } = await meet(device, device.folder, { memory: { device: 'br-1' } });
    expect(notes[0]).toContain('without a state folder');
  });

  it('is of no use where nothing is in common', async () => {
    await using device = await sshDevice({ algorithms: { kex: ['diffie-hellman-group18-sha512'] } });
    const { error } = await meet(device, device.folder);
    expect(error?.code).toBe('algorithms-refused');
    expect(error?.message).toContain('the device offers diffie-hellman-group18-sha512');
    expect(device.connections).toBe(1);
  });
});

describe('many meetings with one device, whatever it offers', () => {
  const all = offeredAlgorithms(ALLOWANCES.legacy, []);
  const some = (names: readonly string[]): fc.Arbitrary<string[]> =>
    fc.subarray([...names], { minLength: 1 });
  const lists: fc.Arbitrary<ServerLists> = fc.record({
    kex: some(all.kex),
    hostKey: some(all.serverHostKey),
    cipher: some(all.cipher),
    mac: some(all.hmac),
  });
  const server = fc.record({ lists, bits: fc.constantFrom(512, 768, 1024, 2048, 4096) });

  /** Agrees as RFC 4253 section 7.1 says: on the client's first that the server has. */
  function agree(offered: readonly string[], theirs: readonly string[]): string | undefined {
    return offered.find((name) => theirs.includes(name));
  }

  function attempt({ lists: theirs, bits }: { lists: ServerLists; bits: number }, allowed: Allowance) {
    const ours = offeredAlgorithms(allowed, []);
    const kex = agree(ours.kex, theirs.kex);
    const hostKey = agree(ours.serverHostKey, theirs.hostKey);
    const cipher = agree(ours.cipher, theirs.cipher);
    const mac = cipher?.includes('gcm') === true ? '' : agree(ours.hmac, theirs.mac);
    if (kex === undefined || hostKey === undefined || cipher === undefined || mac === undefined) {
      const needed = neededAllowance(theirs, allowed);
      throw needed === undefined
        ? new DeviceError('algorithms-refused', 'nothing')
        : new NeedsWeaker('algorithms-refused', 'weaker', needed);
    }
    const isRsa = hostKey.includes('rsa');
    if (isRsa && bits < allowed.hostKeyBits)
      throw new NeedsWeaker('ssh-too-weak', 'short', { ...allowed, hostKeyBits: bits });
    return { kex, hostKey, cipher, mac, ...(isRsa ? { hostKeyBits: bits } : {}) };
  }

  it('never ends weaker than it was, except as a finding', async () => {
    const TIERS = ['modern', 'sha1', 'old'];
    const ranks = (record: SshRecord): number[] => {
      const { weakest, hostKeyBits, groupBits } = allowanceOf(record);
      return [...Object.values(weakest).map((tier) => -TIERS.indexOf(tier)), hostKeyBits, groupBits];
    };
    await fc.assert(
      fc.asyncProperty(fc.array(server, { minLength: 2, maxLength: 8 }), async (meetings) => {
        let kept: SshRecord | undefined;
        const memory = {
          recall: async () => kept,
          remember: async (_: string, record: SshRecord) => {
            kept = record;
          },
          place: () => 'here',
        };
        for (const one of meetings) {
          const before: SshRecord | undefined = kept;
          try {
            await connectAuto({ device: 'br-1', memory }, async (allowed) => ({
              negotiated: attempt(one, allowed),
              close: () => undefined,
            }));
            expect(kept).toBeDefined();
          } catch (thrown) {
            if (!(thrown instanceof DeviceError)) throw thrown;
            expect(thrown.code).toBe(before === undefined ? 'algorithms-refused' : 'ssh-downgrade');
            expect(kept).toEqual(before);
            continue;
          }
          if (before === undefined || kept === undefined) continue;
          const [was, is] = [ranks(before), ranks(kept)];
          for (const [index, rank] of is.entries()) expect(rank).toBeGreaterThanOrEqual(was[index] ?? 0);
        }
      }),
      { numRuns: 200 },
    );
  });
});
