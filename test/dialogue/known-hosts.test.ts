import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { appendKnownHost, hostKeyFingerprint, KnownHosts, keyType } from '../../src/dialogue/known-hosts.ts';
import { ED25519, publicBlob, RSA } from './ssh-device.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'trustfleet-hosts-'));
afterAll(() => rmSync(folder, { recursive: true }));

const ed = publicBlob(ED25519);
const rsa = publicBlob(RSA);
const line = (hosts: string, key = ed): string =>
  `${hosts} ${keyType(key)} ${key.toString('base64')} a comment`;

function status(text: string, host: string, port = 22, key = ed): string {
  return new KnownHosts(text).check(host, port, key);
}

describe('known_hosts', () => {
  it('knows plain names, addresses and ports in brackets, without regard to case', () => {
    const text = `# comment\n\n${line('gw1.example.net,192.0.2.1')}\n${line('[gw2]:2222')}\n`;
    expect(status(text, 'GW1.example.net')).toBe('known');
    expect(status(text, '192.0.2.1')).toBe('known');
    expect(status(text, 'gw2', 2222)).toBe('known');
    expect(status(text, 'gw2')).toBe('unknown');
    expect(status(text, '192.0.2.1', 2222)).toBe('unknown');
  });

  it('knows wildcards and their exceptions', () => {
    const text = line('*.example.net,!bad.example.net,10.0.0.?');
    expect(status(text, 'gw1.example.net')).toBe('known');
    expect(status(text, 'bad.example.net')).toBe('unknown');
    expect(status(text, '10.0.0.7')).toBe('known');
    expect(status(text, '10.0.0.77')).toBe('unknown');
  });

  it('says changed for another key of the same type and of another type', () => {
    expect(status(line('gw1', rsa), 'gw1')).toBe('changed');
    expect(status(`${line('gw1', rsa)}\n${line('gw1')}`, 'gw1')).toBe('known');
    expect(new KnownHosts(line('gw1', rsa)).keyTypes('gw1', 22)).toEqual(['ssh-rsa']);
  });

  it('refuses a revoked key even where another line knows it', () => {
    expect(status(`${line('gw1')}\n@revoked ${line('*')}`, 'gw1')).toBe('revoked');
  });

  it('takes no certificate authority and no broken line for a host', () => {
    expect(status(`@cert-authority ${line('gw1')}`, 'gw1')).toBe('unknown');
    expect(status(`gw1 ssh-ed25519 ????`, 'gw1')).toBe('unknown');
    expect(status(`gw1 ssh-rsa ${ed.toString('base64')}`, 'gw1')).toBe('unknown');
  });

  it('hashes new names where the file does, and still finds them', async () => {
    const file = path.join(folder, 'hashed');
    await appendKnownHost(file, { host: 'gw1', port: 22, key: ed, hashed: true });
    await appendKnownHost(file, { host: 'gw2', port: 2222, key: rsa });
    const text = readFileSync(file, 'utf8');
    expect(text).not.toMatch(/^gw|[,[]gw/m);
    expect(text.trim().split('\n')).toHaveLength(2);
    expect(status(text, 'gw1')).toBe('known');
    expect(status(text, 'gw2', 2222, rsa)).toBe('known');
  });

  it('begins a new line in a file that does not end with one', async () => {
    const file = path.join(folder, 'open');
    writeFileSync(file, line('gw1'));
    await appendKnownHost(file, { host: 'gw2', port: 22, key: rsa });
    await appendKnownHost(file, { host: 'gw2', port: 22, key: rsa });
    expect(readFileSync(file, 'utf8').trim().split('\n')).toHaveLength(2);
  });

  const hasSshKeygen = (() => {
    try {
      return execFileSync('which', ['ssh-keygen'], { stdio: 'pipe' }).length > 0;
    } catch {
      return false;
    }
  })();

  it.runIf(hasSshKeygen)('agrees with ssh-keygen on hashing, names and fingerprints', () => {
    const file = path.join(folder, 'keygen');
    writeFileSync(file, `${line('gw1')}\n${line('[gw2]:2222', rsa)}\n`);
    execFileSync('ssh-keygen', ['-H', '-f', file], { stdio: 'pipe' });
    const text = readFileSync(file, 'utf8');
    expect(text).not.toMatch(/^gw|[,[]gw/m);
    expect(status(text, 'gw1')).toBe('known');
    expect(status(text, 'gw2', 2222, rsa)).toBe('known');
    const shown = execFileSync('ssh-keygen', ['-l', '-F', '[gw2]:2222', '-f', file]).toString();
    expect(shown).toContain(hostKeyFingerprint(rsa));
  });
});
