import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Channel } from '../../src/dialogue/channel.ts';
import { JumpHostPool } from '../../src/dialogue/jump-hosts.ts';
import { connectSsh, type SshOptions, type SshTransport } from '../../src/dialogue/ssh-transport.ts';
import type { JumpHost } from '../../src/domain/device.ts';
import { DeviceError, ERRORS } from '../../src/domain/errors.ts';
import { Secret } from '../../src/domain/secret.ts';
import { hopTo, jumpDevice } from './jump-device.ts';
import { plainDevice } from './plain-device.ts';
import { RSA, type SshDevice, sshDevice } from './ssh-device.ts';

let pool: JumpHostPool;
beforeEach(() => {
  pool = new JumpHostPool();
});
afterEach(() => pool.close());

function optionsFor(device: SshDevice, via: readonly JumpHost[], more: Partial<SshOptions> = {}): SshOptions {
  return {
    host: '127.0.0.1',
    port: device.port,
    username: 'netops',
    password: Secret.acquired('right-Passw0rd', 'this test'),
    knownHosts: path.join(device.folder, 'known_hosts'),
    acceptNewHostKeys: true,
    algorithms: 'modern',
    connectTimeoutMs: 3_000,
    loginTimeoutMs: 3_000,
    via,
    jumpHosts: pool,
    ...more,
  };
}

async function refusal(options: SshOptions): Promise<DeviceError> {
  const thrown: unknown = await connectSsh(options).then(
    (transport) => transport.close(),
    (error: unknown) => error,
  );
  expect(thrown).toBeInstanceOf(DeviceError);
  return thrown as DeviceError;
}

