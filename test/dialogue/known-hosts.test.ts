import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { hostKeyFingerprint, KnownHosts, keyType } from '../../src/dialogue/known-hosts.ts';
import { appendKnownHost } from '../../src/dialogue/known-hosts-file.ts';
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

/** The file's rule, spelled out: any pattern means the host, unless a negated one does. */
function means(hosts: readonly string[], name: string): boolean {
  const one = (pattern: string): boolean => matchesFrom(pattern, name);
  const lower = hosts.map((host) => host.toLowerCase());
  if (lower.some((host) => host.startsWith('!') && one(host.slice(1)))) return false;
  return lower.some((host) => !host.startsWith('!') && one(host));
}

function matchesFrom(pattern: string, name: string): boolean {
  if (pattern === '') return name === '';
  if (pattern.startsWith('*'))
    return matchesFrom(pattern.slice(1), name) || (name !== '' && matchesFrom(pattern, name.slice(1)));
  const isSame = name !== '' && (pattern.startsWith('?') || pattern[0] === name[0]);
  return isSame && matchesFrom(pattern.slice(1), name.slice(1));
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

  it('refuses a key revoked by a hashed name, and by a pattern, on a host that is known by its plain name', async () => {
    const file = path.join(folder, 'revoked');
    await appendKnownHost(file, { host: 'gw1', port: 22, key: ed, hashed: true });
    const hashed = readFileSync(file, 'utf8');
    expect(status(`${line('gw1')}\n@revoked ${hashed}`, 'gw1')).toBe('revoked');
    expect(status(`${line('gw1')}\n@revoked ${line('gw?,!gw2')}`, 'gw1')).toBe('revoked');
    expect(status(`${line('gw1,gw2')}\n@revoked ${line('gw?,!gw2')}`, 'gw2')).toBe('known');
  });

  it('lists key types in the order of the file, wherever the name is a pattern', () => {
    const text = `${line('gw*', rsa)}\n${line('gw1')}\n@revoked ${line('gw1', publicBlob(ED25519))}`;
    expect(new KnownHosts(text).keyTypes('gw1', 22)).toEqual(['ssh-rsa', 'ssh-ed25519']);
  });

  it('answers as one that goes through every line for every host', () => {
    const names = ['gw1', 'gw2', '[gw1]:2222', '*', 'gw?', '!gw1', '!gw*', 'GW1', '[gw?]:*'];
    const entry = fc.record({
      marker: fc.constantFrom('', '', '@revoked ', '@cert-authority '),
      hosts: fc.array(fc.constantFrom(...names), { minLength: 1, maxLength: 3 }),
      key: fc.constantFrom(ed, rsa),
    });
    fc.assert(
      fc.property(
        fc.array(entry, { maxLength: 8 }),
        fc.constantFrom('gw1', 'gw2', 'Gw1'),
        fc.constantFrom(22, 2222),
        (entries, host, port) => {
          const lines = entries.map(({ marker, hosts, key }) => `${marker}${line(hosts.join(','), key)}`);
          const name = (port === 22 ? host : `[${host}]:${port}`).toLowerCase();
          const whole = new KnownHosts(lines.join('\n'));
          const byParts = new KnownHosts();
          for (const one of lines) byParts.add(`${one}\n`);
          for (const key of [ed, rsa]) {
            const meant = entries.filter(
              ({ marker, hosts }) => marker !== '@cert-authority ' && means(hosts, name),
            );
            const good = meant.filter(({ marker }) => marker === '');
            const isHere = (list: typeof meant): boolean => list.some((one) => one.key.equals(key));
            const expected = isHere(meant.filter(({ marker }) => marker !== ''))
              ? 'revoked'
              : isHere(good)
                ? 'known'
                : good.length === 0
                  ? 'unknown'
                  : 'changed';
            expect(whole.check(host, port, key)).toBe(expected);
            expect(byParts.check(host, port, key)).toBe(expected);
          }
        },
      ),
    );
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
