import { describe, expect, it } from 'vitest';
import { nameMany } from '../../bench/many-names.ts';

describe('a large fleet of few routers', () => {
  it('names each router again and again, always with its own name in its certificate', () => {
    const routers = [
      ['br-0001', { port: 2201, vars: { site: 'Lyon' } }],
      ['br-0002', { port: 2202 }],
    ] as const;
    const devices = nameMany(routers, 5);
    expect(Object.entries(devices).map(([name, { port, vars }]) => [name, port, vars?.fqdn])).toEqual([
      ['br-0001', 2201, 'br-0001.branch.example.net'],
      ['br-0002', 2202, 'br-0002.branch.example.net'],
      ['br-0001-1', 2201, 'br-0001.branch.example.net'],
      ['br-0002-1', 2202, 'br-0002.branch.example.net'],
      ['br-0001-2', 2201, 'br-0001.branch.example.net'],
    ]);
    expect(devices['br-0001-2']?.vars).toEqual({ site: 'Lyon', fqdn: 'br-0001.branch.example.net' });
  });
});
