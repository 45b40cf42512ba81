import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatInputProblem, InputError } from '../../src/domain/errors.ts';
import { jumpChain, type Via } from '../../src/inventory/jump-chain.ts';
import { checkSecrets, openSecrets } from '../../src/inventory/secrets.ts';
import { parse } from './inventories.ts';

const HOPS = `jumpHosts:
  outer: { host: outer.example.net, username: jumper, agent: true }
  bastion:
    host: "[2001:db8::7]"
    port: 2222
    username: jumper
    privateKey: { env: HOP_KEY }
    passphrase: { env: HOP_PHRASE }
    knownHosts: ./hop_hosts
    algorithms: legacy
    via: outer
    keepalive: { interval: 15s, count: 4 }
    timeouts: { connect: 5s, login: 1m }
    channels: 10
`;
const inventory = (ssh: string, hops = HOPS): string => `defaults:
  ssh: { username: netops, password: { env: PW } }
${hops}groups: { direct: { ssh: { via: none } } }
devices:
  a: { host: 192.0.2.1, ${ssh} }
  b: { host: 192.0.2.2, groups: [direct] }
`;

function problemsOf(text: string): readonly string[] {
  try {
    parse(text);
    return [];
  } catch (thrown) {
    if (!(thrown instanceof InputError)) throw thrown;
    return thrown.problems.map(formatInputProblem);
  }
}

describe('jump hosts', () => {
  it('are the way to a device, each with everything decided', () => {
    const { devices } = parse(inventory('ssh: { via: bastion, keepalive: { interval: 0s } }'));
    expect(devices[0]?.ssh).toMatchObject({
      keepalive: { intervalMs: 0, count: 20 },
      via: [
        {
          name: 'outer',
          host: 'outer.example.net',
          port: 22,
          agent: true,
          algorithms: 'modern',
          timeouts: { connect: 30_000, login: 30_000 },
          channels: 100,
        },
        {
          name: 'bastion',
          host: '2001:db8::7',
          port: 2222,
          username: 'jumper',
          knownHosts: expect.stringMatching(/\/hop_hosts$/) as string,
          algorithms: 'legacy',
          keepalive: { intervalMs: 15_000, count: 4 },
          timeouts: { connect: 5_000, login: 60_000 },
          channels: 10,
        },
      ],
    });
    expect(devices[1]?.ssh.via).toBeUndefined();
  });

  it('are shared by the devices behind them, and may be left out by one', () => {
    const text = inventory('ssh: { via: [outer, bastion] }').replace('PW } }', 'PW }, via: bastion }');
    const { devices } = parse(`${text}  c: { host: 192.0.2.3 }\n`);
    expect(devices.map(({ ssh }) => ssh.via?.map(({ name }) => name))).toEqual([
      ['outer', 'bastion'],
      undefined,
      ['outer', 'bastion'],
    ]);
    expect(devices[0]?.ssh.via?.[1]).toBe(devices[2]?.ssh.via?.[1]);
  });

  it('have their secrets opened with those of the devices', async () => {
    const { devices } = parse(inventory('ssh: { via: bastion }'));
    const env = { PW: 'p', SSH_AUTH_SOCK: '/run/agent' };
    expect(checkSecrets(devices, { env }).map(({ key }) => key)).toEqual([
      'jumpHosts.bastion.privateKey',
      'jumpHosts.bastion.passphrase',
    ]);
    expect(
      checkSecrets(devices, { env: { ...env, HOP_KEY: 'k', HOP_PHRASE: 'f', SSH_AUTH_SOCK: undefined } }),
    ).toEqual([
      {
        file: 'environment',
        key: 'SSH_AUTH_SOCK',
        message: 'is not set, and agent: true asks for it (a)',
        hint: expect.stringContaining('ssh-agent') as string,
      },
    ]);
    const ask = (): Promise<string> => Promise.reject(new Error('nobody asks'));
    await openSecrets(devices, { env: { ...env, HOP_KEY: 'k\nk', HOP_PHRASE: 'f' }, ask });
    expect(devices[0]?.ssh.via?.[1]?.privateKey?.isOpen).toBe(true);
  });

  it.each([
    [
      'a name nobody knows',
      inventory('ssh: { via: bastoin }'),
      ['inventory.yaml:19:37 devices.a.ssh.via: there is no jump host "bastoin" (did you mean bastion?)'],
    ],
    [
      'two that lead to each other',
      inventory('ssh: { via: bastion }', HOPS.replace('agent: true', 'agent: true, via: bastion')),
      [
        'inventory.yaml:4:73 jumpHosts.outer.via: goes in a circle: outer, then through bastion, then through outer',
        'inventory.yaml:13:10 jumpHosts.bastion.via: goes in a circle: bastion, then through outer, then through bastion',
      ],
    ],
    [
      'one that is its own way',
      inventory('tags: []', HOPS.replace('via: outer', 'via: bastion')),
      ['inventory.yaml:13:10 jumpHosts.bastion.via: goes in a circle: bastion, then through bastion'],
    ],
    [
      'a list against a via',
      inventory(
        'ssh: { via: [other, bastion] }',
        `${HOPS}  other: { host: 192.0.2.9, username: u, agent: true }\n`,
      ),
      ['inventory.yaml:20:37 devices.a.ssh.via: bastion has a via of its own, which leads elsewhere: outer'],
    ],
    [
      'one nobody can log in to',
      inventory('tags: []', 'jumpHosts: { h: { host: h, username: u, agent: false } }\n'),
      [
        'inventory.yaml:3:14 jumpHosts.h: neither password nor privateKey nor agent (privateKey: { file: ~/.ssh/id_ed25519 }, or agent: true)',
      ],
    ],
    [
      'a name that is a word',
      inventory('tags: []', 'jumpHosts: { none: { host: h, username: u, agent: true } }\n'),
      ['inventory.yaml:3:14 jumpHosts.none: none is a word of via:, not a name'],
    ],
    [
      'auto for a jump host',
      inventory('tags: []', 'jumpHosts: { h: { host: h, username: u, agent: true, algorithms: auto } }\n'),
      ['inventory.yaml:3:66 jumpHosts.h.algorithms: expected modern or legacy'],
    ],
  ])('with %s are told of', (_, text, sentences) => {
    expect(problemsOf(text)).toEqual(sentences);
  });
});

describe('a way through jump hosts', () => {
  const names = ['a', 'b', 'c', 'd'];
  const via = fc.option(fc.oneof(fc.constantFrom(...names, 'none'), fc.subarray(names, { minLength: 1 })), {
    nil: undefined,
  });

  it('ends for every net of jump hosts, ends where it should, and takes nobody twice', () => {
    fc.assert(
      fc.property(fc.record({ a: via, b: via, c: via, d: via }), fc.constantFrom(...names), (net, last) => {
        const viaOf = (name: string): Via | undefined => net[name as keyof typeof net];
        const chain = jumpChain(last, viaOf);
        if ('problem' in chain) return;
        expect(chain.names.at(-1)).toBe(last);
        expect(new Set(chain.names).size).toBe(chain.names.length);
        const [first = ''] = chain.names;
        expect([undefined, 'none']).toContain(viaOf(first));
      }),
    );
  });
});
