import type { AlgorithmList } from './ssh-algorithms.ts';

/** What a server offers; ciphers and MACs are those it offers in both directions. */
export type ServerLists = Readonly<Record<AlgorithmList, readonly string[]>>;

const SSH_MSG_KEXINIT = 20;
/** RFC 4253 section 6.1 asks for 35000 bytes; a banner before the identification comes on top. */
const MOST_BYTES = 65_536;

/**
 * Listens in on the bytes of a server up to its first KEXINIT, which is sent in clear (RFC 4253 sections 4.2, 6 and
 * 7.1). ssh2 tells the lists only one by one and stops at the first that does not fit.
 */
export class KexinitReader {
  lists: ServerLists | undefined;
  #bytes = Buffer.alloc(0);
  #isDone = false;

  feed(bytes: Uint8Array): void {
    if (this.#isDone) return;
    this.#bytes = Buffer.concat([this.#bytes, bytes]);
    const payload = firstPayload(this.#bytes);
    if (payload === undefined && this.#bytes.length < MOST_BYTES) return;
    this.#isDone = true;
    this.#bytes = Buffer.alloc(0);
    if (payload?.[0] === SSH_MSG_KEXINIT) this.lists = readLists(payload);
  }
}

/** The payload of the first packet behind the identification line; undefined while it is not whole. */
function firstPayload(bytes: Buffer): Buffer | undefined {
  const start = /(?:^|\n)SSH-[^\n]*\n/.exec(bytes.toString('latin1'));
  if (start === null) return undefined;
  const packet = bytes.subarray(start.index + start[0].length);
  if (packet.length < 5) return undefined;
  const length = packet.readUInt32BE(0);
  return packet.length < 4 + length ? undefined : packet.subarray(5, 4 + length - packet.readUInt8(4));
}

function readLists(payload: Buffer): ServerLists | undefined {
  const lists: string[][] = [];
  // The message number and a cookie of 16 bytes come first.
  for (let at = 17; lists.length < 6; ) {
    if (at + 4 > payload.length) return undefined;
    const length = payload.readUInt32BE(at);
    if (at + 4 + length > payload.length) return undefined;
    const text = payload.toString('latin1', at + 4, at + 4 + length);
    lists.push(text === '' ? [] : text.split(','));
    at += 4 + length;
  }
  const [kex = [], hostKey = [], cipherOut = [], cipherIn = [], macOut = [], macIn = []] = lists;
  return {
    kex: kex.filter(isAlgorithm),
    hostKey,
    cipher: cipherOut.filter((name) => cipherIn.includes(name)),
    mac: macOut.filter((name) => macIn.includes(name)),
  };
}

/** The key exchange list also carries signs of protocol extensions (RFC 8308). */
function isAlgorithm(name: string): boolean {
  return !/^(?:kex-strict|ext-info)-/.test(name);
}
