import type { TftpPacket } from './packet.ts';
import { DONE, failed, GOING, type Move, type Side } from './side.ts';
import type { Terms } from './terms.ts';

/**
 * Sends a file, one block at a time (RFC 1350 section 2). A repeated acknowledgment is passed over and never answered
 * with a repeated block: that is the Sorcerer's Apprentice of RFC 1123 section 4.2.3.1. Only silence repeats. Block
 * numbers begin again at 0 after 65535.
 */
export class Sender implements Side {
  readonly #content: Uint8Array;
  readonly #terms: Terms;
  /** The block on its way, counted without end; 0 is the answer to the options. */
  #block: number;

  constructor(content: Uint8Array, terms: Terms) {
    this.#content = content;
    this.#terms = terms;
    this.#block = terms.options.size > 0 ? 0 : 1;
  }

  begin(): TftpPacket {
    return this.#current();
  }

  hear(packet: TftpPacket): Move {
    if (packet.type === 'error') return { progress: failed('refused-by-peer', packet.message) };
    if (packet.type !== 'ack')
      return { progress: failed('malformed', `it sent ${packet.type} while it reads`) };
    if (packet.block !== this.#block % 65_536) return { progress: GOING };
    if (this.#isLast()) return { progress: DONE };
    this.#block += 1;
    return { send: this.#current(), progress: GOING };
  }

  silence(): Move {
    return { send: this.#current(), progress: GOING };
  }

  #current(): TftpPacket {
    if (this.#block === 0) return { type: 'oack', options: this.#terms.options };
    const { blockSize } = this.#terms;
    const data = this.#content.subarray((this.#block - 1) * blockSize, this.#block * blockSize);
    return { type: 'data', block: this.#block % 65_536, data };
  }

  /** The first block that is not full ends a file; a file of full blocks ends with an empty one. */
  #isLast(): boolean {
    return this.#block * this.#terms.blockSize > this.#content.length;
  }
}
