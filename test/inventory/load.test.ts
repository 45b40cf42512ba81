import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { Secret } from '../../src/domain/secret.ts';
import { loadInventory, parseInventory } from '../../src/inventory/load.ts';
import { openSecrets } from '../../src/inventory/secrets.ts';
import { selectDevices } from '../../src/inventory/select.ts';
import { deviceOf, HEAD, parse, SHA256 } from './inventories.ts';

const EXAMPLE = path.resolve(import.meta.dirname, '../../inventory.example.yaml');

/** The example of the design, with a real fingerprint and user name. */
const DESIGN = `# yaml-language-server: $schema=./docs/inventory.schema.json
defaults:
  ssh: { username: netops, password: { env: TRUSTFLEET_PASSWORD }, enable: { env: TRUSTFLEET_ENABLE }, knownHosts: ./known_hosts }
  clock: { timezone: UTC, ntp: [192.0.2.1, 192.0.2.2] }
authorities:
  branch-ca:
    scep: { url: "http://ndes.example.net/certsrv/mscep/mscep.dll", ra: true }
    fingerprint: "${SHA256}"            # any of MD5, SHA1, SHA256; several may be given, all must match
    challenge: { ndes: { url: "https://ndes.example.net/certsrv/mscep_admin/", username: svc, password: { env: NDES_PASSWORD } } }
trustpoints:
  BRANCH:
    authority: branch-ca
    key: { type: rsa, size: 2048, label: BRANCH }
    subject: "CN={{fqdn}},OU=Branches,O=Example"
    serialNumber: false
    ipAddress: none
    revocationCheck: [crl, none]
    renew: { before: 30d, keys: regenerate }
groups:
  emea: { clock: { timezone: { name: CET, offset: "+01:00" } }, vars: { region: emea } }
devices:
  br-0001: { host: 192.0.2.11, groups: [emea], trustpoints: [BRANCH], vars: { site: Lyon } }
`;