async function talk(transport: SshTransport): Promise<string> {
  const channel = new Channel(transport, { habits: plainDevice });
  await channel.waitFor([/^gw1#/], { timeoutMs: 2_000 });
  channel.send('hello');
  return (await channel.waitFor([/^gw1#/], { timeoutMs: 2_000 })).tail;
}

describe('a jump host', () => {
  it('leads many devices over one connection, each with its own host key checked', async () => {
    await using device = await sshDevice();
    await using hop = await jumpDevice();
    const notes: string[] = [];
    const options = optionsFor(device, [hopTo(hop, 'bastion')], {
      onNewHostKey: ({ type }) => notes.push(type),
    });

    const all = await Promise.all(Array.from({ length: 8 }, () => connectSsh(options)));

    expect(await Promise.all(all.map(talk))).toEqual(Array.from({ length: 8 }, () => 'gw1#'));
    expect(hop.attempts).toHaveLength(1);
    expect(hop.open).toMatchObject({ connections: 1, streams: 8 });
    expect(new Set(hop.streams)).toEqual(new Set([`127.0.0.1:${device.port}`]));
    expect(notes).toContain('ssh-ed25519');
    for (const transport of all) transport.close();
    await expect.poll(() => hop.open.streams).toBe(0);
    expect(hop.open.connections).toBe(1);
    pool.close();
    await expect.poll(() => hop.open.connections).toBe(0);
  });

  it('of a session without a pool goes away with the session', async () => {
    await using device = await sshDevice();
    await using hop = await jumpDevice();
    const { jumpHosts: _, ...options } = optionsFor(device, [hopTo(hop, 'bastion')]);
    const transport = await connectSsh(options);
    expect(await talk(transport)).toBe('gw1#');
    transport.close();
    await expect.poll(() => hop.open).toMatchObject({ connections: 0, streams: 0 });
  });

  it('gets another connection when one is full', async () => {
    await using device = await sshDevice();
    await using hop = await jumpDevice();
    const options = optionsFor(device, [hopTo(hop, 'bastion', { channels: 2 })]);
    const all = await Promise.all(Array.from({ length: 5 }, () => connectSsh(options)));
    expect(hop.open).toMatchObject({ connections: 3, streams: 5, mostOnOne: 2 });
    for (const transport of all) transport.close();
  });

  it('is connected to again after it was lost; who was on it hears whose fault it is', async () => {
    await using device = await sshDevice();
    await using hop = await jumpDevice();
    const options = optionsFor(device, [hopTo(hop, 'bastion')]);
    const first = await connectSsh(options);
    const ended = new Promise<Error | undefined>((resolve) => first.onClose(resolve));
    hop.cut();
    expect(await ended).toMatchObject({
      code: 'connection-lost',
      message: expect.stringMatching(/^jump host bastion: /) as string,
    });
    const second = await connectSsh(options);
    expect(await talk(second)).toBe('gw1#');
    expect(hop.attempts).toHaveLength(2);
    second.close();
  });

  it('that refuses the login is tried once for all devices', async () => {
    await using device = await sshDevice();
    await using hop = await jumpDevice();
    const wrong = Secret.acquired('wrong-hop-Passw0rd', 'this test');
    const options = optionsFor(device, [hopTo(hop, 'bastion', { password: wrong, channels: 2 })]);
    const errors = await Promise.all(Array.from({ length: 6 }, () => refusal(options)));
    errors.push(await refusal(options));
    expect(new Set(errors.map(({ code }) => code))).toEqual(new Set(['jump-host-refused']));
    expect(errors[0]?.message).toMatch(/^jump host bastion: /);
    expect(hop.attempts).toEqual(['password wrong-hop-Passw0rd']);
    expect(errors.map(({ message, detail, stack }) => `${message} ${detail} ${stack}`).join()).not.toMatch(
      /Passw0rd/,
    );
    expect(device.attempts).toEqual([]);
  });

  it('with another host key than the known one gets no password', async () => {
    await using device = await sshDevice();
    await using hop = await jumpDevice();
    const bastion = hopTo(hop, 'bastion');
    await using other = await jumpDevice({ hostKey: RSA });
    writeFileSync(bastion.knownHosts, `[127.0.0.1]:${hop.port} ssh-rsa ${other.key.toString('base64')}\n`);
    const error = await refusal(optionsFor(device, [bastion]));
    expect(error).toMatchObject({
      code: 'host-key-changed',
      message: expect.stringMatching(/^jump host bastion: /) as string,
      hint: expect.stringContaining('between you and jump host bastion') as string,
    });
    expect(hop.attempts).toEqual([]);
  });

  it('that nobody knows is refused where new host keys are not accepted', async () => {
    await using device = await sshDevice();
    await using hop = await jumpDevice();
    const error = await refusal(optionsFor(device, [hopTo(hop, 'bastion')], { acceptNewHostKeys: false }));
    expect(error.code).toBe('host-key-unknown');
    expect(error.message).toContain('jump host bastion');
    expect(error.hint).toContain('the keeper of jump host bastion');
  });

  it('that does not forward is told from a device that does not answer', async () => {
    await using device = await sshDevice();
    await using hop = await jumpDevice({ refuses: true });
    expect(await refusal(optionsFor(device, [hopTo(hop, 'bastion')]))).toMatchObject({
      code: 'jump-host-refused',
      message: expect.stringContaining(`127.0.0.1:${device.port}: jump host bastion`) as string,
    });
    await using slow = await jumpDevice({ isSlow: true });
    expect(await refusal(optionsFor(device, [hopTo(slow, 'slow')], { connectTimeoutMs: 80 }))).toMatchObject({
      code: 'unreachable',
      message: `127.0.0.1:${device.port}: jump host slow did not reach it within 0.08 s`,
    });
  });

  it('that cannot be reached is named, and tried again for the next device', async () => {
    await using device = await sshDevice();
    await using hop = await jumpDevice();
    const closed = createServer();
    await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
    const { port } = closed.address() as { port: number };
    await new Promise((resolve) => closed.close(resolve));
    const options = optionsFor(device, [hopTo(hop, 'bastion', { port })]);
    for (let attempt = 0; attempt < 2; attempt += 1) {
      expect(await refusal(options)).toMatchObject({
        code: 'unreachable',
        message: `jump host bastion: 127.0.0.1:${port}: the connection was refused`,
        hint: 'see that jump host bastion is up and its address and port in the inventory (jumpHosts) are right: no device behind it can be reached before',
      });
    }
  });

  it('that finds the device’s port closed says so', async () => {
    await using device = await sshDevice();
    await using hop = await jumpDevice();
    const closed = createServer();
    await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
    const { port } = closed.address() as { port: number };
    await new Promise((resolve) => closed.close(resolve));
    expect(await refusal(optionsFor(device, [hopTo(hop, 'bastion')], { port }))).toMatchObject({
      code: 'unreachable',
      message: `127.0.0.1:${port}: jump host bastion could not connect to it`,
    });
  });

  it('lets go of a device that is interrupted while the others wait on', async () => {
    await using device = await sshDevice();
    const waiting: (() => void)[] = [];
    await using hop = await jumpDevice({
      login: (context) => {
        if (context.method === 'password') waiting.push(() => context.accept());
        else context.reject(['password']);
      },
    });
    const options = optionsFor(device, [hopTo(hop, 'bastion')]);
    const stop = new AbortController();
    const stopped = refusal({ ...options, signal: stop.signal });
    const patient = connectSsh(options);
    await expect.poll(() => waiting.length).toBe(1);
    stop.abort();
    expect((await stopped).code).toBe('interrupted');
    for (const accept of waiting) accept();
    const transport = await patient;
    expect(await talk(transport)).toBe('gw1#');
    transport.close();
  });
});

describe('a chain of jump hosts', () => {
  it('is gone through in order', async () => {
    await using device = await sshDevice();
    await using outer = await jumpDevice();
    await using inner = await jumpDevice();
    const transport = await connectSsh(optionsFor(device, [hopTo(outer, 'outer'), hopTo(inner, 'inner')]));
    expect(await talk(transport)).toBe('gw1#');
    expect(outer.streams).toEqual([`127.0.0.1:${inner.port}`]);
    expect(inner.streams).toEqual([`127.0.0.1:${device.port}`]);
    transport.close();
  });

  it('says which hop failed', async () => {
    await using device = await sshDevice();
    await using outer = await jumpDevice();
    await using inner = await jumpDevice();
    const wrong = Secret.acquired('wrong-hop-Passw0rd', 'this test');
    const chain = [hopTo(outer, 'outer'), hopTo(inner, 'inner', { password: wrong })];
    expect(await refusal(optionsFor(device, chain))).toMatchObject({
      code: 'jump-host-refused',
      message: expect.stringMatching(/^jump host inner: /) as string,
      hint: ERRORS['jump-host-refused'].hint,
    });
    await using closed = await jumpDevice({ refuses: true });
    const shut = [hopTo(closed, 'shut'), hopTo(inner, 'inner')];
    expect((await refusal(optionsFor(device, shut))).message).toMatch(
      new RegExp(`^127\\.0\\.0\\.1:${inner.port}: jump host shut may not connect to it`),
    );
  });
});
