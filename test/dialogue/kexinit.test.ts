import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ClearPackets } from '../../src/dialogue/clear-packets.ts';
import { readServerLists, type ServerLists } from '../../src/dialogue/kexinit.ts';
import { clearPacket, kexinit } from './group-exchange-device.ts';

const HELLO = Buffer.from('Unauthorized access is prohibited\r\nSSH-2.0-Cisco-1.25\r\n');
const KEX = ['ecdh-sha2-nistp256', 'kex-strict-s-v00@openssh.com', 'ext-info-s'];

function read(pieces: readonly Buffer[]): ServerLists | undefined {
  const packets = new ClearPackets();
  const [first] = pieces.flatMap((piece) => packets.feed(piece));
  return first === undefined ? undefined : readServerLists(first);
}

describe('the lists of a server', () => {
  const bytes = Buffer.concat([
    HELLO,
    clearPacket(kexinit(KEX, { cipherIn: ['aes256-ctr'] })),
    Buffer.alloc(40, 9),
  ]);
  const lists = {
    kex: ['ecdh-sha2-nistp256'],
    hostKey: ['ssh-ed25519', 'rsa-sha2-512'],
    cipher: [],
    mac: ['hmac-sha2-256'],
  };

  it('are read from its first packet, however it is split; what counts is what it does both ways', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(bytes.length)), (cuts) => {
        const edges = [0, ...cuts.toSorted((a, b) => a - b), bytes.length];
        const pieces = edges.slice(1).map((end, index) => bytes.subarray(edges[index], end));
        expect(read(pieces)).toEqual(lists);
      }),
    );
  });

  it('are unknown when the bytes are anything else, and no bytes do harm', () => {
    expect(read([HELLO, clearPacket(Buffer.of(1, 2, 3))])).toBeUndefined();
    expect(read([HELLO, clearPacket(kexinit(KEX).subarray(0, 60))])).toBeUndefined();
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 200 })), (pieces) => {
        expect(read([HELLO, ...pieces.map((piece) => Buffer.from(piece))])).toBeUndefined();
      }),
    );
  });
});