describe('loadInventory', () => {
  it('loads the example of the design with everything decided', () => {
    const { devices, warnings } = parse(DESIGN);
    expect(devices).toMatchObject([
      {
        name: 'br-0001',
        host: '192.0.2.11',
        port: 22,
        fqdn: 'br-0001',
        groups: ['emea'],
        tags: [],
        vars: { site: 'Lyon', region: 'emea' },
        ssh: { username: 'netops', knownHosts: path.resolve('known_hosts'), algorithms: 'modern' },
        timeouts: { connect: 30_000, command: 60_000, keygen: 600_000, device: 1_800_000 },
        clock: {
          timezone: { name: 'CET', offsetMinutes: 60 },
          ntp: {
            servers: [
              { address: '192.0.2.1', prefer: false },
              { address: '192.0.2.2', prefer: false },
            ],
            keys: [],
          },
          ntpWaitMs: 30_000,
          maxSkewMs: 300_000,
        },
        trustpoints: [
          {
            name: 'BRANCH',
            method: { kind: 'scep' },
            authority: {
              name: 'branch-ca',
              scep: { url: 'http://ndes.example.net/certsrv/mscep/mscep.dll', ra: true },
              fingerprints: [{ hash: 'SHA256', hex: SHA256.slice(7) }],
              challenge: {
                kind: 'ndes',
                auth: 'ntlm',
                allowInsecure: false,
                capacity: 5,
                validityMs: 3_600_000,
              },
              renewalChallenge: false,
            },
            key: { type: 'rsa', label: 'BRANCH', size: 2048, exportable: false },
            subject: 'CN={{fqdn}},OU=Branches,O=Example',
            fqdn: '{{fqdn}}',
            serialNumber: false,
            ipAddress: 'none',
            revocationCheck: ['crl', 'none'],
            grantTimeoutMs: 300_000,
            renew: {
              before: { kind: 'duration', milliseconds: 30 * 86_400_000 },
              keys: 'regenerate',
              spreadMs: 0,
              windows: [],
              checkRevocation: false,
            },
          },
        ],
      },
    ]);
    expect(devices[0]?.ssh.password?.reference).toEqual({ kind: 'env', name: 'TRUSTFLEET_PASSWORD' });
    expect(devices[0]?.trustpoints[0]).not.toHaveProperty('hash');
    expect(warnings.map(({ line, key, message }) => ({ line, key, message }))).toEqual([
      {
        line: 8,
        key: 'authorities.branch-ca.fingerprint',
        message: 'routers print MD5 and SHA1 only, and only a SHA256 is pinned',
      },
      {
        line: 22,
        key: 'devices.br-0001',
        message: 'no domain, and IOS refuses an fqdn without a dot: br-0001',
      },
    ]);
  });

  it('does not warn of the pin of a trustpoint that signs for itself, for there is none', () => {
    const { warnings } = parseInventory(
      'inventory.yaml',
      JSON.stringify({
        defaults: { domain: 'example.net', ssh: { username: 'netops', password: { env: 'P' } } },
        trustpoints: { LOCAL: { method: 'selfsigned', subject: 'CN={{fqdn}}' } },
        devices: { 'br-0001': { host: '192.0.2.11', trustpoints: ['LOCAL'] } },
      }),
    );
    expect(warnings).toEqual([]);
  });

  it('loads inventory.example.yaml without a warning, opens its secrets and selects from it', async () => {
    const inventory = await loadInventory(EXAMPLE);
    expect(inventory.warnings).toEqual([]);
    expect(inventory.devices).toHaveLength(24);
    const chosen = selectDevices(inventory, { limit: 'br-00*,dc-b,!br-0007', groups: ['emea'] });
    expect(chosen.map(({ name }) => name)).toHaveLength(20);
    const env = Object.fromEntries(
      ['TRUSTFLEET_PASSWORD', 'TRUSTFLEET_ENABLE', 'NTP_KEY', 'NDES_PASSWORD'].map((name) => [
        name,
        `x-${name}`,
      ]),
    );
    const branches = selectDevices(inventory, { tags: ['pilot'] });
    await openSecrets(branches, { env, ask: () => Promise.reject(new Error('nothing to ask')) });
    expect(branches[19]?.clock.ntp.keys[0]?.md5.reveal()).toBe('x-NTP_KEY');
    expect(branches[19]?.host).toBe('192.0.2.120');
  });

  it('reads from a file, relative paths from its folder, ~ from the home directory', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'inventory-'));
    const file = path.join(folder, 'inventory.yaml');
    await writeFile(
      file,
      `\uFEFF${HEAD}templates: ./blocks
devices:
  a: { host: a.example.net, trustpoints: [TP], ssh: { knownHosts: ~/hosts, privateKey: { file: keys/a } } }
  b: { host: b.example.net, trustpoints: [TP] }
`,
    );
    const { devices, file: loaded, templatesDir } = await loadInventory(file);
    expect({ loaded, templatesDir }).toEqual({ loaded: file, templatesDir: path.join(folder, 'blocks') });
    expect(devices[0]?.ssh.knownHosts).toBe(path.join(homedir(), 'hosts'));
    expect(devices[0]?.ssh.privateKey?.reference).toEqual({
      kind: 'file',
      path: path.join(folder, 'keys/a'),
    });
    expect(devices[1]?.ssh.knownHosts).toBe(path.join(folder, 'known_hosts'));
  });

  it('says which file is not there, is a folder or is no text', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'inventory-'));
    const utf16 = path.join(folder, 'utf16.yaml');
    await writeFile(utf16, Buffer.from('\uFEFFdevices: é', 'utf16le'));
    await expect(loadInventory('/nowhere/inventory.yaml')).rejects.toThrow(
      '/nowhere/inventory.yaml there is no such file (trustfleet init writes an inventory to begin with)',
    );
    await expect(loadInventory(folder)).rejects.toThrow(`${folder} is a folder, expected a file`);
    await expect(loadInventory(utf16)).rejects.toThrow(`${utf16} is not UTF-8 text (save it as UTF-8)`);
  });

  it('freezes devices at every depth', () => {
    const device = deviceOf(DESIGN);
    const seen: unknown[] = [];
    const visit = (value: unknown): void => {
      if (typeof value !== 'object' || value === null || value instanceof Secret) return;
      seen.push(value);
      expect(Object.isFrozen(value)).toBe(true);
      for (const part of Object.values(value)) visit(part);
    };
    visit(device);
    expect(seen.length).toBeGreaterThan(20);
  });

  it('shares what many devices have in common', () => {
    const { devices } = parse(`${HEAD}devices: { "r[1-3]": { host: "192.0.2.[1-3]", trustpoints: [TP] } }`);
    expect(devices[0]?.trustpoints[0]).toBe(devices[2]?.trustpoints[0]);
    expect(devices[0]?.ssh).toBe(devices[2]?.ssh);
  });

  it('loads ten thousand devices', { timeout: 30_000 }, () => {
    const devices = Array.from(
      { length: 10_000 },
      (_, index) =>
        `  br-${index}:\n    host: 10.0.${index >> 8}.${index & 255}\n    trustpoints: [TP]\n    vars: { site: "Site ${index}" }\n`,
    );
    expect(parse(`${HEAD}devices:\n${devices.join('')}`).devices).toHaveLength(10_000);
  });
});

