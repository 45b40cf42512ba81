import { networkInterfaces } from 'node:os';
import { describe, expect, it } from 'vitest';
import type { TftpPacket } from '../../src/tftp/packet.ts';
import { TftpServer } from '../../src/tftp/server.ts';
import { PlainClient } from '../tftp/plain-client.ts';
import { freeUdpPort } from './free-udp-port.ts';
import { OneRouter, type OneRouterOptions } from './one-router.ts';
import { PaperDesk } from './paper-desk.ts';
import { TftpRelay } from './tftp-relay.ts';

const HOST = '127.0.0.1';
/** Octets of a packet's data. */
const FULL = 512;
const NAME = 'br-0001.BRANCH';
const hasIpv6 = Object.values(networkInterfaces()).some((addresses) =>
  addresses?.some(({ address }) => address === '::1'),
);

/** The router asks port 69 of whatever host its URL names. */
const redirectTo =
  (port: number, host = HOST): NonNullable<OneRouterOptions['dial']> =>
  () =>
  (target) =>
    target.port === 69 ? { host, port } : target;

/** A router whose way to trustfleet's own TFTP server leads over a relay. */
async function behindRelay(desk: PaperDesk) {
  const port = await freeUdpPort();
  const relay = await TftpRelay.start(port);
  const one = await OneRouter.start({
    authority: desk.authority,
    trustpoint: { method: { tftp: { host: HOST, port, submit: desk.submit } }, grant: { timeout: '0s' } },
    dial: redirectTo(relay.port),
  });
  return {
    port,
    relay,
    one,
    async [Symbol.asyncDispose]() {
      await one[Symbol.asyncDispose]();
      await relay[Symbol.asyncDispose]();
    },
  };
}

/** A file that lacks its end, which both sides take for whole: a packet that is not full is the last (RFC 1350 section 6). */
function cutShort(packet: TftpPacket): TftpPacket {
  return packet.type === 'data' && packet.data.length < FULL
    ? { ...packet, data: packet.data.subarray(0, packet.data.length / 2) }
    : packet;
}

/** Leaves alone what the router reads before it writes its request. */
function onceItWrites(alter: (packet: TftpPacket) => TftpPacket): (packet: TftpPacket) => TftpPacket {
  let writing = false;
  return (packet) => {
    if (packet.type === 'write') writing = true;
    return writing ? alter(packet) : packet;
  };
}

describe('a file that is cut off on its way', () => {
  it('is no CA certificate, and the router accepts none', async () => {
    await using desk = await PaperDesk.open();
    await using world = await behindRelay(desk);
    world.relay.alter = cutShort;
    const { error } = await world.one.enroll();
    expect([error?.code, error?.step]).toEqual(['ca-unreachable', 'authenticate']);
    expect(error?.hint).toMatch(/^it reads br-0001\.BRANCH\.ca by TFTP from 127\.0\.0\.1: /);
    expect(world.one.router.state.certificates).toEqual([]);
    expect(await desk.asked()).toEqual(new Map());

    world.relay.alter = (packet) => packet;
    expect((await world.one.enroll()).outcome).toBe('pending');
  });

  it('is no request that anybody is given to sign, and no certificate that the router takes', async () => {
    await using desk = await PaperDesk.open();
    await using world = await behindRelay(desk);
    const { one, relay } = world;
    // The CA certificate is read whole; the request that the router writes is not.
    relay.alter = onceItWrites(cutShort);
    const unfit = await one.enroll();
    expect([unfit.error?.code, unfit.error?.step]).toEqual(['request-unfit', 'enroll']);
    expect(await desk.asked()).toEqual(new Map());
    expect(one.held.size).toBe(0);

    relay.alter = (packet) => packet;
    expect((await one.enroll()).outcome).toBe('pending');
    await desk.signAll();
    relay.alter = cutShort;
    const refused = await one.enroll();
    expect([refused.error?.code, refused.outcome]).toEqual(['command-refused', 'failed']);
    expect(one.held.size).toBe(0);

    relay.alter = (packet) => packet;
    const last = await one.enroll();
    expect([last.error, last.outcome]).toEqual([undefined, 'verified']);
  });
});

