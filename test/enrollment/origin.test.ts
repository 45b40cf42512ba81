import { networkInterfaces } from 'node:os';
import { describe, expect, it } from 'vitest';
import type { DialFrom } from '../../src/lab/router/options.ts';
import { OneCa, usualInventory } from './one-ca.ts';

const hasIpv6 = Object.values(networkInterfaces()).some((addresses) =>
  addresses?.some(({ address }) => address === '::1'),
);

describe('a CA that is reached through a routing table of its own', () => {
  it('is asked from there, from the interface named, and as often as the inventory says', async () => {
    const seen: DialFrom[] = [];
    await using world = await OneCa.start({
      inventory: (ca) =>
        usualInventory(ca, {
          trustpoint: {
            vrf: 'MGMT',
            sourceInterface: 'GigabitEthernet0/1',
            retry: { count: 20, period: 2 },
          },
        }),
      router: {
        running: ['vrf definition MGMT', 'rd 65000:1', 'address-family ipv4', 'exit-address-family'],
        dial: (target, from = {}) => {
          seen.push(from);
          return from.vrf === 'MGMT' ? target : { host: '127.0.0.1', port: 1 };
        },
      },
    });
    const result = await world.enroll();
    expect(result.error?.detail ?? result.outcome).toBe('verified');
    expect(seen.length).toBeGreaterThan(0);
    for (const from of seen) expect(from).toEqual({ vrf: 'MGMT', interface: 'GigabitEthernet0/1' });
    for (const line of [
      'vrf MGMT',
      'source interface GigabitEthernet0/1',
      'enrollment retry count 20',
      'enrollment retry period 2',
    ])
      expect(world.router.state.running).toContain(` ${line}\n`);
    expect((await world.enroll()).outcome).toBe('unchanged');
  });
});

describe('a CA with an IPv6 address', () => {
  it.runIf(hasIpv6)('is enrolled with, and its URL is no drift', async () => {
    await using world = await OneCa.start({
      ca: { host: '::1' },
      inventory: (ca) =>
        usualInventory(ca, {
          // Spelled otherwise than the router prints it.
          authority: { scep: { url: ca.enrollmentUrl.replace('[::1]', '[0:0:0:0:0:0:0:1]') } },
        }),
    });
    const result = await world.enroll();
    expect(result.error?.detail ?? result.outcome).toBe('verified');
    expect((await world.enroll()).outcome).toBe('unchanged');
  });
});
