import { createSocket, type Socket } from 'node:dgram';
import { EventEmitter } from 'node:events';
import { isIPv6 } from 'node:net';
import { TftpError, type TftpFault } from './errors.ts';
import { decodePacket, encodePacket, TFTP_ERROR, type TftpPacket } from './packet.ts';
import type { Move, Side } from './side.ts';

/** The client's end of a transfer: its address and the port it chose (the TID of RFC 1350 section 4). */
export interface TftpPeer {
  readonly address: string;
  readonly port: number;
}

export interface TransferOptions {
  /** The local address; the port is the system's choice, a new one for every transfer. */
  readonly host: string;
  readonly peer: TftpPeer;
  readonly retransmitMs: number;
  /** How often one packet is sent again before the client counts as gone. */
  readonly mostRetransmits: number;
  /** Breaks the transfer off. */
  readonly signal: AbortSignal;
  /** Ends the wait behind a transfer that is done. */
  readonly dallying: AbortSignal;
}

const ERROR_CODES: Partial<Record<TftpFault, number>> = {
  'too-large': TFTP_ERROR.diskFull,
  malformed: TFTP_ERROR.illegalOperation,
  truncated: TFTP_ERROR.notDefined,
};
/** How many waits the last acknowledgment can be repeated for (dallying, RFC 1350 section 6). */
const DALLY = 3;

/** One transfer with a socket of its own. */
export class Transfer {
  /** Resolves when all is there. Rejects with a TftpError. */
  readonly finished: Promise<void>;
  /** Resolves when the socket is gone; never rejects. */
  readonly closed: Promise<void>;
  readonly #side: Side;
  readonly #options: TransferOptions;
  readonly #socket: Socket;
  readonly #ended: EventEmitter<{ done: []; failed: [TftpError] }>;
  #timer: NodeJS.Timeout | undefined;
  #last: Uint8Array = new Uint8Array();
  #repeated = 0;
  #isDone = false;
  #isClosed = false;
  #unsent = 0;

  constructor(side: Side, options: TransferOptions) {
    this.#side = side;
    this.#options = options;
    this.#socket = createSocket(isIPv6(options.host) ? 'udp6' : 'udp4');
    const ended = new EventEmitter<{ done: []; failed: [TftpError] }>();
    this.finished = new Promise((resolve, reject) => ended.once('done', resolve).once('failed', reject));
    this.#ended = ended;
    this.finished.catch(() => undefined);
    this.closed = new Promise((resolve) => this.#socket.once('close', resolve));
    this.#start();
  }

  #start(): void {
    const { host, peer, signal } = this.#options;
    this.#socket.on('error', (cause) => this.#fail(new TftpError('network', cause.message, { cause })));
    this.#socket.on('message', (bytes, { address, port }) => {
      if (address === peer.address && port === peer.port) this.#hear(bytes);
      else
        this.#send(
          { type: 'error', code: TFTP_ERROR.unknownTransfer, message: 'unknown transfer' },
          { address, port },
        );
    });
    signal.addEventListener('abort', this.#stop, { once: true });
    if (signal.aborted) this.#stop();
    else
      this.#socket.bind(0, host, () =>
        this.#follow({ send: this.#side.begin(), progress: { kind: 'going' } }),
      );
  }

  #hear(bytes: Uint8Array): void {
    const packet = decodePacket(bytes);
    if (packet !== undefined && !this.#isClosed) this.#follow(this.#side.hear(packet));
  }

  #follow({ send, progress }: Move): void {
    if (send !== undefined) this.#say(send);
    if (progress.kind === 'failed') {
      const code = ERROR_CODES[progress.fault];
      const error = new TftpError(progress.fault, progress.reason);
      if (code !== undefined) this.#send({ type: 'error', code, message: progress.fault });
      this.#fail(error);
    } else if (progress.kind === 'done') this.#finish(send !== undefined);
  }

  /** A packet that was sent before is no progress: it does not win the client more time. */
  #say(packet: TftpPacket): void {
    const bytes = this.#send(packet);
    if (Buffer.compare(bytes, this.#last) === 0) return;
    this.#last = bytes;
    this.#repeated = 0;
    this.#wait();
  }

  #wait(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#onSilence(), this.#options.retransmitMs);
  }

  #onSilence(): void {
    this.#repeated += 1;
    if (this.#repeated > this.#options.mostRetransmits) {
      this.#fail(new TftpError('silent'));
      return;
    }
    const { send } = this.#side.silence();
    if (send !== undefined) this.#send(send);
    this.#wait();
  }

  /** The client may not have heard the last acknowledgment, and write its last block again. */
  #finish(hasLastWord: boolean): void {
    if (this.#isDone) return;
    this.#isDone = true;
    clearTimeout(this.#timer);
    const { signal, dallying, retransmitMs } = this.#options;
    // Whoever waited for the file withdraws it now, which must not break off what is done.
    signal.removeEventListener('abort', this.#stop);
    this.#ended.emit('done');
    if (!hasLastWord || dallying.aborted) this.#close();
    else this.#timer = setTimeout(() => this.#close(), retransmitMs * DALLY);
    dallying.addEventListener('abort', this.#end, { once: true });
  }

  readonly #end = (): void => this.#close();

  readonly #stop = (): void => {
    const { reason } = this.#options.signal;
    const error = reason instanceof TftpError ? reason : new TftpError('stopped', '', { cause: reason });
    if (this.#last.length > 0)
      this.#send({ type: 'error', code: TFTP_ERROR.notDefined, message: error.code });
    this.#fail(error);
  };

  #fail(error: TftpError): void {
    this.#ended.emit('failed', error);
    this.#close();
  }

  #close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#options.signal.removeEventListener('abort', this.#stop);
    this.#options.dallying.removeEventListener('abort', this.#end);
    this.#closeWhenSent();
  }

  /** A socket that is closed at once takes its last words with it. */
  #closeWhenSent(): void {
    if (this.#isClosed && this.#unsent === 0) this.#socket.close();
  }

  #send(packet: TftpPacket, { address, port } = this.#options.peer): Uint8Array {
    const bytes = encodePacket(packet);
    if (this.#isClosed) return bytes;
    this.#unsent += 1;
    // A packet that could not be sent is like one that was lost: silence follows.
    this.#socket.send(bytes, port, address, () => {
      this.#unsent -= 1;
      this.#closeWhenSent();
    });
    return bytes;
  }
}