/** One character of what ends a request in base64: its signature. */
function forged(packet: TftpPacket): TftpPacket {
  if (packet.type !== 'data' || packet.data.length === FULL) return packet;
  const text = Buffer.from(packet.data).toString('latin1');
  const at = text.length - 100;
  const other = text[at] === 'A' ? 'B' : 'A';
  return { ...packet, data: Buffer.from(`${text.slice(0, at)}${other}${text.slice(at + 1)}`, 'latin1') };
}

describe('a request whose signature does not match', () => {
  it('is handed to nobody, and the router keeps what it had', async () => {
    await using desk = await PaperDesk.open();
    await using world = await behindRelay(desk);
    const { one, relay } = world;
    relay.alter = onceItWrites(forged);
    const { error } = await one.enroll();
    expect([error?.code, error?.step]).toEqual(['request-unfit', 'enroll']);
    expect(error?.message).toContain('was not signed with the key it holds');
    expect(await desk.asked()).toEqual(new Map());
    expect([one.held.size, one.router.state.startup]).toEqual([0, expect.not.stringContaining('BRANCH')]);
  });
});

describe('a name that was not planned', () => {
  it('is refused to the router, its device fails with the name, and gets nothing', async () => {
    await using desk = await PaperDesk.open();
    await using world = await behindRelay(desk);
    world.relay.alter = (packet) =>
      packet.type === 'read' ? { ...packet, name: 'br-0002.BRANCH.ca' } : packet;
    const { error } = await world.one.enroll();
    expect([error?.code, error?.step]).toEqual(['ca-unreachable', 'authenticate']);
    expect(error?.detail).toContain('to read “br-0002.BRANCH.ca”: refused, unknown-name');
    expect(world.one.router.state.certificates).toEqual([]);
  });

  it('is refused to everybody else, and behind the router nobody listens any more', async () => {
    await using desk = await PaperDesk.open();
    await using world = await behindRelay(desk);
    await using client = await PlainClient.open();
    const heard: (string | undefined)[] = [];
    const { relay, one } = world;
    const names = ['startup-config', `${NAME}.req`, '../ca.pem'];
    let asked = false;
    relay.alter = (packet) => {
      // While the router reads its file somebody asks for others, and for the one that it may not read.
      if (packet.type === 'read' && !asked) {
        asked = true;
        for (const name of names) client.ask(relay.port, 'read', name);
      }
      return packet;
    };
    const result = await one.enroll();
    for (const _ of names) heard.push((await client.hear()).packet?.type);
    expect(heard).toEqual(['error', 'error', 'error']);
    expect([result.error, result.outcome]).toEqual([undefined, 'pending']);
    await using free = await TftpServer.start({ host: HOST, port: world.port });
    expect(free.port).toBe(world.port);
  });
});

describe('a TFTP server with an IPv6 address', () => {
  it.runIf(hasIpv6).each([false, true])(
    'serves a router, asking for names: %s, and its URL is no drift',
    async (fileQuestions) => {
      await using desk = await PaperDesk.open();
      const port = await freeUdpPort('::1');
      const tftp = { host: '2001:db8:0::9', listen: '::1', port, submit: desk.submit };
      await using one = await OneRouter.start({
        authority: desk.authority,
        trustpoint: { method: { tftp }, grant: { timeout: '0s' } },
        dial: redirectTo(port, '::1'),
        fileQuestions,
      });
      const first = await one.enroll();
      expect([first.error, first.outcome]).toEqual([undefined, 'pending']);
      expect(one.router.state.running).toMatch(
        /^ enrollment url tftp:\/\/\[2001:db8:0?::9]\/br-0001\.BRANCH$/m,
      );
      await desk.signAll();
      expect((await one.enroll()).outcome).toBe('verified');
      // As a router might print it.
      await one.router.configure([
        'crypto pki trustpoint BRANCH',
        'enrollment url tftp://[2001:DB8::9]/br-0001.BRANCH',
      ]);
      expect((await one.enroll()).outcome).toBe('unchanged');
    },
  );
});
