import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Device } from '../../src/domain/device.ts';
import { formatInputProblem, InputError } from '../../src/domain/errors.ts';
import { type Inventory, parseInventory } from '../../src/inventory/load.ts';
import { readConfigLines } from '../../src/inventory/ssh-config-lines.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'trustfleet-config-'));
  write('id_a', 'key');
  write('id_b', 'key');
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(name: string, text: string): void {
  mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
  writeFileSync(path.join(folder, name), text);
}

function load(config: string, devices: string, head = 'agent: true'): Inventory {
  write('config', config);
  const text = `defaults: { ssh: { config: ./config, ${head} }, trustpoints: [TP], domain: example.net }
authorities:
  ca: { scep: { url: "http://ca.example.net/scep" }, fingerprint: "${'A'.repeat(40)}" }
trustpoints: { TP: { authority: ca, subject: "CN={{fqdn}}" } }
devices:
${devices}`;
  return parseInventory(path.join(folder, 'inventory.yaml'), text);
}

function device(config: string, line: string, head?: string): Device {
  const [first] = load(config, `  a: ${line}\n`, head).devices;
  if (first === undefined) throw new Error('no device');
  return first;
}

function problemsOf(work: () => unknown): readonly string[] {
  try {
    work();
    return [];
  } catch (thrown) {
    if (!(thrown instanceof InputError)) throw thrown;
    return thrown.problems.map((problem) => formatInputProblem(problem).replaceAll(`${folder}/`, ''));
  }
}

