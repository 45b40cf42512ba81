import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import type { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, it, vi } from 'vitest';
import { connectGathering } from '../../src/dialogue/gathering-socket.ts';

describe('a connection that gathers', () => {
  it('sends what is written in one tick in one piece, each tick by itself, and what came before its end', async () => {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const heard = new Promise<string>((resolve) => {
      server.once('connection', (peer) => resolve(text(peer)));
    });
    const socket = connectGathering('127.0.0.1', (server.address() as AddressInfo).port);
    await once(socket, 'connect');
    const [pieces, whole] = [
      vi.spyOn(socket as Required<Pick<Writable, '_writev'>>, '_writev'),
      vi.spyOn(socket, '_write'),
    ];
    for (const part of ['packet', ' and ', 'MAC']) socket.write(part);
    await new Promise(setImmediate);
    expect([pieces.mock.calls.length, whole.mock.calls.length]).toEqual([1, 0]);
    expect(pieces.mock.calls[0]?.[0]).toHaveLength(3);
    socket.write('; alone');
    await new Promise(setImmediate);
    expect([pieces.mock.calls.length, whole.mock.calls.length]).toEqual([1, 1]);
    socket.write('; then');
    socket.end(' the end');
    expect(await heard).toBe('packet and MAC; alone; then the end');
    server.close();
  });
});
