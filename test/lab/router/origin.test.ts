import { networkInterfaces } from 'node:os';
import { describe, expect, it } from 'vitest';

import { LabCa } from '../../../src/lab/ca/lab-ca.ts';
import type { DialFrom, RouterOptions } from '../../../src/lab/router/options.ts';
import { Typist } from './typist.ts';
import { startRouter, TinyCa } from './world.ts';

const hasIpv6 = Object.values(networkInterfaces()).some((addresses) =>
  addresses?.some(({ address }) => address === '::1'),
);

const NO_CA = '% Error in receiving Certificate Authority certificate: status = FAIL, cert leng';

/** A router whose CA is behind the routing table MGMT. */
function behindVrf(ca: TinyCa, seen: DialFrom[], ...lines: readonly string[]): Partial<RouterOptions> {
  return {
    dial: (target, from = {}) => {
      seen.push(from);
      return from.vrf === 'MGMT' ? target : { host: '127.0.0.1', port: 1 };
    },
    running: [
      'vrf definition MGMT',
      'rd 65000:1',
      'address-family ipv4',
      'exit-address-family',
      'crypto pki trustpoint TP',
      `enrollment url ${ca.url}`,
      `fingerprint ${ca.fingerprint('sha1')}`,
      ...lines,
    ],
  };
}

describe('where the connections of a trustpoint begin', () => {
  it('is the routing table and the interface that it names', async () => {
    await using ca = await TinyCa.start();
    const seen: DialFrom[] = [];
    await using router = await startRouter(
      behindVrf(ca, seen, 'vrf MGMT', 'source interface GigabitEthernet0/1'),
    );
    await using typist = await Typist.login(router);
    await typist.line('conf t');
    expect(await typist.line('crypto pki authenticate TP')).toContain('Trustpoint CA certificate accepted.');
    expect(seen).toEqual([{ vrf: 'MGMT', interface: 'GigabitEthernet0/1' }]);
    expect(router.state.running).toContain('vrf definition MGMT\n rd 65000:1\n address-family ipv4\n!\n');
    expect(router.state.running).toContain(' vrf MGMT\n');
  });

  it('is the global table without a line, from where this CA is not reached', async () => {
    await using ca = await TinyCa.start();
    await using router = await startRouter(behindVrf(ca, []));
    await using typist = await Typist.login(router);
    await typist.line('conf t');
    expect(await typist.line('crypto pki authenticate TP')).toContain(NO_CA);
  });

  it('must be there', async () => {
    await using router = await startRouter();
    await using typist = await Typist.login(router);
    await typist.lines('conf t', 'crypto pki trustpoint TP');
    expect(await typist.line('vrf NONE')).toBe('% IP  routing table NONE does not exist\n');
    await typist.lines('interface GigabitEthernet0/1');
    expect(await typist.line('vrf forwarding NONE')).toBe('% VRF NONE not configured\n');
  });
});

describe('an enrollment URL with an IPv6 address', () => {
  it.runIf(hasIpv6)('is asked as any other', async () => {
    await using ca = await LabCa.start({ profile: 'generic', challenge: 'x', keyBits: 1024, host: '::1' });
    await using router = await startRouter({
      running: [
        'crypto pki trustpoint TP',
        `enrollment url ${ca.enrollmentUrl}`,
        `fingerprint ${ca.authority.fingerprint('sha1')}`,
      ],
    });
    await using typist = await Typist.login(router);
    await typist.line('conf t');
    expect(await typist.line('crypto pki authenticate TP')).toContain('Trustpoint CA certificate accepted.');
    expect(router.state.running).toContain(` enrollment url http://[::1]:${ca.port}/scep\n`);
  });

  it('is not known before 15.2(1)T', async () => {
    await using router = await startRouter({ release: '12.4' });
    await using typist = await Typist.login(router);
    await typist.lines('conf t', 'crypto pki trustpoint TP');
    expect(await typist.line('enrollment url http://[::1]:80/scep')).toContain('% Invalid input detected');
  });
});
