import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { decodePacket, encodePacket, type TftpPacket } from '../../src/tftp/packet.ts';

/** A socket that says what it is told to say and hears one datagram after the other. */
export class PlainClient implements AsyncDisposable {
  readonly #socket: Socket;
  readonly #heard: { packet: TftpPacket | undefined; port: number }[] = [];
  #arrived: (() => void) | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('message', (bytes, { port }) => {
      this.#heard.push({ packet: decodePacket(bytes), port });
      this.#arrived?.();
    });
  }

  static async open(): Promise<PlainClient> {
    const socket = createSocket('udp4');
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    return new PlainClient(socket);
  }

  say(port: number, packet: TftpPacket): void {
    this.#socket.send(encodePacket(packet), port, '127.0.0.1');
  }

  ask(
    port: number,
    type: 'read' | 'write',
    name: string,
    options: Readonly<Record<string, string>> = {},
  ): void {
    this.say(port, { type, name, mode: 'octet', options: new Map(Object.entries(options)) });
  }

  /** The next packet and the port it came from. */
  async hear(): Promise<{ packet: TftpPacket | undefined; port: number }> {
    for (;;) {
      const next = this.#heard.shift();
      if (next !== undefined) return next;
      await new Promise<void>((resolve) => {
        this.#arrived = resolve;
      });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.close();
    await once(this.#socket, 'close');
  }
}
