import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { afterEach, describe, expect, it } from 'vitest';

import { nodeTransport, ScepClient, type ScepErrorCode, temporarySigner } from '../../../src/scep/index.ts';
import { makeAuthority, makeCa, makeRequest, makeServer, NOW, rsaKey } from '../world.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function listen(listener: RequestListener): Promise<string> {
  const server = createServer({ maxHeaderSize: 131_072 }, listener);
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/scep`;
}

const withCode = (code: ScepErrorCode) => expect.objectContaining({ name: 'ScepError', code });
const get = (url: string, signal?: AbortSignal) =>
  ({ method: 'GET', url, headers: {}, ...(signal ? { signal } : {}) }) as const;

describe('the transport over HTTP', () => {
  it('carries an enrollment by GET and by POST', async () => {
    const ca = makeCa(rsaKey());
    const key = rsaKey();
    const csr = makeRequest(key);
    const engine = makeServer(makeAuthority(ca));
    const seen: string[] = [];
    const url = await listen(async (request, response) => {
      const parts: Buffer[] = [];
      for await (const part of request) parts.push(part);
      const rawQuery = request.url?.split('?')[1] ?? '';
      seen.push(`${request.method} ${request.headers['content-type'] ?? '-'}`);
      const answer = await engine.handle({
        method: request.method ?? '',
        rawQuery,
        body: Buffer.concat(parts),
      });
      response.writeHead(answer.status, answer.headers).end(answer.body);
    });
    const client = new ScepClient({ url });
    const context = {
      ca: await client.getCaCertificates(),
      signer: temporarySigner({ csr, key, now: NOW }),
      csr,
    };
    const capabilities = await client.getCaCaps();
    expect((await client.pkcsReq({ ...context, capabilities })).status).toBe('granted');
    expect((await client.pkcsReq({ ...context, capabilities: new Set() })).status).toBe('granted');
    expect(seen).toEqual(['GET -', 'GET -', 'POST application/x-pki-message', 'GET -']);
  });

  it('says unreachable when nobody listens', async () => {
    const url = await listen(() => undefined);
    servers[0]?.close();
    await expect(nodeTransport()(get(url))).rejects.toEqual(withCode('unreachable'));
    await expect(nodeTransport()(get('not a url'))).rejects.toEqual(withCode('invalid-argument'));
  });

  it('says connection-closed when the answer breaks off, and a client takes that for no capabilities', async () => {
    const url = await listen((_, response) => response.destroy());
    await expect(nodeTransport()(get(url))).rejects.toEqual(withCode('connection-closed'));
    expect((await new ScepClient({ url }).getCaCaps()).size).toBe(0);
    const half = await listen((_, response) => {
      response.writeHead(200, { 'content-length': '10' });
      response.write('12345', () => response.destroy());
    });
    await expect(nodeTransport()(get(half))).rejects.toEqual(withCode('connection-closed'));
  });

  it('gives up at its deadline, before and within the answer', async () => {
    const silent = await listen(() => undefined);
    await expect(nodeTransport({ timeoutMs: 50 })(get(silent))).rejects.toEqual(withCode('timeout'));
    const slow = await listen((_, response) => {
      response.writeHead(200);
      response.write('begun');
    });
    await expect(nodeTransport({ timeoutMs: 50 })(get(slow))).rejects.toEqual(withCode('timeout'));
  });

  it('reads no more than it was told to', async () => {
    const url = await listen((_, response) => response.end(Buffer.alloc(2000)));
    await expect(nodeTransport({ maxAnswer: 1999 })(get(url))).rejects.toEqual(withCode('answer-too-large'));
    expect((await nodeTransport({ maxAnswer: 2000 })(get(url))).body).toHaveLength(2000);
  });

  it('stops with the reason of its signal', async () => {
    const stop = new AbortController();
    const url = await listen(() => stop.abort(new Error('enough')));
    await expect(nodeTransport()(get(url, stop.signal))).rejects.toThrow('enough');
    await expect(nodeTransport()(get(url, stop.signal))).rejects.toThrow('enough');
  });
});
