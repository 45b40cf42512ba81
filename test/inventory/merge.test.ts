import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Secret } from '../../src/domain/secret.ts';
import { mergeLevels, type Plain } from '../../src/inventory/merge.ts';
import { deviceOf, HEAD } from './inventories.ts';

const leaf = fc.oneof(fc.integer(), fc.string(), fc.constant(null), fc.array(fc.integer(), { maxLength: 3 }));
const tree = fc.letrec<{ map: Plain; value: unknown }>((tie) => ({
  map: fc.dictionary(fc.constantFrom('a', 'b', 'c', 'constructor'), tie('value'), {
    maxKeys: 3,
    noNullPrototype: true,
  }),
  value: fc.oneof({ depthSize: 'small' }, leaf, tie('map')),
})).map;

describe('mergeLevels', () => {
  it('is associative', () => {
    fc.assert(
      fc.property(tree, tree, tree, (a, b, c) => {
        const all = mergeLevels([a, b, c]);
        expect(mergeLevels([a, mergeLevels([b, c])])).toEqual(all);
      }),
    );
  });

  it('may merge the specific levels first as long as no key is a map here and a value there', () => {
    // Every key keeps its kind: a map at even depth, a leaf at odd keys.
    const level = fc.record(
      { map: fc.dictionary(fc.constantFrom('x', 'y'), leaf, { noNullPrototype: true }), value: leaf },
      { requiredKeys: [], noNullPrototype: true },
    );
    fc.assert(
      fc.property(level, level, level, (a, b, c) => {
        expect(mergeLevels([mergeLevels([a, b]), c])).toEqual(mergeLevels([a, b, c]));
      }),
    );
  });

  it('has the empty map as its neutral element and changes none of its levels', () => {
    fc.assert(
      fc.property(tree, tree, (a, b) => {
        const before = JSON.stringify([a, b]);
        expect(mergeLevels([{}, a, {}])).toEqual(a);
        mergeLevels([a, b]);
        expect(JSON.stringify([a, b])).toBe(before);
      }),
    );
  });

  it('takes a secret whole', () => {
    const own = new Secret({ kind: 'env', name: 'A' });
    const general = new Secret({ kind: 'file', path: '/b' });
    expect(mergeLevels([{ ssh: { password: own } }, { ssh: { password: general, port: 1 } }])).toEqual({
      ssh: { password: own, port: 1 },
    });
  });
});

describe('who wins', () => {
  it('is the device, then its groups in order, then defaults', () => {
    const device = deviceOf(`defaults:
  ssh: { username: world, password: { env: PW }, port: 2200 }
  tags: [everywhere]
  timeouts: { connect: 1s, command: 1s }
  vars: { region: world, owner: noc, nested: { a: world, b: world } }
groups:
  first: { ssh: { username: first }, tags: [first], vars: { region: first, nested: { a: first } } }
  second: { ssh: { username: second, algorithms: legacy }, vars: { region: second, contact: second }, timeouts: { command: 2s } }
devices:
  a: { host: a, groups: [first, second], vars: { site: Lyon }, timeouts: { connect: 3s } }
`);
    expect(device).toMatchObject({
      port: 2200,
      tags: ['first'],
      ssh: { username: 'first', algorithms: 'legacy' },
      vars: {
        site: 'Lyon',
        region: 'first',
        contact: 'second',
        owner: 'noc',
        nested: { a: 'first', b: 'world' },
      },
      timeouts: { connect: 3_000, command: 2_000 },
    });
  });

  it('takes a secret of a group whole, though defaults refer elsewhere', () => {
    const device = deviceOf(`${HEAD}devices: { a: { host: a, ssh: { password: { file: /pw } } } }`);
    expect(device.ssh.password?.reference).toEqual({ kind: 'file', path: '/pw' });
  });

  it.each([
    ['the name and the domain', '', 'a.example.net'],
    ['the domain of the device', 'domain: lab.example.org', 'a.lab.example.org'],
    ['vars.domain before domain', 'domain: x.y, vars: { domain: v.w }', 'a.v.w'],
    ['vars.hostname in the place of the name', 'vars: { hostname: edge }', 'edge.example.net'],
    [
      'a host name that ends with the domain already',
      'vars: { hostname: edge.example.net }',
      'edge.example.net',
    ],
    ['vars.fqdn before all', 'vars: { fqdn: r.example.com, hostname: edge }', 'r.example.com'],
  ])('makes the fqdn from %s', (_title, settings, fqdn) => {
    expect(deviceOf(`${HEAD}devices: { a: { host: a, ${settings} } }`).fqdn).toBe(fqdn);
  });

  it('lets a domain of the device win over a vars.domain of defaults', () => {
    const text = `${HEAD.replace('domain: example.net', 'vars: { domain: old.example }')}devices: { a: { host: a, domain: new.example } }`;
    expect(deviceOf(text).fqdn).toBe('a.new.example');
  });

  it('takes the port of the device before ssh.port', () => {
    expect(deviceOf(`${HEAD}devices: { a: { host: a, port: 1, ssh: { port: 2 } } }`).port).toBe(1);
  });
});

describe('a guard', () => {
  const text = (device: string): string =>
    `${HEAD.replace('defaults:\n', 'defaults:\n  guard: { revert: 10m }\n')}devices: { a: { host: a${device} } }`;

  it('is taken whole from the nearest level, whichever kind it is', () => {
    expect(deviceOf(text('')).guard).toEqual({ kind: 'revert', minutes: 10 });
    expect(deviceOf(text(', guard: { reloadIn: 15m }')).guard).toEqual({ kind: 'reload', minutes: 15 });
    expect(deviceOf(text(', guard: { revert: 2h }')).guard).toEqual({ kind: 'revert', minutes: 120 });
  });

  it('is taken away by false', () => {
    expect(deviceOf(text(', guard: false'))).not.toHaveProperty('guard');
  });
});

describe('health', () => {
  it('is a list of commands with a rule each', () => {
    const checks =
      '[{ command: show a, expect: b }, { command: ping c, count: d }, { command: "show e | include ^f|^g", same: true }]';
    expect(deviceOf(`${HEAD}devices: { a: { host: a, health: ${checks} } }`).health).toEqual([
      { command: 'show a', rule: { kind: 'expect', pattern: 'b' } },
      { command: 'ping c', rule: { kind: 'count', pattern: 'd' } },
      { command: 'show e | include ^f|^g', rule: { kind: 'same' } },
    ]);
  });

  it('loads as docs/guard.md shows it, with the guards', () => {
    const page = readFileSync(path.resolve(import.meta.dirname, '../../docs/guard.md'), 'utf8');
    const yaml = /```yaml\n([\s\S]*?)```/.exec(page)?.[1] ?? '';
    const login = 'defaults:\n  domain: example.net\n  ssh: { username: u, password: { env: P } }\n';
    const text = yaml.replace('defaults:\n', login);
    expect(deviceOf(text, 'hub-1').health).toHaveLength(2);
    expect(deviceOf(text, 'hub-1')).not.toHaveProperty('guard');
    expect(deviceOf(text, 'br-0007').guard).toEqual({ kind: 'reload', minutes: 15 });
  });
});
