import { once } from 'node:events';
import { connect } from 'node:net';
import type { NegotiatedAlgorithms } from 'ssh2';
import ssh2 from 'ssh2';
import { describe, expect, it } from 'vitest';
import { holdHandshake } from '../../src/dialogue/held-handshake.ts';
import { KeyExchangeAside } from '../../src/dialogue/key-exchange-aside.ts';
import { agree, type Group, type KeyPair, makePair } from '../../src/dialogue/key-exchange-sums.js';
import type { KeyExchangeSums } from '../../src/dialogue/key-exchange-thread.ts';
import { Turns } from '../../src/dialogue/turns.ts';
import { RSA, sshDevice } from './ssh-device.ts';
import { wholeGroupExchange } from './whole-group-exchange.ts';

/** Computes where it stands, and keeps what it was asked and what it answered. */
class Sums implements KeyExchangeSums {
  readonly groups: Group[] = [];
  readonly pairs: KeyPair[] = [];
  agreements = 0;

  async makePair(group: Group): Promise<KeyPair> {
    this.groups.push(group);
    const pair = makePair(group);
    this.pairs.push(pair);
    return pair;
  }

  async agree(pair: KeyPair, theirs: Uint8Array): Promise<Uint8Array> {
    this.agreements += 1;
    return agree(pair, theirs);
  }
}

/** Connects with these key exchanges; ends with what both agreed on, or throws what ssh2 did. */
async function meet(
  port: number,
  kex: readonly string[],
  sums: KeyExchangeSums,
  { rekeys = false } = {},
): Promise<string> {
  const client = new ssh2.Client();
  const stream = connect(port, '127.0.0.1');
  const aside = new KeyExchangeAside(kex, sums);
  try {
    return await new Promise<string>((resolve, reject) => {
      let exchanges = rekeys ? 2 : 1;
      const done = (agreed: NegotiatedAlgorithms): void => {
        exchanges -= 1;
        if (exchanges === 0) resolve(agreed.kex);
      };
      client
        .on('handshake', done)
        .on('error', reject)
        .once('close', () => reject(new Error('closed')))
        .once('ready', () => rekeys && internals(client)._protocol.rekey())
        .connect({
          sock: stream,
          username: 'netops',
          password: 'right-Passw0rd',
          algorithms: { kex: kex as ['curve25519-sha256'], serverHostKey: ['rsa-sha2-512', 'ssh-ed25519'] },
          debug: (message) => aside.heard(message, client),
        });
      holdHandshake(client, stream, { reader: aside, turns: new Turns(), failed: reject });
    });
  } finally {
    client.on('error', () => undefined);
    stream.destroy();
    if (!stream.closed) await once(stream, 'close');
  }
}

function internals(client: ssh2.Client): { readonly _protocol: { rekey(): void } } {
  return client as unknown as { readonly _protocol: { rekey(): void } };
}

describe.each([
  ['diffie-hellman-group1-sha1', { modp: 'modp2' }],
  ['diffie-hellman-group14-sha1', { modp: 'modp14' }],
  ['diffie-hellman-group14-sha256', { modp: 'modp14' }],
  ['diffie-hellman-group16-sha512', { modp: 'modp16' }],
  ['ecdh-sha2-nistp521', { curve: 'secp521r1' }],
] as const)('%s', (kex, group) => {
  const device = (): ReturnType<typeof sshDevice> =>
    sshDevice({ hostKeys: [RSA], algorithms: { kex: [kex] } });

  it('is computed beside the event loop, with numbers that are used', async () => {
    await using server = await device();
    const sums = new Sums();
    expect(await meet(server.port, ['curve25519-sha256', kex], sums)).toBe(kex);
    expect([sums.groups, sums.agreements]).toEqual([[group], 1]);
    const wrong = Object.assign(new Sums(), { agree: async () => new Uint8Array(64).fill(7) });
    await expect(meet(server.port, [kex], wrong)).rejects.toThrow('signature verification failed');
  });

  it('is computed here where it cannot be computed there', async () => {
    await using server = await device();
    const nowhere = async (): Promise<never> => Promise.reject(new Error('no thread'));
    expect(await meet(server.port, [kex], { makePair: nowhere, agree: nowhere })).toBe(kex);
    expect(await meet(server.port, [kex], Object.assign(new Sums(), { agree: nowhere }))).toBe(kex);
  });

  it('is computed with other numbers when keys are exchanged once more', async () => {
    await using server = await device();
    const sums = new Sums();
    expect(await meet(server.port, [kex], sums, { rekeys: true })).toBe(kex);
    expect(sums.agreements).toBe(1);
  });
});

it('a cheap key exchange is left to ssh2', async () => {
  await using server = await sshDevice({ algorithms: { kex: ['ecdh-sha2-nistp256', 'curve25519-sha256'] } });
  const sums = new Sums();
  expect(await meet(server.port, ['ecdh-sha2-nistp256'], sums)).toBe('ecdh-sha2-nistp256');
  expect(await meet(server.port, ['curve25519-sha256'], sums)).toBe('curve25519-sha256');
  expect(sums.groups).toEqual([]);
});

describe('a group exchange', () => {
  const kex = 'diffie-hellman-group-exchange-sha256';
  // A product of two primes does as well: nobody looks.
  const prime = new Uint8Array(256).fill(0xff).with(7, 0x31).with(200, 0x17);

  it('is computed beside the event loop in the group that the server chose', async () => {
    const heard: string[] = [];
    await using server = await wholeGroupExchange({ prime, generator: 2 }, (value) => heard.push(value));
    const sums = new Sums();
    expect(await meet(server.port, [kex], sums)).toBe(kex);
    expect(sums.groups).toEqual([{ prime, generator: 2 }]);
    const [pair] = sums.pairs;
    // With the zero that keeps a number positive, or without it.
    const bare = (hex: string | undefined): string | undefined => hex?.replace(/^00/, '');
    expect(bare(heard[0])).toBe(bare(Buffer.from(pair?.publicValue ?? []).toString('hex')));
    expect(sums.agreements).toBe(1);
  });

  it('is computed here where it cannot be computed there', async () => {
    await using server = await wholeGroupExchange({ prime, generator: 5 }, () => undefined);
    const nowhere = async (): Promise<never> => Promise.reject(new Error('no thread'));
    expect(await meet(server.port, [kex], { makePair: nowhere, agree: nowhere })).toBe(kex);
  });
});