describe('an OpenSSH configuration', () => {
  it('says where a host is, as whom to log in and by which key', () => {
    const config = `
# the pilot
Host gw-1 gw-2
    HostName 192.0.2.7
    Port = 2222
    User "net ops"   # who
    IdentityFile ${folder}/absent
    IdentityFile "${folder}/id_a"
    UserKnownHostsFile %d/kh-%n /nowhere
Host *
    User somebody
    IdentityFile ./id_b
`;
    const found = device(config, '{ host: gw-1 }');
    expect(found).toMatchObject({
      host: '192.0.2.7',
      port: 2222,
      ssh: { username: 'net ops', knownHosts: `${homedir()}/kh-gw-1`, agent: true },
    });
    expect(found.ssh.privateKey?.reference).toEqual({ kind: 'file', path: path.join(folder, 'id_a') });
    const other = device(config, '{ host: gw-3 }');
    expect(other).toMatchObject({ host: 'gw-3', port: 22, ssh: { username: 'somebody' } });
    expect(other.ssh.privateKey?.reference).toEqual({ kind: 'file', path: path.join(folder, 'id_b') });
    expect(other.ssh.knownHosts).toBe(path.join(folder, 'known_hosts'));
  });

  it('is beaten by everything the inventory says', () => {
    const config = `Host * !192.0.2.99
  Port 2222
  User somebody
  IdentityFile ./id_a
  UserKnownHostsFile /theirs
  ProxyJump jump@192.0.2.99
`;
    const head = 'username: netops, privateKey: { env: KEY }, knownHosts: ./ours, via: none, port: 22';
    const found = device(config, '{ host: gw }', head);
    expect(found).toMatchObject({
      port: 22,
      ssh: { username: 'netops', knownHosts: path.join(folder, 'ours') },
    });
    expect(found.ssh.privateKey?.reference).toEqual({ kind: 'env', name: 'KEY' });
    expect(found.ssh.via).toBeUndefined();
    expect(device(config, '{ host: gw, port: 23 }').port).toBe(23);
    expect(device(config, '{ host: gw, ssh: { config: false, username: u } }').ssh.username).toBe('u');
  });

  it.each([
    ['gw-1', ['gw-1'], true],
    ['gw-1', ['gw-*'], true],
    ['gw-1', ['gw-?'], true],
    ['gw-12', ['gw-?'], false],
    ['gw-1', ['!gw-1', '*'], false],
    ['gw-1', ['*', '!gw-1'], false],
    ['gw-1', ['!gw-2'], false],
    ['gw-1', ['!gw-2', 'gw*'], true],
    ['gw-1', ['gw-[0-9]'], false],
    ['gw-1', ['GW-1'], false],
    ['gw.1', ['gw?1'], true],
    ['gwx1', ['gw.1'], false],
  ])('for %s: Host %s holds: %s', (host, patterns, holds) => {
    const { port } = device(`Host ${patterns.join(' ')}\n Port 99\nHost *\n User u\n`, `{ host: ${host} }`);
    expect(port).toBe(holds ? 99 : 22);
  });

  it('includes files relative to its own folder, by name and pattern, and leaves out what is not there', () => {
    write('config.d/10-a.conf', 'Host gw\n  Port 1010\n');
    write('config.d/20-b.conf', 'Host gw\n  Port 2020\n  User b\nHost other\n  User never\n');
    write('config.d/.hidden.conf', 'User hidden\n');
    write('more', 'Include config.d/deep\nUser more\n');
    write('config.d/deep', 'User wrong-folder\n');
    const config = 'Include config.d/*.conf absent absent-*\nHost gw\n  Include more\nHost *\n  User last\n';
    expect(device(config, '{ host: gw }')).toMatchObject({ port: 1010, ssh: { username: 'b' } });
    expect(device(config, '{ host: gw2 }')).toMatchObject({ port: 22, ssh: { username: 'last' } });
  });

  it('leads through ProxyJump, hop by hop, and the first hop as its own ProxyJump says', () => {
    const config = `Host gw
  ProxyJump first,ops@second:2022,[2001:db8::1]
Host first
  HostName 192.0.2.50
  User jumper
  ProxyJump outer
Host second
  ProxyJump not-taken
Host outer
  IdentityFile ./id_a
Host *
  User everybody
`;
    const { ssh } = device(config, '{ host: gw }');
    expect(ssh.via?.map(({ username, host, port }) => `${username}@${host}:${port}`)).toEqual([
      'everybody@outer:22',
      'jumper@192.0.2.50:22',
      'ops@second:2022',
      'everybody@2001:db8::1:22',
    ]);
    expect(ssh.via?.[0]).toMatchObject({ agent: true, privateKey: { reference: { kind: 'file' } } });
  });

  it('takes a hop that jumpHosts describes from there', () => {
    write('config', 'Host *\n  User u\n  ProxyJump bastion\n');
    const text = `defaults: { ssh: { config: ./config, password: { env: PW } } }
jumpHosts: { bastion: { host: 192.0.2.44, username: jumper, password: { env: HOP } } }
devices: { a: { host: gw } }
`;
    const { devices } = parseInventory(path.join(folder, 'inventory.yaml'), text);
    expect(devices[0]?.ssh.via).toMatchObject([{ name: 'bastion', host: '192.0.2.44', username: 'jumper' }]);
  });

  it('has its Match left out with a warning, never guessed; Match all is Host *', () => {
    const { devices, warnings } = load(
      'Match host gw\n  Port 99\n  Include absent\nMatch all\n  User u\nHost gw\n  Port 23\n',
      '  a: { host: gw }\n',
    );
    expect(devices[0]).toMatchObject({ port: 23, ssh: { username: 'u' } });
    expect(warnings.map(({ line, message }) => [line, message])).toEqual([
      [1, 'Match is not supported: what stands under it is left out'],
    ]);
  });

  it('warns once of what only OpenSSH obeys, where it holds for a device', () => {
    const { warnings } = load(
      'Host gw-*\n  HostKeyAlias x\n  ServerAliveInterval 5\nHost elsewhere\n  Ciphers aes128-cbc\nHost *\n User u\n',
      '  "gw-[1-3]": { host: "gw-[1-3]" }\n',
    );
    expect(warnings.map(({ line, message }) => [line, message])).toEqual([
      [2, 'hostkeyalias is left out: only OpenSSH itself obeys it'],
    ]);
  });

  it.each([
    ['a port that is none', 'Host *\n User u\n Port 99999\n', ['config:3 expected a port from 1 to 65535']],
    ['a keyword without a value', 'Host *\n User\n Port 22\n', ['config:2 User has no value']],
    ['an open quote', 'User u\nHost "gw\n', ['config:2 a quote is not closed']],
    [
      'a ProxyCommand',
      'User u\nProxyCommand nc %h %p\n',
      ['config:2 ProxyCommand is not supported (use ProxyJump, or ssh.via in the inventory)'],
    ],
    [
      'a ProxyJump in a circle',
      'User u\nProxyJump x\n',
      ['config:2 ProxyJump goes in a circle (leave the jump host out of the pattern: Host * !bastion)'],
    ],
    [
      'a ProxyJump that is none',
      'User u\nProxyJump a@\n',
      ['config:2 expected [user@]host[:port], separated by commas'],
    ],
    ['an unknown token', 'User u\nIdentityFile ~/%C\n', ['config:2 the token %C is not supported here']],
    [
      'another user’s home',
      'User u\nIdentityFile ~bob/id\n',
      ['config:2 cannot read ~bob/id (only ~/ is understood, no other user or variable)'],
    ],
    ['an endless include', 'User u\nInclude config\n', ['config:2 more than 16 includes within each other']],
    [
      'a pattern for a folder',
      'User u\nInclude */config\n',
      ['config:2 cannot include */config (patterns may hold * and ?, in the name of the file only)'],
    ],
    [
      'nobody to log in as',
      'Port 22\n',
      ['inventory.yaml:6:6 devices.a: no ssh.username, nor a User for it in config'],
    ],
    [
      'a hop nobody can log in to',
      'Host gw\n User u\n ProxyJump h\n',
      ['config:3 jump host h: nobody says as whom to log in (write user@h, or User under Host h)'],
    ],
  ])('with %s stops everything', (_, config, sentences) => {
    expect(problemsOf(() => load(config, '  a: { host: gw }\n'))).toEqual(sentences);
  });

  it('that is not there is told where the inventory asks for it', () => {
    expect(
      problemsOf(() =>
        load('', '  a: { host: gw, ssh: { config: ./absent } }\n', 'username: u, agent: true'),
      ),
    ).toEqual(['inventory.yaml:6:33 devices.a.ssh.config: there is no file absent']);
  });

  it('without a key, an agent or a password lets nobody in', () => {
    expect(problemsOf(() => load('User u\n', '  a: { host: gw }\n', 'port: 22'))).toEqual([
      'inventory.yaml:6:6 devices.a: no ssh.password, ssh.privateKey or ssh.agent, nor an IdentityFile for it in config that is there',
    ]);
  });
});

describe('the lines of a configuration', () => {
  it('never run together: whatever stands in one line leaves the others alone', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme-ascii' }), (noise) => {
        const text = `Host a\n${noise.replaceAll('\n', ' ')}\nPort 22`;
        const lines = readConfigLines(text);
        expect(lines[0]).toEqual({ keyword: 'host', args: ['a'], line: 1 });
        expect(lines.at(-1)).toEqual({ keyword: 'port', args: ['22'], line: 3 });
        expect(lines.length).toBeLessThanOrEqual(3);
      }),
    );
  });
});
