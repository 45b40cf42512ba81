import type { TftpPacket } from './packet.ts';
import { DONE, failed, GOING, type Move, type Side } from './side.ts';
import type { Terms } from './terms.ts';

/**
 * Receives a file, one block at a time. A block that comes again is acknowledged again and not taken twice; one that
 * is neither the next nor the last is passed over. Content is handed over only when the last block is there.
 */
export class Receiver implements Side {
  readonly #terms: Terms;
  readonly #announced: number | undefined;
  readonly #mostBytes: number;
  readonly #blocks: Uint8Array[] = [];
  #bytes = 0;
  #isComplete = false;

  /** `checkSize`: whether the announced size is the one on the wire, which netascii does not promise. */
  constructor(terms: Terms, mostBytes: number, { checkSize }: { readonly checkSize: boolean }) {
    this.#terms = terms;
    this.#announced = checkSize ? terms.announcedSize : undefined;
    this.#mostBytes = mostBytes;
  }

  /** All bytes, once the transfer is done. */
  get content(): Uint8Array {
    return new Uint8Array(Buffer.concat(this.#blocks));
  }

  begin(): TftpPacket {
    return this.#terms.options.size > 0
      ? { type: 'oack', options: this.#terms.options }
      : { type: 'ack', block: 0 };
  }

  hear(packet: TftpPacket): Move {
    if (packet.type === 'error') return { progress: failed('refused-by-peer', packet.message) };
    if (packet.type !== 'data')
      return { progress: failed('malformed', `it sent ${packet.type} while it writes`) };
    if (packet.data.length > this.#terms.blockSize) {
      return { progress: failed('malformed', `a block of ${packet.data.length} bytes`) };
    }
    if (this.#blocks.length > 0 && packet.block === this.#blocks.length % 65_536) return this.#acknowledge();
    if (this.#isComplete || packet.block !== (this.#blocks.length + 1) % 65_536)
      return { progress: this.#standing() };
    return this.#take(packet.data);
  }

  silence(): Move {
    return this.#blocks.length === 0 ? { send: this.begin(), progress: GOING } : this.#acknowledge();
  }

  #take(data: Uint8Array): Move {
    this.#bytes += data.length;
    if (this.#bytes > this.#mostBytes) {
      return { progress: failed('too-large', `more than ${this.#mostBytes} bytes`) };
    }
    this.#blocks.push(data);
    this.#isComplete = data.length < this.#terms.blockSize;
    if (this.#isComplete && this.#announced !== undefined && this.#bytes !== this.#announced) {
      return { progress: failed('truncated', `${this.#bytes} of ${this.#announced} bytes came`) };
    }
    return this.#acknowledge();
  }

  #acknowledge(): Move {
    return { send: { type: 'ack', block: this.#blocks.length % 65_536 }, progress: this.#standing() };
  }

  #standing(): Move['progress'] {
    return this.#isComplete ? DONE : GOING;
  }
}
