import { describe, expect, it } from 'vitest';
import type { TftpError } from '../../src/tftp/errors.ts';
import type { TftpEvent } from '../../src/tftp/events.ts';
import { TftpServer, type TftpServerOptions } from '../../src/tftp/server.ts';
import { PlainClient } from './plain-client.ts';

const FILE = Buffer.from('-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n');

/** A server on the loopback with what it told, and a way to wait for one kind of event. */
async function start(options: Partial<TftpServerOptions> = {}) {
  const events: TftpEvent[] = [];
  const waiting: (() => void)[] = [];
  const server = await TftpServer.start({
    host: '127.0.0.1',
    port: 0,
    // No test waits for it but those that want it shorter.
    retransmitMs: 60_000,
    onEvent: (event) => {
      events.push(event);
      for (const wake of waiting.splice(0)) wake();
    },
    ...options,
  });
  const told = async <Type extends TftpEvent['type']>(type: Type): Promise<TftpEvent & { type: Type }> => {
    for (;;) {
      const found = events.find((event): event is TftpEvent & { type: Type } => event.type === type);
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => waiting.push(resolve));
    }
  };
  return { server, events, told, [Symbol.asyncDispose]: () => server.close() };
}

const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'none',
    (error: TftpError) => error.code,
  );

describe('a TFTP server', () => {
  it('serves what is offered from a port of its own, and tells of it', async () => {
    await using world = await start();
    await using client = await PlainClient.open();
    using _ = world.server.offer({ device: 'br-1', name: 'br-1.crt', content: FILE });
    client.ask(world.server.port, 'read', 'br-1.crt');
    const { packet, port } = await client.hear();
    expect(packet).toEqual({ type: 'data', block: 1, data: new Uint8Array(FILE) });
    expect(port).not.toBe(world.server.port);
    client.say(port, { type: 'ack', block: 1 });
    expect(await world.told('transfer-finished')).toMatchObject({
      device: 'br-1',
      operation: 'read',
      name: 'br-1.crt',
      bytes: FILE.length,
    });
  });

  it('takes what is expected, once', async () => {
    await using world = await start();
    await using client = await PlainClient.open();
    const expected = world.server.expect({ device: 'br-1', name: 'br-1.req', mostBytes: 1000 });
    client.ask(world.server.port, 'write', 'br-1.req', { tsize: String(FILE.length), blksize: '1024' });
    const { packet, port } = await client.hear();
    expect(packet).toEqual({
      type: 'oack',
      options: new Map([
        ['blksize', '1024'],
        ['tsize', String(FILE.length)],
      ]),
    });
    client.say(port, { type: 'data', block: 1, data: FILE });
    expect((await client.hear()).packet).toEqual({ type: 'ack', block: 1 });
    expect(Buffer.from(await expected.arrived)).toEqual(FILE);
    // The acknowledgment was lost, as far as the client knows.
    client.say(port, { type: 'data', block: 1, data: FILE });
    expect((await client.hear()).packet).toEqual({ type: 'ack', block: 1 });
    await using other = await PlainClient.open();
    other.ask(world.server.port, 'write', 'br-1.req');
    expect((await other.hear()).packet).toMatchObject({ type: 'error', code: 2 });
  });

  it.each<readonly [string, 'read' | 'write', string, number, string]>([
    ['a name that nobody offered', 'read', 'br-2.crt', 1, 'unknown-name'],
    ['a name that nobody expects', 'write', 'br-2.req', 2, 'unknown-name'],
    ['reading what is to be written', 'read', 'br-1.req', 2, 'wrong-direction'],
    ['writing what is to be read', 'write', 'br-1.crt', 2, 'wrong-direction'],
    ['a name in other letters', 'read', 'BR-1.crt', 1, 'unknown-name'],
    ['a way around', 'read', '../br-1.crt', 1, 'unknown-name'],
    ['another device’s file', 'read', 'br-9.crt', 2, 'other-address'],
  ])('refuses %s', async (_, type, name, code, reason) => {
    await using world = await start();
    await using client = await PlainClient.open();
    const { server } = world;
    server.offer({ device: 'br-1', name: 'br-1.crt', content: FILE });
    server.offer({ device: 'br-9', name: 'br-9.crt', content: FILE, from: '192.0.2.9' });
    const expected = server.expect({ device: 'br-1', name: 'br-1.req', mostBytes: 9 });
    client.ask(server.port, type, name);
    expect((await client.hear()).packet).toMatchObject({ type: 'error', code });
    expect(world.events).toMatchObject([{ type: 'request-refused', operation: type, name, reason }]);
    expected.withdraw();
    expect(await codeOf(expected.arrived)).toBe('withdrawn');
  });

  it('shows no control characters of a name that it refuses', async () => {
    await using world = await start();
    await using client = await PlainClient.open();
    client.ask(world.server.port, 'read', '\x1b[2Jx');
    expect(await world.told('request-refused')).toMatchObject({ name: '\\x1b[2Jx' });
  });

  it('refuses an upload that is announced too large, before it begins', async () => {
    await using world = await start();
    await using client = await PlainClient.open();
    world.server.expect({ device: 'br-1', name: 'br-1.req', mostBytes: 9 });
    client.ask(world.server.port, 'write', 'br-1.req', { tsize: '10' });
    expect((await client.hear()).packet).toMatchObject({ type: 'error', code: 3 });
    expect(await world.told('request-refused')).toMatchObject({ reason: 'too-large' });
  });

  it('refuses a mode it does not know', async () => {
    await using world = await start();
    await using client = await PlainClient.open();
    world.server.offer({ device: 'br-1', name: 'br-1.crt', content: FILE });
    client.say(world.server.port, { type: 'read', name: 'br-1.crt', mode: 'mail', options: new Map() });
    expect((await client.hear()).packet).toMatchObject({ type: 'error', code: 4 });
  });

  it('breaks off an upload that grows too large, and goes on expecting it', async () => {
    await using world = await start();
    await using client = await PlainClient.open();
    const expected = world.server.expect({ device: 'br-1', name: 'br-1.req', mostBytes: 600 });
    client.ask(world.server.port, 'write', 'br-1.req');
    const { port } = await client.hear();
    client.say(port, { type: 'data', block: 1, data: new Uint8Array(512) });
    await client.hear();
    client.say(port, { type: 'data', block: 2, data: new Uint8Array(512) });
    expect((await client.hear()).packet).toMatchObject({ type: 'error', code: 3 });
    expect(await world.told('transfer-failed')).toMatchObject({ fault: 'too-large', device: 'br-1' });

    await using again = await PlainClient.open();
    again.ask(world.server.port, 'write', 'br-1.req');
    again.say((await again.hear()).port, { type: 'data', block: 1, data: FILE });
    expect(Buffer.from(await expected.arrived)).toEqual(FILE);
  });

  it('never hands over an upload whose client fell silent', async () => {
    await using world = await start({ retransmitMs: 5, mostRetransmits: 2 });
    await using client = await PlainClient.open();
    const expected = world.server.expect({ device: 'br-1', name: 'br-1.req', mostBytes: 6000 });
    client.ask(world.server.port, 'write', 'br-1.req');
    const { port } = await client.hear();
    client.say(port, { type: 'data', block: 1, data: new Uint8Array(512) });
    expect(await world.told('transfer-failed')).toMatchObject({ fault: 'silent' });
    expected.withdraw();
    expect(await codeOf(expected.arrived)).toBe('withdrawn');
  });

  it('sends again what was not acknowledged, and gives up in the end', async () => {
    await using world = await start({ retransmitMs: 5, mostRetransmits: 3 });
    await using client = await PlainClient.open();
    world.server.offer({ device: 'br-1', name: 'br-1.crt', content: FILE });
    client.ask(world.server.port, 'read', 'br-1.crt');
    const heard = [await client.hear(), await client.hear(), await client.hear(), await client.hear()];
    expect(new Set(heard.map(({ packet }) => JSON.stringify(packet))).size).toBe(1);
    expect(await world.told('transfer-failed')).toMatchObject({ fault: 'silent' });
  });

  it('tells a stranger on a transfer’s port that it is none of its', async () => {
    await using world = await start();
    await using client = await PlainClient.open();
    await using stranger = await PlainClient.open();
    world.server.offer({ device: 'br-1', name: 'br-1.crt', content: FILE });
    client.ask(world.server.port, 'read', 'br-1.crt');
    const { port } = await client.hear();
    stranger.say(port, { type: 'ack', block: 1 });
    expect((await stranger.hear()).packet).toMatchObject({ type: 'error', code: 5 });
    client.say(port, { type: 'ack', block: 1 });
    expect(await world.told('transfer-finished')).toMatchObject({ bytes: FILE.length });
  });

  it('takes a request that the network doubled as one', async () => {
    await using world = await start();
    await using client = await PlainClient.open();
    world.server.offer({ device: 'br-1', name: 'br-1.crt', content: FILE });
    client.ask(world.server.port, 'read', 'br-1.crt');
    client.ask(world.server.port, 'read', 'br-1.crt');
    client.say((await client.hear()).port, { type: 'ack', block: 1 });
    await world.told('transfer-finished');
    expect(world.events.filter(({ type }) => type === 'transfer-started')).toHaveLength(1);
  });

  it('breaks off the transfers of what is withdrawn', async () => {
    await using world = await start();
    await using client = await PlainClient.open();
    const offer = world.server.offer({ device: 'br-1', name: 'br-1.crt', content: FILE });
    client.ask(world.server.port, 'read', 'br-1.crt');
    await client.hear();
    offer.withdraw();
    expect((await client.hear()).packet).toMatchObject({ type: 'error' });
    expect(await world.told('transfer-failed')).toMatchObject({ fault: 'withdrawn' });
    world.server.offer({ device: 'br-1', name: 'br-1.crt', content: FILE });
  });

  it('has one device for one name', async () => {
    await using world = await start();
    world.server.offer({ device: 'br-1', name: 'br-1.crt', content: FILE });
    expect(() => world.server.offer({ device: 'br-2', name: 'br-1.crt', content: FILE })).toThrow(
      expect.objectContaining({ code: 'name-taken' }),
    );
  });

  it('ends with the run: nothing is waited for, nothing is served', async () => {
    const stop = new AbortController();
    await using world = await start({ signal: stop.signal });
    const expected = world.server.expect({ device: 'br-1', name: 'br-1.req', mostBytes: 9 });
    stop.abort();
    expect(await codeOf(expected.arrived)).toBe('stopped');
    await world.server.close();
    expect(() => world.server.offer({ device: 'br-1', name: 'x', content: FILE })).toThrow(
      expect.objectContaining({ code: 'stopped' }),
    );
    await expect(TftpServer.start({ host: '127.0.0.1', port: 0, signal: stop.signal })).rejects.toThrow();
  });

  it('says so when its address is taken', async () => {
    await using world = await start();
    const second = TftpServer.start({ host: '127.0.0.1', port: world.server.port });
    expect(await codeOf(second)).toBe('address-unavailable');
  });
});
