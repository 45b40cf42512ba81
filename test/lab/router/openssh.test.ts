import { spawn, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

import { PERSONALITIES } from '../../../src/lab/router/personality.ts';
import type { VirtualRouter } from '../../../src/lab/router/virtual-router.ts';
import { NETOPS } from './typist.ts';
import { startRouter } from './world.ts';

const hasSsh = spawnSync('ssh', ['-V']).status === 0;

/** Runs OpenSSH against the router, with the host key checked and the password from a helper; what it printed. */
async function openSsh(
  router: VirtualRouter,
  options: readonly string[],
  command: readonly string[],
  typed = '',
): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'lab-ssh-'));
  try {
    const knownHosts = path.join(folder, 'known_hosts');
    const helper = path.join(folder, 'password');
    await writeFile(knownHosts, `${router.hostKeyLine}\n`);
    await writeFile(helper, `#!/bin/sh\necho ${NETOPS.password}\n`, { mode: 0o700 });
    const fixed = ['-F', 'none', '-o', `UserKnownHostsFile=${knownHosts}`, '-o', 'StrictHostKeyChecking=yes'];
    const target = ['-p', String(router.port), `${NETOPS.username}@127.0.0.1`];
    const child = spawn('ssh', [...fixed, ...options, ...target, ...command], {
      env: { PATH: process.env.PATH ?? '', SSH_ASKPASS: helper, SSH_ASKPASS_REQUIRE: 'force' },
    });
    child.stdin.end(typed);
    let output = '';
    for await (const chunk of child.stdout) output += String(chunk);
    return output;
  } finally {
    await rm(folder, { recursive: true });
  }
}

describe.skipIf(!hasSsh)('OpenSSH', () => {
  it('runs one command, and finds the host key that the known_hosts line names', async () => {
    await using router = await startRouter();
    expect(await openSsh(router, [], ['show', 'privilege'])).toBe('\r\nCurrent privilege level is 15\r\n');
  });

  it('holds a session, and is let go by exit', async () => {
    await using router = await startRouter();
    expect(await openSsh(router, ['-tt'], [], 'show priv\rexit\r')).toBe(
      '\r\nR15#show priv\r\nCurrent privilege level is 15\r\nR15#exit\r\n',
    );
  });

  it('reaches a router of old algorithms when it is told to', async () => {
    await using router = await startRouter({ ssh: 'legacy' });
    const legacy = [
      '-oKexAlgorithms=diffie-hellman-group14-sha1',
      '-oHostKeyAlgorithms=ssh-rsa',
      '-oCiphers=aes128-cbc',
      '-oMACs=hmac-sha1',
      '-oRequiredRSASize=1024',
    ];
    expect(await openSsh(router, legacy, ['show privilege'])).toContain('Current privilege level is 15');
  });

  it.each(['12.4', '15.2', '16.9'] as const)(
    'reaches a router of %s with the options of docs/lab.md',
    async (release) => {
      const page = await readFile(new URL('../../../docs/lab.md', import.meta.url), 'utf8');
      const options = page.match(/-o (?:KexAlgorithms|HostKeyAlgorithms|Ciphers)=\S+/g) ?? [];
      expect(options).toHaveLength(3);
      await using router = await startRouter({ release, ssh: PERSONALITIES[release].ssh });
      const said = await openSsh(
        router,
        options.flatMap((option) => option.split(' ')),
        ['show privilege'],
      );
      expect(said).toContain('Current privilege level is 15');
    },
  );
});
