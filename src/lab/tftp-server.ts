import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';

export interface TftpServerOptions {
  /** Everything in it can be read and written by everybody. */
  readonly directory: string;
  /** Takes files only that are there already, as some servers do. */
  readonly overwritesOnly?: boolean;
}

/** What was asked for, and what became of it. */
export interface TftpTransfer {
  readonly kind: 'read' | 'write';
  readonly file: string;
  readonly outcome: 'done' | 'refused';
}

const BLOCK = 512;
const RESEND_MS = 500;
const ATTEMPTS = 5;

/** A TFTP server (RFC 1350) in front of a directory, on a UDP port of its own on loopback: somebody else's, as sites have one. */
export class LabTftpServer implements AsyncDisposable {
  readonly transfers: TftpTransfer[] = [];
  readonly #options: TftpServerOptions;
  readonly #socket: Socket;
  readonly #conversations = new Set<Socket>();
  #isClosed = false;

  private constructor(options: TftpServerOptions, socket: Socket) {
    this.#options = options;
    this.#socket = socket;
    socket.on('message', (packet, from) => {
      void this.#begin(packet, from);
    });
  }

  static async start(options: TftpServerOptions): Promise<LabTftpServer> {
    const socket = createSocket('udp4');
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.bind(0, '127.0.0.1', resolve);
    });
    return new LabTftpServer(options, socket);
  }

  get port(): number {
    return this.#socket.address().port;
  }

  close(): Promise<void> {
    if (this.#isClosed) return Promise.resolve();
    this.#isClosed = true;
    for (const socket of this.#conversations) socket.close();
    this.#conversations.clear();
    return new Promise((resolve) => this.#socket.close(() => resolve()));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #begin(packet: Buffer, from: RemoteInfo): Promise<void> {
    const kind = packet.readUInt16BE(0) === 1 ? 'read' : 'write';
    const file = packet.toString('latin1', 2).split('\0')[0] ?? '';
    const place = path.resolve(this.#options.directory, file.replace(/^\/+/, ''));
    const isInside = place.startsWith(`${path.resolve(this.#options.directory)}${path.sep}`);
    const talk = this.#open(from);
    try {
      if (!isInside) throw new Error('outside');
      if (kind === 'read') await talk.send(await readFile(place));
      else {
        if (this.#options.overwritesOnly === true) await stat(place);
        await writeFile(place, await talk.receive());
      }
      this.transfers.push({ kind, file, outcome: 'done' });
    } catch {
      this.transfers.push({ kind, file, outcome: 'refused' });
      talk.refuse(isInside ? 1 : 2);
    } finally {
      talk.close();
    }
  }

  #open(from: RemoteInfo): Conversation {
    const socket = createSocket('udp4');
    this.#conversations.add(socket);
    return new Conversation(socket, from, () => this.#conversations.delete(socket));
  }
}

/** One transfer, from a port of its own. */
class Conversation {
  readonly #socket: Socket;
  readonly #peer: RemoteInfo;
  readonly #closed: () => void;

  constructor(socket: Socket, peer: RemoteInfo, closed: () => void) {
    this.#socket = socket;
    this.#peer = peer;
    this.#closed = closed;
  }

  async send(bytes: Uint8Array): Promise<void> {
    const blocks = Math.floor(bytes.length / BLOCK) + 1;
    for (let block = 1; block <= blocks; block += 1) {
      const data = bytes.subarray((block - 1) * BLOCK, block * BLOCK);
      await this.#exchange(Buffer.concat([head(3, block), data]), 4, block);
    }
  }

  async receive(): Promise<Uint8Array> {
    const chunks: Buffer[] = [];
    for (let block = 1; ; block += 1) {
      const packet = await this.#exchange(head(4, block - 1), 3, block);
      chunks.push(packet.subarray(4));
      if (packet.length < BLOCK + 4) {
        await this.#transmit(head(4, block));
        return new Uint8Array(Buffer.concat(chunks));
      }
    }
  }

  refuse(code: number): void {
    this.#socket.send(
      Buffer.concat([head(5, code), Buffer.from('refused\0')]),
      this.#peer.port,
      this.#peer.address,
      () => this.#end(),
    );
  }

  close(): void {
    setImmediate(() => this.#end());
  }

  #end(): void {
    try {
      this.#socket.close();
    } catch {
      // Closed already, with the server or by the refusal.
    }
    this.#closed();
  }

  /** Sends until the packet comes that is waited for. */
  #exchange(packet: Buffer, opcode: number, block: number): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      let attempts = 0;
      const done = (): void => {
        clearInterval(timer);
        this.#socket.off('message', hear);
      };
      const hear = (heard: Buffer): void => {
        if (heard.readUInt16BE(0) !== opcode || heard.readUInt16BE(2) !== (block & 0xffff)) return;
        done();
        resolve(heard);
      };
      const again = (): void => {
        attempts += 1;
        if (attempts <= ATTEMPTS) void this.#transmit(packet);
        else {
          done();
          reject(new Error('nobody answers'));
        }
      };
      const timer = setInterval(again, RESEND_MS);
      timer.unref();
      this.#socket.on('message', hear);
      again();
    });
  }

  #transmit(packet: Buffer): Promise<void> {
    return new Promise((resolve) => {
      this.#socket.send(packet, this.#peer.port, this.#peer.address, () => resolve());
    });
  }
}

function head(opcode: number, number: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt16BE(opcode);
  bytes.writeUInt16BE(number & 0xffff, 2);
  return bytes;
}