describe('warnings', () => {
  const messages = (text: string): readonly string[] =>
    parse(text).warnings.map(({ line, message }) => `${line}: ${message}`);

  it('tells one cause once, with the devices it concerns', () => {
    const head = HEAD.replace('  domain: example.net\n', '');
    expect(
      messages(
        `${head}devices:\n  "r[1-5]": { host: "192.0.2.[1-5]", trustpoints: [TP] }\n  x: { host: x }\n`,
      ),
    ).toEqual([
      '8: no domain, and IOS refuses an fqdn without a dot: r1, r2, r3 and 2 more',
      '9: no trustpoints, so there is nothing to enroll: x',
    ]);
  });

  it('says where a deadline is shorter than any router answers', () => {
    const head = HEAD.replace('defaults:\n', 'defaults:\n  timeouts: { command: 1ms, device: 1s }\n');
    const devices =
      'devices:\n  a: { host: a, trustpoints: [TP], timeouts: { login: 999ms, connect: 5s } }\n';
    const haste = messages(head + devices).filter((message) => message.includes('second'));
    expect(haste).toEqual([
      '2: is less than a second, and routers take longer to answer',
      '10: is less than a second, and routers take longer to answer',
    ]);
    expect(messages(HEAD + devices.replace('999ms', '1s'))).toEqual([]);
  });

  it('says when renewal windows are meant in UTC for want of a zone', () => {
    const windows = 'renew: { windows: [{ cron: 0 1 * * *, duration: 4h }] }';
    const head = HEAD.replace('subject: "CN={{fqdn}}" }', `subject: "CN={{fqdn}}", ${windows} }`);
    const devices = 'devices:\n  a: { host: a, trustpoints: [TP] }\n';
    expect(messages(head + devices)).toEqual(['9: renewal windows are taken as UTC: a']);
    expect(messages(head.replace('defaults:\n', 'defaults:\n  zone: Europe/Paris\n') + devices)).toEqual([]);
    expect(messages(head.replace('duration: 4h', 'duration: 4h, zone: UTC') + devices)).toEqual([]);
  });

  it('sees two devices at one address, a group named as a device, and a deadline before the wait for the CA', () => {
    expect(
      messages(
        `${HEAD}groups: { b: {} }\ndevices:\n  a: { host: 192.0.2.1, trustpoints: [TP] }\n  b: { host: 192.0.2.1, trustpoints: [TP], timeouts: { device: 2m } }\n`,
      ),
    ).toEqual([
      '8: a group and a device are both called b: --limit b takes both',
      '11: timeouts.device ends before the wait for TP (5m): b',
      '11: 192.0.2.1 port 22 is the address of a as well',
    ]);
  });
});

describe('a copy of the example', () => {
  it('still loads with CRLF line ends', async () => {
    const text = await readFile(EXAMPLE, 'utf8');
    expect(parse(text.replaceAll('\n', '\r\n')).devices).toHaveLength(24);
  });
});
