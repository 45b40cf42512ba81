import { createSocket, type Socket } from 'node:dgram';

/** Seconds from 1900, where NTP counts from, to 1970. */
const NTP_EPOCH = 2_208_988_800;

/** A time server for the lab's routers: answers SNTP client requests (RFC 4330 section 4) with the lab's clock. */
export class LabNtpServer {
  readonly port: number;
  private readonly socket: Socket;

  private constructor(socket: Socket) {
    this.socket = socket;
    this.port = socket.address().port;
  }

  static async start(now: () => Date, host = '127.0.0.1'): Promise<LabNtpServer> {
    const socket = createSocket('udp4');
    socket.on('message', (request, peer) => {
      if (request.length < 48) return;
      socket.send(answer(request, now()), peer.port, peer.address);
    });
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.bind(0, host, resolve);
    });
    return new LabNtpServer(socket);
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.socket.close(() => resolve()));
  }
}

/** Version 4, mode 4 (server), stratum 2; the client's transmit time comes back as the originate time. */
function answer(request: Buffer, now: Date): Buffer {
  const reply = Buffer.alloc(48);
  reply.writeUInt8(0x24, 0);
  reply.writeUInt8(2, 1);
  reply.writeUInt8(6, 2);
  reply.writeInt8(-20, 3);
  reply.write('LAB\0', 12, 'latin1');
  writeTimestamp(reply, 16, now);
  request.copy(reply, 24, 40, 48);
  writeTimestamp(reply, 32, now);
  writeTimestamp(reply, 40, now);
  return reply;
}

function writeTimestamp(packet: Buffer, offset: number, at: Date): void {
  const milliseconds = at.getTime();
  packet.writeUInt32BE((Math.floor(milliseconds / 1000) + NTP_EPOCH) % 2 ** 32, offset);
  packet.writeUInt32BE(Math.floor(((milliseconds % 1000) / 1000) * 2 ** 32), offset + 4);
}
