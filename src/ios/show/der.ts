/**
 * Bytes of hex lines as IOS prints them: digits in groups of eight. Undefined when a line holds anything else
 * or the digits do not make whole bytes.
 */
export function readHexLines(lines: readonly string[]): Uint8Array | undefined {
  const digits = lines.join('').replace(/\s/g, '');
  if (digits.length % 2 !== 0 || !/^[0-9A-F]*$/i.test(digits)) return undefined;
  return Uint8Array.from(Buffer.from(digits, 'hex'));
}

/** Whether the bytes are one DER SEQUENCE, complete and with nothing behind it (X.690, 8.1.3 and 10.1). */
export function isWholeSequence(der: Uint8Array): boolean {
  const [tag, first] = der;
  if (tag !== 0x30 || first === undefined) return false;
  if (first < 0x80) return der.length === 2 + first;
  const count = first & 0x7f;
  if (count === 0 || count > 4 || der.length < 2 + count) return false;
  const length = der.slice(2, 2 + count).reduce((sum, byte) => sum * 256 + byte, 0);
  return length >= 0x80 && der.length === 2 + count + length;
}
