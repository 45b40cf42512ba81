import { mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SshConfigFile } from '../../src/inventory/ssh-config-file.ts';
import { type HostConfig, readHostConfig } from '../../src/inventory/ssh-config-host.ts';
import { Folder } from './folder.ts';
import { succeed } from './program.ts';

/** What both sides make of one host. */
interface Answer {
  readonly hostname: string;
  readonly port: string;
  readonly user: string | undefined;
  readonly identityFile: string | undefined;
  readonly knownHosts: string | undefined;
  readonly proxyJump: string | undefined;
}

/** `ssh -G`: what OpenSSH would do. A value that it takes from nowhere but its own defaults counts as none. */
async function openSsh(file: string, host: string): Promise<Answer> {
  const printed = (await succeed('ssh', ['-F', file, '-G', host])).toString().split('\n');
  const first = (key: string): string | undefined =>
    printed.find((line) => line.startsWith(`${key} `))?.slice(key.length + 1);
  const withoutDefault = (value: string | undefined): string | undefined =>
    value?.startsWith('~/.ssh/') === true || value?.startsWith(`${homedir()}/.ssh/`) === true
      ? undefined
      : value;
  const defaults = (await succeed('ssh', ['-F', '/dev/null', '-G', host])).toString();
  const user = first('user');
  return {
    hostname: (first('hostname') ?? '').toLowerCase(),
    port: first('port') ?? '',
    user: defaults.includes(`user ${user}\n`) ? undefined : user,
    identityFile: withoutDefault(first('identityfile')),
    knownHosts: withoutDefault(first('userknownhostsfile')?.split(' ')[0]),
    proxyJump: first('proxyjump'),
  };
}

function ours(file: string, host: string): Answer {
  const config = SshConfigFile.read(file);
  const found = readHostConfig(config, host);
  expect([...config.problems, ...found.problems]).toEqual([]);
  return {
    // Names of hosts have no case.
    hostname: (found.hostName ?? host).toLowerCase(),
    port: String(found.port ?? 22),
    user: found.user,
    identityFile: found.identityFile?.path,
    knownHosts: found.knownHosts,
    proxyJump: jumpText(found),
  };
}

function jumpText({ proxyJump }: HostConfig): string | undefined {
  const hops = proxyJump?.hops.map(({ user, host, port }) => {
    const bracketed = host.includes(':') ? `[${host}]` : host;
    return `${user === undefined ? '' : `${user}@`}${bracketed}${port === undefined ? '' : `:${port}`}`;
  });
  return hops === undefined || hops.length === 0 ? undefined : hops.join(',');
}

const HOSTS = ['gw', 'gw-1', 'gw-12', 'GW-1', 'x.example.net'];

const TABLE: readonly (readonly [string, string])[] = [
  ['first value wins', 'Host gw*\n Port 1\nHost *\n Port 2\n User u\n'],
  ['global lines come before', 'User u\nHost gw-1\n User v\n HostName %h.example.net\n'],
  ['equals signs, tabs, comments', '\tPort=23\n  User = "a"  # b\nHostName\t"%h.EXAMPLE.net"\n#Port 9\n'],
  ['quotes and escapes', 'User "a\\"b"\nHost "gw-1" \'gw-12\'\n Port 7\n'],
  ['negation', 'Host * !gw-1 !x*\n Port 7\nHost !gw-1\n Port 8\n'],
  ['question marks and dots', 'Host gw-?\n Port 7\nHost x.example?net\n Port 8\n'],
  ['case of keywords, of patterns', 'hOsT GW-1\n PORT 7\n'],
  ['Match all', 'Host gw\n Port 7\nMatch all\n Port 8\n User u\n'],
  ['commas are no separators', 'Host gw,gw-1\n Port 7\n'],
  [
    'a jump with everything',
    'Host gw\n ProxyJump a@one:2022,two\nHost gw-1\n ProxyJump none\nHost *\n ProxyJump [2001:db8::1]:23\n',
  ],
  ['a jump behind none', 'ProxyJump none\nProxyJump other\n'],
  ['tokens', 'HostName h-%h\nUser u\nUserKnownHostsFile /kh/%n-%p /kh/2\nPort 29\n'],
];

describe('an OpenSSH configuration is read as ssh -G reads it', () => {
  it.each(TABLE)('%s', async (_, text) => {
    await using folder = await Folder.make();
    const file = await folder.write('config', text);
    for (const host of HOSTS) {
      expect({ host, ...ours(file, host) }).toEqual({ host, ...(await openSsh(file, host)) });
    }
  });

  it('includes, in and out of a Host, with Host lines of their own', async () => {
    await using folder = await Folder.make();
    await mkdir(folder.at('d'));
    await folder.write('d/1.conf', 'Host gw-1\n Port 11\nHost *\n User one\n');
    await folder.write('d/2.conf', 'Port 12\n');
    await folder.write('in', 'Port 13\nHost gw\n HostName inner\n');
    const file = await folder.write(
      'config',
      `Host gw gw-12\n Include ${folder.at('in')}\n IdentityFile ${folder.at('in')}\nHost x*\n Include ${folder.at('in')}\n User x\nHost *\n Include ${folder.at('d')}/*.conf ${folder.at('absent')}\n`,
    );
    for (const host of HOSTS)
      expect({ host, ...ours(file, host) }).toEqual({ host, ...(await openSsh(file, host)) });
  });

  it('whatever is thrown together', async () => {
    await using folder = await Folder.make();
    const key = await folder.write('key', 'key');
    const pattern = fc.constantFrom('gw', 'gw-*', '*', '!gw-1', 'gw-?', '!x*', '"gw-12"', 'GW-1', '*.net');
    const line = fc.oneof(
      fc.array(pattern, { minLength: 1, maxLength: 3 }).map((patterns) => `Host ${patterns.join(' ')}`),
      fc.constantFrom('Match all', '', '# Host *', '  # Port 3'),
      fc.constantFrom('Port 1', '  Port=2', 'port\t"3"', 'PORT = 4 # x'),
      fc.constantFrom('User a', 'User "b"', " User 'c'", 'User=d'),
      fc.constantFrom('HostName 192.0.2.1', 'HostName %h.Example.net', 'hostname="h2"'),
      fc.constantFrom('ProxyJump none', 'ProxyJump j1', 'ProxyJump u@j2:2022', 'ProxyJump=j3,j4'),
      fc.constantFrom(`IdentityFile ${key}`, `IdentityFile "${folder.at('key')}"`),
      fc.constantFrom('UserKnownHostsFile /kh1 /kh2', 'UserKnownHostsFile "/kh3"'),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 14 }), fc.constantFrom(...HOSTS), async (lines, host) => {
        const file = await folder.write('config', `${lines.join('\n')}\n`);
        expect(ours(file, host)).toEqual(await openSsh(file, host));
      }),
      { numRuns: 150 },
    );
  });
});
