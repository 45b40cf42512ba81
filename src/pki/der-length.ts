/**
 * How many bytes the value at the beginning says it has, header included (X.690 section 8.1.3). Undefined where the
 * header itself is cut off, or gives no length: BER's indefinite form ends by a mark, not by a count.
 */
export function derLength(bytes: Uint8Array): number | undefined {
  const first = bytes[1];
  if (first === undefined || first === 0x80) return undefined;
  if (first < 0x80) return 2 + first;
  const count = first & 0x7f;
  if (count > 4 || bytes.length < 2 + count) return undefined;
  let length = 0;
  for (const byte of bytes.subarray(2, 2 + count)) length = length * 256 + byte;
  return 2 + count + length;
}

/** Whether bytes end before the value that begins in them does. */
export function isCutOff(bytes: Uint8Array): boolean {
  if (bytes.length < 2) return true;
  const length = derLength(bytes);
  if (length !== undefined) return bytes.length < length;
  return bytes[1] !== 0x80 && bytes.length < 6;
}
