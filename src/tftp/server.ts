import { createSocket, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { TftpError } from './errors.ts';
import type { TftpEvent } from './events.ts';
import { fromNetascii, toNetascii } from './netascii.ts';
import { decodePacket, encodePacket, TFTP_ERROR, type TftpRequest } from './packet.ts';
import { Receiver } from './receiver.ts';
import { Sender } from './sender.ts';
import type { TftpOffer, TftpUpload } from './shelf.ts';
import { type ExpectedUpload, type RefusalReason, Shelf, type Shelved, type Standing } from './shelf.ts';
import type { Side } from './side.ts';
import { agree, type Terms } from './terms.ts';
import { type TftpPeer, Transfer } from './transfer.ts';

export interface TftpServerOptions {
  /** The one local address to listen at. */
  readonly host: string;
  /** 69 is TFTP's own, and needs privileges; 0 lets the system choose. */
  readonly port: number;
  readonly signal?: AbortSignal;
  /** Hears what happens; what it throws is passed over. */
  readonly onEvent?: (event: TftpEvent) => void;
  /** The wait before a packet is sent again, where the client does not name one; 2 seconds. */
  readonly retransmitMs?: number;
  /** How often it is sent again; 5. */
  readonly mostRetransmits?: number;
  /** The largest blksize that is agreed to; 1428 bytes, which fit one Ethernet frame. */
  readonly largestBlock?: number;
  /** How many transfers may be under way at once; 64. */
  readonly mostTransfers?: number;
}

const ANSWERS: Readonly<Record<RefusalReason, readonly [code: number, message: string]>> = {
  'unknown-name': [TFTP_ERROR.fileNotFound, 'file not found'],
  'wrong-direction': [TFTP_ERROR.accessViolation, 'access violation'],
  'other-address': [TFTP_ERROR.accessViolation, 'access violation'],
  'unknown-mode': [TFTP_ERROR.illegalOperation, 'only octet and netascii'],
  'too-large': [TFTP_ERROR.diskFull, 'the file is too large'],
  'too-many-transfers': [TFTP_ERROR.notDefined, 'too many transfers, try again'],
};

/**
 * A TFTP server (RFC 1350) that holds nothing but what it is asked to hold: it serves the names that were offered, takes those
 * that are expected, for as long as they are, and touches no file system. Everything else is refused and told as an event.
 */
export class TftpServer implements AsyncDisposable {
  readonly host: string;
  readonly port: number;
  readonly #options: Required<Omit<TftpServerOptions, 'signal' | 'onEvent'>>;
  readonly #tell: (event: TftpEvent) => void;
  readonly #socket: Socket;
  readonly #shelf = new Shelf();
  readonly #transfers = new Map<string, Transfer>();
  readonly #closed: Promise<void>;
  /** Aborted when no transfer that is done may linger. */
  readonly #dallying = new AbortController();
  #isClosing = false;

  private constructor(socket: Socket, options: TftpServerOptions) {
    this.#socket = socket;
    this.#options = {
      retransmitMs: 2000,
      mostRetransmits: 5,
      largestBlock: 1428,
      mostTransfers: 64,
      ...options,
    };
    this.#tell = quiet(options.onEvent);
    ({ address: this.host, port: this.port } = socket.address());
    this.#closed = new Promise((resolve) => socket.once('close', resolve));
    socket.on('message', (bytes, peer) => this.#hear(bytes, peer));
    const stop = (): void => void this.close();
    options.signal?.addEventListener('abort', stop, { once: true });
    socket.once('close', () => options.signal?.removeEventListener('abort', stop));
    socket.on('error', stop);
  }

  /** Throws a TftpError `address-unavailable`, or what the signal was aborted with. */
  static async start(options: TftpServerOptions): Promise<TftpServer> {
    options.signal?.throwIfAborted();
    const socket = createSocket(isIPv6(options.host) ? 'udp6' : 'udp4');
    await new Promise<void>((resolve, reject) => {
      socket.once('error', (cause) => {
        socket.close();
        reject(
          new TftpError('address-unavailable', `${options.host} port ${options.port}, ${cause.message}`, {
            cause,
          }),
        );
      });
      socket.bind({ port: options.port, address: options.host, exclusive: true }, resolve);
    });
    socket.removeAllListeners('error');
    const server = new TftpServer(socket, options);
    if (options.signal?.aborted) await server.close();
    options.signal?.throwIfAborted();
    return server;
  }

  /** Serves a file until it is withdrawn. Throws a TftpError: `name-taken`, `stopped`. */
  offer(offer: TftpOffer): Standing {
    this.#requireOpen();
    return this.#shelf.offer(offer);
  }

  /** Takes a file, once, until it is withdrawn. Throws a TftpError: `name-taken`, `stopped`. */
  expect(upload: TftpUpload): ExpectedUpload {
    this.#requireOpen();
    return this.#shelf.expect(upload);
  }

  /** Breaks off every transfer, and resolves when no socket is left. */
  async close(): Promise<void> {
    if (!this.#isClosing) {
      this.#isClosing = true;
      this.#shelf.clear(new TftpError('stopped'));
      this.#dallying.abort();
      await Promise.all(Array.from(this.#transfers.values(), ({ closed }) => closed));
      this.#socket.close();
    }
    await this.#closed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #requireOpen(): void {
    if (this.#isClosing) throw new TftpError('stopped');
  }

  #hear(bytes: Uint8Array, { address, port }: TftpPeer): void {
    const request = decodePacket(bytes);
    const isRequest = request?.type === 'read' || request?.type === 'write';
    const key = `${address} ${port}`;
    // A request that comes twice from one port is one request that the network doubled.
    if (!isRequest || this.#isClosing || this.#transfers.has(key)) return;
    const peer = { address, port };
    const ready = this.#prepare(request, peer);
    if (typeof ready === 'string') this.#refuse(request, peer, ready);
    else this.#run(key, request, peer, ready);
  }

  #prepare(request: TftpRequest, { address }: TftpPeer): Prepared | RefusalReason {
    const found = this.#shelf.find(request.type, request.name, address);
    if (typeof found === 'string') return found;
    if (request.mode !== 'octet' && request.mode !== 'netascii') return 'unknown-mode';
    if (this.#transfers.size >= this.#options.mostTransfers) return 'too-many-transfers';
    const isText = request.mode === 'netascii';
    if (found.type === 'read') {
      const content = isText ? toNetascii(found.offer.content) : found.offer.content;
      const terms = agree(request, { ...this.#options, size: content.length });
      const side = new Sender(content, terms);
      return { found, terms, side, device: found.offer.device, finish: () => content.length };
    }
    const { device, mostBytes } = found.upload;
    const terms = agree(request, this.#options);
    if ((terms.announcedSize ?? 0) > mostBytes) return 'too-large';
    const side = new Receiver(terms, mostBytes, { checkSize: !isText });
    const finish = (): number => {
      const content = isText ? fromNetascii(side.content) : side.content;
      found.deliver(content);
      return content.length;
    };
    return { found, terms, side, device, finish };
  }

  #refuse({ type, name }: TftpRequest, peer: TftpPeer, reason: RefusalReason): void {
    const [code, message] =
      reason === 'unknown-name' && type === 'write' ? ANSWERS['wrong-direction'] : ANSWERS[reason];
    this.#socket.send(
      encodePacket({ type: 'error', code, message }),
      peer.port,
      peer.address,
      () => undefined,
    );
    this.#tell({ type: 'request-refused', operation: type, name: printable(name), peer, reason });
  }

  #run(key: string, { type, name }: TftpRequest, peer: TftpPeer, ready: Prepared): void {
    const { found, terms, side, device } = ready;
    const about = { device, operation: type, name, peer } as const;
    this.#tell({ type: 'transfer-started', ...about });
    const transfer = new Transfer(side, {
      host: this.host,
      peer,
      retransmitMs: terms.retransmitMs,
      mostRetransmits: this.#options.mostRetransmits,
      signal: found.signal,
      dallying: this.#dallying.signal,
    });
    this.#transfers.set(key, transfer);
    void transfer.closed.then(() => this.#transfers.delete(key));
    transfer.finished.then(
      () => this.#tell({ type: 'transfer-finished', ...about, bytes: ready.finish() }),
      (error: TftpError) =>
        this.#tell({ type: 'transfer-failed', ...about, fault: error.code, message: error.message }),
    );
  }
}

interface Prepared {
  readonly found: Shelved;
  readonly terms: Terms;
  readonly side: Side;
  readonly device: string;
  /** What is left to do when all is there; how many bytes it was. */
  finish(): number;
}

/** A name comes from whoever sent the packet: a terminal must not obey it. */
function printable(name: string): string {
  return name.replace(/[^\x20-\x7e]/g, (character) => {
    const hex = (character.codePointAt(0) ?? 0).toString(16).padStart(2, '0');
    return `\\x${hex}`;
  });
}

function quiet(tell: ((event: TftpEvent) => void) | undefined): (event: TftpEvent) => void {
  return (event) => {
    try {
      tell?.(event);
    } catch {
      // A listener's fault is none of the transfer's.
    }
  };
}
