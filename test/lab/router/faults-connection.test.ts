import { describe, expect, it } from 'vitest';
import type { CutPoint } from '../../../src/lab/router/faults.ts';
import type { VirtualRouter } from '../../../src/lab/router/virtual-router.ts';
import { connect, Typist } from './typist.ts';
import { startRouter, TinyCa, until } from './world.ts';

async function routerCutAt(at: CutPoint, ca: TinyCa): Promise<VirtualRouter> {
  return startRouter({
    faults: [{ name: 'cut', at }],
    running: [
      'crypto pki trustpoint TP',
      `enrollment url ${ca.url}`,
      'serial-number none',
      'ip-address none',
      'password secret',
      'rsakeypair TP 1024',
      `fingerprint ${ca.fingerprint('md5')}`,
    ],
  });
}

/** Types the lines until the connection is gone. */
async function typeUntilCut(router: VirtualRouter, lines: readonly string[]): Promise<void> {
  await using typist = await Typist.login(router);
  for (const line of lines.slice(0, -1)) await typist.line(line);
  typist.type(`${lines.at(-1)}\r`);
  await typist.closed();
}

describe('faults of the connection', () => {
  it('vty-full: connections are reset until it is repaired', async () => {
    await using router = await startRouter({ faults: ['vty-full'] });
    await expect(connect(router)).rejects.toThrow(/ECONNRESET|hung up/);
    router.repair();
    (await connect(router)).destroy();
  });

  it('idle-timeout: a session in which nothing is typed ends, and the log says so', async () => {
    await using router = await startRouter({ faults: [{ name: 'idle-timeout', afterMs: 50 }] });
    await using typist = await Typist.open(router);
    await typist.closed();
    expect(router.state.log.join('\n')).toContain('%SYS-6-TTY_EXPIRE_TIMER: (exec timer expired, tty 1 ');
  });

  it('far-away: an answer takes a round trip', async () => {
    await using router = await startRouter({ faults: [{ name: 'far-away', roundTripMs: 60 }] });
    await using typist = await Typist.login(router);
    const started = performance.now();
    expect(await typist.line('show privilege')).toContain('15');
    expect(performance.now() - started).toBeGreaterThan(55);
  });

  it('cut-login: the connection breaks behind the login, once', async () => {
    await using router = await startRouter({ faults: ['cut-login'] });
    await using typist = await Typist.open(router).catch(() => undefined);
    await typist?.closed();
    await using again = await Typist.login(router);
    expect(await again.line('show privilege')).toContain('15');
  });

  it.each([
    ['configure', ['conf t', 'crypto pki trustpoint TP', 'usage ike']],
    ['keygen', ['conf t', 'crypto key generate rsa label TP modulus 1024']],
    ['authenticate', ['conf t', 'crypto pki authenticate TP']],
    ['save', ['conf t', 'ip domain name new.example', 'end', 'write memory']],
  ] as const)('cut-%s: the connection breaks there, and what was done so far stays', async (at, lines) => {
    await using ca = await TinyCa.start();
    await using router = await routerCutAt(at, ca);
    await typeUntilCut(router, lines);
    const { trustpoints, keys, certificates, startup, failures } = router.state;
    expect({
      usage: trustpoints[0]?.lines.includes('usage ike'),
      keys: keys.length,
      certificates: certificates.length,
      saved: startup.includes('new.example'),
      failures,
    }).toEqual({
      usage: at === 'configure',
      keys: at === 'keygen' ? 1 : 0,
      certificates: 0,
      saved: false,
      failures: [],
    });
    await using typist = await Typist.login(router);
    expect(await typist.line('show privilege')).toContain('15');
  });

  it('cut-enroll: the request is sent all the same', async () => {
    await using ca = await TinyCa.start();
    await using router = await routerCutAt('enroll', ca);
    await using typist = await Typist.login(router);
    await typist.line('configure terminal');
    await typist.line('crypto pki authenticate TP');
    typist.type('crypto pki enroll TP\r');
    await typist.until(/Request certificate from CA\? \[yes\/no\]: $/);
    typist.type('yes\r');
    await typist.closed();
    await until(() => router.state.trustpoints[0]?.status === 'Granted');
  });
});
