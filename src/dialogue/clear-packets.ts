/** RFC 4253 section 6.1 asks for 35000 bytes; a banner before the identification comes on top. */
const MOST_BYTES = 65_536;

/**
 * The payloads of a server's packets up to its first NEWKEYS, which are sent in clear (RFC 4253 sections 4.2 and 6).
 * What comes behind, and bytes that are something else, say nothing here.
 */
export class ClearPackets {
  #bytes: Buffer = Buffer.alloc(0);
  #isIdentified = false;
  #isDone = false;

  /** What has become whole with these bytes, in the order in which it was sent. */
  feed(bytes: Buffer): readonly Buffer[] {
    if (this.#isDone) return [];
    this.#bytes = this.#bytes.length === 0 ? bytes : Buffer.concat([this.#bytes, bytes]);
    const payloads: Buffer[] = [];
    for (let payload = this.#take(); payload !== undefined; payload = this.#take()) payloads.push(payload);
    if (this.#bytes.length >= MOST_BYTES) this.#end();
    return payloads;
  }

  #take(): Buffer | undefined {
    if (this.#isDone) return undefined;
    if (!this.#isIdentified) {
      const start = /(?:^|\n)SSH-[^\n]*\n/.exec(this.#bytes.toString('latin1'));
      if (start === null) return undefined;
      this.#isIdentified = true;
      this.#bytes = this.#bytes.subarray(start.index + start[0].length);
    }
    const bytes = this.#bytes;
    if (bytes.length < 5) return undefined;
    const end = 4 + bytes.readUInt32BE(0);
    if (bytes.length < end) return undefined;
    const payload = bytes.subarray(5, end - bytes.readUInt8(4));
    this.#bytes = bytes.subarray(end);
    if (payload[0] === undefined || payload[0] === SSH_MSG_NEWKEYS) this.#end();
    return payload;
  }

  #end(): void {
    this.#isDone = true;
    this.#bytes = Buffer.alloc(0);
  }
}

const SSH_MSG_NEWKEYS = 21;

/** The strings (RFC 4251 section 5) of a payload from `at`, as many as are whole. */
export function stringsOf(payload: Buffer, at: number): readonly Buffer[] {
  const strings: Buffer[] = [];
  for (let start = at; start + 4 <= payload.length; ) {
    const end = start + 4 + payload.readUInt32BE(start);
    if (end > payload.length) break;
    strings.push(payload.subarray(start + 4, end));
    start = end;
  }
  return strings;
}
