import { PassThrough } from 'node:stream';
import type { Client } from 'ssh2';
import { describe, expect, it } from 'vitest';
import { holdHandshake } from '../../src/dialogue/held-handshake.ts';
import { Turns } from '../../src/dialogue/turns.ts';
import { clearPacket, kexinit } from './group-exchange-device.ts';

const HELLO = Buffer.from('SSH-2.0-Cisco-1.25\r\n');
const KEXINIT = clearPacket(kexinit(['diffie-hellman-group14-sha1']));
const REPLY = clearPacket(Buffer.of(31, 1, 2, 3));
const NEWKEYS = clearPacket(Buffer.of(21));
const ENCRYPTED = Buffer.from('what nobody can read');

/** A handshake whose preparations end when the test says so. */
class Handshake {
  readonly stream = new PassThrough();
  readonly heard: Buffer[] = [];
  readonly failures: unknown[] = [];
  readonly #preparations: (() => void)[] = [];
  readonly #protocol = {
    parse: (bytes: Buffer, from: number, to: number): void => {
      this.heard.push(bytes.subarray(from, to));
      if (bytes.includes('boom')) throw new Error('boom');
    },
  };

  constructor(turns: Turns) {
    holdHandshake({ _protocol: this.#protocol } as unknown as Client, this.stream, {
      turns,
      reader: {
        beforehand: ([message]) =>
          message === 20 || message === 31
            ? new Promise((resolve) => this.#preparations.push(resolve))
            : undefined,
      },
      failed: (thrown) => this.failures.push(thrown),
    });
  }

  get text(): string {
    return Buffer.concat(this.heard).toString('latin1');
  }

  says(...pieces: readonly Buffer[]): void {
    for (const bytes of pieces) this.#protocol.parse(bytes, 0, bytes.length);
  }

  async prepared(): Promise<void> {
    this.#preparations.shift()?.();
    await new Promise((resolve) => setImmediate(resolve));
  }

  /** As ssh2 does when it gives up. */
  giveUp(): void {
    this.#protocol.parse = () => undefined;
  }
}

const text = (...pieces: readonly Buffer[]): string => Buffer.concat(pieces).toString('latin1');

describe('a handshake', () => {
  it('hears at once what needs no preparation, and the rest in its order when it is prepared', async () => {
    const one = new Handshake(new Turns());
    one.says(HELLO, KEXINIT.subarray(0, 10));
    expect(one.text).toBe(text(HELLO, KEXINIT.subarray(0, 10)));
    one.says(KEXINIT.subarray(10), REPLY.subarray(0, 5));
    expect(one.text).toBe(text(HELLO, KEXINIT.subarray(0, 10)));
    await one.prepared();
    expect(one.text).toBe(text(HELLO, KEXINIT, REPLY.subarray(0, 5)));
    one.says(REPLY.subarray(5), NEWKEYS, ENCRYPTED);
    expect(one.text).toBe(text(HELLO, KEXINIT, REPLY.subarray(0, 5)));
    await one.prepared();
    one.says(ENCRYPTED);
    await one.prepared();
    expect(one.text).toBe(text(HELLO, KEXINIT, REPLY, NEWKEYS, ENCRYPTED, ENCRYPTED));
    expect(one.stream.listenerCount('close')).toBe(new PassThrough().listenerCount('close'));
  });

  it('hears all that is kept when the stream ends, before anybody hears of the end', async () => {
    const one = new Handshake(new Turns());
    one.says(HELLO, KEXINIT, REPLY);
    one.stream.once('close', () => expect(one.text).toBe(text(HELLO, KEXINIT, REPLY)));
    one.stream.destroy();
    await one.prepared();
    expect(one.text).toBe(text(HELLO, KEXINIT, REPLY));
  });

  it('hears nothing more once ssh2 has given up', async () => {
    const one = new Handshake(new Turns());
    one.says(HELLO, KEXINIT);
    one.giveUp();
    await one.prepared();
    expect(one.text).toBe(text(HELLO));
    expect(one.failures).toEqual([]);
  });

  it('fails with what ssh2 throws when it hears late', async () => {
    const one = new Handshake(new Turns());
    one.says(HELLO, KEXINIT, Buffer.from('boom'));
    await one.prepared();
    one.says(REPLY);
    await one.prepared();
    expect(one.failures).toEqual([expect.objectContaining({ message: 'boom' })]);
  });
});

it('of many handshakes that go on at the same time, one goes on in each turn of the event loop', async () => {
  const loop: (() => void)[] = [];
  const turns = new Turns((begin) => loop.push(begin));
  const all = Array.from({ length: 5 }, () => new Handshake(turns));
  for (const one of all) one.says(HELLO, KEXINIT);
  for (const one of all) await one.prepared();
  const started = (): number => all.filter((one) => one.text !== text(HELLO)).length;
  for (const many of [1, 2, 3, 4, 5]) {
    expect(started()).toBe(many);
    for (const begin of loop.splice(0)) begin();
  }
});

it('an ssh2 that reads its packets elsewhere is noticed', () => {
  const options = { turns: new Turns(), reader: { beforehand: () => undefined }, failed: () => undefined };
  expect(() => holdHandshake({} as Client, new PassThrough(), options)).toThrow('elsewhere');
});
