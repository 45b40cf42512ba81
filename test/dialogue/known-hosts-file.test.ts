import {
  appendFileSync,
  mkdtempSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { type HostKeyStatus, keyType } from '../../src/dialogue/known-hosts.ts';
import { appendKnownHost, readKnownHosts } from '../../src/dialogue/known-hosts-file.ts';
import { ED25519, publicBlob, RSA } from './ssh-device.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'trustfleet-hosts-'));
afterAll(() => rmSync(folder, { recursive: true }));

const ed = publicBlob(ED25519);
const rsa = publicBlob(RSA);
const line = (hosts: string, key = ed): string => `${hosts} ${keyType(key)} ${key.toString('base64')}\n`;
const LONG_AGO = new Date('2026-01-01T00:00:00Z');

async function statusIn(file: string, host: string, key = ed): Promise<HostKeyStatus> {
  return (await readKnownHosts(file)).check(host, 22, key);
}

describe('a known_hosts file between two devices', () => {
  it('is seen anew when another program adds, takes away or marks a line', async () => {
    const file = path.join(folder, 'edited');
    expect(await statusIn(file, 'gw1')).toBe('unknown');
    writeFileSync(file, line('gw1'));
    expect(await statusIn(file, 'gw1')).toBe('known');
    appendFileSync(file, line('gw2'));
    expect(await statusIn(file, 'gw2')).toBe('known');
    appendFileSync(file, `@revoked ${line('*')}`);
    expect(await statusIn(file, 'gw1')).toBe('revoked');
    writeFileSync(file, line('gw2'));
    expect(await statusIn(file, 'gw1')).toBe('unknown');
    rmSync(file);
    expect(await statusIn(file, 'gw2')).toBe('unknown');
  });

  it('is seen anew when it changes to a text of the same length', async () => {
    const file = path.join(folder, 'same-length');
    writeFileSync(file, line('gw1'));
    expect(await statusIn(file, 'gw1')).toBe('known');
    writeFileSync(file, line('gw2'));
    expect(await statusIn(file, 'gw1')).toBe('unknown');
    expect(await statusIn(file, 'gw2')).toBe('known');
  });

  it('is seen anew when another file of its length and age takes its place', async () => {
    const [file, other] = [path.join(folder, 'replaced'), path.join(folder, 'replacement')];
    for (const [name, hosts] of [
      [file, 'gw1'],
      [other, 'gw2'],
    ] as const) {
      writeFileSync(name, line(hosts));
      utimesSync(name, LONG_AGO, LONG_AGO);
    }
    expect(await statusIn(file, 'gw1')).toBe('known');
    renameSync(other, file);
    expect(statSync(file).mtime).toEqual(LONG_AGO);
    expect(await statusIn(file, 'gw1')).toBe('unknown');
  });

  it('is read once as long as it stays what it was for a while, and anew once it does not', async () => {
    const [file, other] = [path.join(folder, 'settled'), path.join(folder, 'settled-other')];
    writeFileSync(file, line('gw1'));
    writeFileSync(other, line('gw2'));
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3_600_000 });
    try {
      const first = await readKnownHosts(file);
      expect(await readKnownHosts(file)).toBe(first);
      renameSync(other, file);
      expect(await readKnownHosts(file)).not.toBe(first);
      expect(await statusIn(file, 'gw1')).toBe('unknown');
      expect(await statusIn(file, 'gw2')).toBe('known');
      appendFileSync(file, `@revoked ${line('gw2')}`);
      expect(await statusIn(file, 'gw2')).toBe('revoked');
    } finally {
      vi.useRealTimers();
    }
  });

  it('goes on in a line that was not ended', async () => {
    const file = path.join(folder, 'unended');
    const [whole, half] = [line('gw1'), line('gw1').length / 2];
    writeFileSync(file, whole.slice(0, half));
    expect(await statusIn(file, 'gw1')).toBe('changed');
    appendFileSync(file, whole.slice(half));
    expect(await statusIn(file, 'gw1')).toBe('known');
  });

  it('has what many devices append at once, each once, and whoever reads then finds it', async () => {
    const file = path.join(folder, 'appended');
    const hosts = Array.from({ length: 20 }, (_, index) => `gw${index}`);
    await Promise.all(
      [...hosts, ...hosts].map(async (host) => {
        const before = readKnownHosts(file);
        await appendKnownHost(file, { host, port: 22, key: rsa });
        expect(await statusIn(file, host, rsa)).toBe('known');
        expect(await statusIn(file, host, ed)).toBe('changed');
        await before;
      }),
    );
    const sizes = hosts.map((host) => line(host, rsa).length);
    expect(statSync(file).size).toBe(sizes.reduce((sum, size) => sum + size, 0));
  });

  it('is no file where something else has its name: that is said', async () => {
    await expect(readKnownHosts(folder)).rejects.toMatchObject({ code: 'EISDIR' });
  });
});
