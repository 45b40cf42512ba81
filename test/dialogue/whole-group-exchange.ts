import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { createServer, type Socket } from 'node:net';
import { ClearPackets, stringsOf } from '../../src/dialogue/clear-packets.ts';
import { agree, makePair } from '../../src/dialogue/key-exchange-sums.js';
import { clearPacket, kexinit } from './group-exchange-device.ts';

const IDENT = 'SSH-2.0-Cisco-2.0';

/**
 * A server of diffie-hellman-group-exchange-sha256 (RFC 4419) that goes all the way to new keys, and then falls silent.
 * `says` is told, in hexadecimal digits, the public value of each client.
 */
export async function wholeGroupExchange(
  { prime, generator }: { prime: Uint8Array; generator: number },
  says: (publicValue: string) => void,
): Promise<AsyncDisposable & { readonly port: number }> {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const { n = '', e = '' } = publicKey.export({ format: 'jwk' });
  const hostKey = Buffer.concat([
    text('ssh-rsa'),
    mpint(Buffer.from(e, 'base64url')),
    mpint(Buffer.from(n, 'base64url')),
  ]);
  const group = Buffer.concat([mpint(prime), mpint(Buffer.of(generator))]);
  const ours = kexinit(['diffie-hellman-group-exchange-sha256']);
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.write(`${IDENT}\r\n`);
    socket.write(clearPacket(ours));
    const packets = new ClearPackets();
    let ident = '';
    let theirs = Buffer.alloc(0);
    let sizes = Buffer.alloc(0);
    const answer = (payload: Buffer): void => {
      if (payload[0] === 20) theirs = Buffer.from(payload);
      if (payload[0] === 34) {
        sizes = Buffer.from(payload.subarray(1));
        socket.write(clearPacket(Buffer.concat([Buffer.of(31), group])));
      }
      if (payload[0] !== 32) return;
      const [publicValue = Buffer.alloc(0)] = stringsOf(payload, 1);
      says(publicValue.toString('hex'));
      const pair = makePair({ prime, generator });
      const secret = agree(pair, publicValue);
      const hash = createHash('sha256');
      for (const part of [ident, IDENT, theirs, ours, hostKey]) hash.update(text(part));
      hash.update(sizes).update(group).update(text(publicValue)).update(mpint(pair.publicValue));
      const exchanged = hash.update(mpint(secret)).digest();
      const signature = Buffer.concat([text('rsa-sha2-512'), text(sign('sha512', exchanged, privateKey))]);
      const reply = [Buffer.of(33), text(hostKey), mpint(pair.publicValue), text(signature)];
      socket.write(clearPacket(Buffer.concat(reply)));
      socket.write(clearPacket(Buffer.of(21)));
    };
    socket.on('data', (bytes: Buffer) => {
      if (ident === '') ident = bytes.toString('latin1').split('\r\n')[0] ?? '';
      for (const payload of packets.feed(bytes)) answer(payload);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as { port: number }).port,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function text(value: string | Uint8Array): Buffer {
  const bytes = Buffer.from(value as string);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

function mpint(number: Uint8Array): Buffer {
  const digits = number.subarray(
    Math.max(
      0,
      number.findIndex((byte) => byte !== 0),
    ),
  );
  return text((digits[0] ?? 0) < 0x80 ? digits : Buffer.concat([Buffer.of(0), digits]));
}
