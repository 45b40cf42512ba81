const CR = 0x0d;
const LF = 0x0a;

/** Text as the mode netascii carries it (RFC 1350 section 1, RFC 764): every line feed as CR LF, a lone CR as CR NUL. */
export function toNetascii(bytes: Uint8Array): Uint8Array {
  const out: number[] = [];
  bytes.forEach((byte, index) => {
    if (byte === LF && bytes[index - 1] !== CR) out.push(CR);
    out.push(byte);
    if (byte === CR && bytes[index + 1] !== LF) out.push(0);
  });
  return Uint8Array.from(out);
}

/** CR LF becomes a line feed, CR NUL a CR. */
export function fromNetascii(bytes: Uint8Array): Uint8Array {
  const out: number[] = [];
  for (let index = 0; index < bytes.length; index += 1) {
    const byte = bytes[index] ?? 0;
    const next = bytes[index + 1];
    if (byte === CR && (next === LF || next === 0)) {
      out.push(next === LF ? LF : CR);
      index += 1;
    } else out.push(byte);
  }
  return Uint8Array.from(out);
}
