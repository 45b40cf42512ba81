import { createServer, type Socket } from 'node:net';

/** The first 1024, 1536 and 2048 bit MODP groups (RFC 2409, RFC 3526) begin and end alike; for a size any odd number does. */
function modulusOf(bits: number): Buffer {
  const bytes = Buffer.alloc(Math.ceil(bits / 8), 0xff);
  bytes[0] = 0xff >> (bytes.length * 8 - bits);
  return bytes;
}

/**
 * A server of diffie-hellman-group-exchange (RFC 4419) that gets as far as its group: what ssh2's own server cannot
 * play. `answered` resolves with the number of the client's next message, or 0 when it hung up instead.
 */
export async function groupExchangeDevice(
  bits: number,
  kex = 'diffie-hellman-group-exchange-sha1',
): Promise<AsyncDisposable & { readonly port: number; readonly answered: Promise<number> }> {
  let answer: (message: number) => void = () => undefined;
  const answered = new Promise<number>((resolve) => {
    answer = resolve;
  });
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.write('SSH-2.0-Cisco-1.25\r\n');
    socket.write(packet(kexinit([kex])));
    let heard = Buffer.alloc(0);
    socket.on('data', (bytes: Buffer) => {
      heard = Buffer.concat([heard, bytes]);
      for (;;) {
        const end = heard.indexOf('\n');
        if (heard.subarray(0, 4).toString() === 'SSH-' && end > 0) heard = heard.subarray(end + 1);
        if (heard.length < 5 || heard.length < 4 + heard.readUInt32BE(0)) return;
        const message = heard[5] ?? 0;
        heard = heard.subarray(4 + heard.readUInt32BE(0));
        if (message === 34)
          socket.write(packet(Buffer.concat([Buffer.of(31), mpint(modulusOf(bits)), mpint(Buffer.of(2))])));
        else if (message !== 20) answer(message);
      }
    });
    socket.once('close', () => answer(0));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  return {
    port,
    answered,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A packet in clear (RFC 4253 section 6). */
function packet(payload: Buffer): Buffer {
  const padding = 4 + ((8 - ((payload.length + 9) % 8)) % 8);
  const head = Buffer.alloc(5);
  head.writeUInt32BE(1 + payload.length + padding, 0);
  head.writeUInt8(padding, 4);
  return Buffer.concat([head, payload, Buffer.alloc(padding)]);
}

/** SSH_MSG_KEXINIT with modern lists but for the key exchange (RFC 4253 section 7.1). */
export function kexinit(kex: readonly string[], more: { cipherIn?: readonly string[] } = {}): Buffer {
  const cipher = ['aes128-ctr'];
  const mac = ['hmac-sha2-256'];
  const lists = [
    kex,
    ['ssh-ed25519', 'rsa-sha2-512'],
    cipher,
    more.cipherIn ?? cipher,
    mac,
    mac,
    ['none'],
    ['none'],
    [],
    [],
  ];
  return Buffer.concat([
    Buffer.of(20),
    Buffer.alloc(16, 7),
    ...lists.map((names) => text(names.join(','))),
    Buffer.alloc(5),
  ]);
}

export { packet as clearPacket };

function text(value: string): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(value.length);
  return Buffer.concat([length, Buffer.from(value)]);
}

function mpint(number: Buffer): Buffer {
  const signed = (number[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.of(0), number]) : number;
  const length = Buffer.alloc(4);
  length.writeUInt32BE(signed.length);
  return Buffer.concat([length, signed]);
}
