import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { decodePacket, encodePacket, type TftpPacket } from '../../src/tftp/packet.ts';

const HOST = '127.0.0.1';

/** Between a router and its TFTP server: what goes by may be altered on its way. */
export class TftpRelay implements AsyncDisposable {
  /** What becomes of a packet, whoever sent it. */
  alter: (packet: TftpPacket) => TftpPacket = (packet) => packet;
  readonly #socket: Socket;
  readonly #port: number;
  readonly #upstream = new Map<number, { readonly socket: Socket; port: number }>();

  private constructor(socket: Socket, port: number) {
    this.#socket = socket;
    this.#port = port;
    socket.on('message', (bytes, { port: client }) => this.#pass(bytes, client));
  }

  /** In front of the server at this port of the loopback. */
  static async start(port: number): Promise<TftpRelay> {
    const socket = createSocket('udp4');
    socket.bind(0, HOST);
    await once(socket, 'listening');
    return new TftpRelay(socket, port);
  }

  get port(): number {
    return this.#socket.address().port;
  }

  #pass(bytes: Uint8Array, client: number): void {
    const known = this.#upstream.get(client);
    const way = known ?? { socket: createSocket('udp4'), port: this.#port };
    if (known === undefined) {
      this.#upstream.set(client, way);
      way.socket.on('message', (answer, { port }) => {
        // The server answers from a port that it takes for this transfer.
        way.port = port;
        this.#socket.send(this.#altered(answer), client, HOST);
      });
    }
    way.socket.send(this.#altered(bytes), way.port, HOST);
  }

  #altered(bytes: Uint8Array): Uint8Array {
    const packet = decodePacket(bytes);
    return packet === undefined ? bytes : encodePacket(this.alter(packet));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const sockets = [this.#socket, ...[...this.#upstream.values()].map(({ socket }) => socket)];
    await Promise.all(sockets.map((socket) => new Promise<void>((resolve) => socket.close(() => resolve()))));
  }
}
