/** Files by their names, `/` between folders. */
export type FileSet = ReadonlyMap<string, Uint8Array>;

const BLOCK = 512;
const NAME_BYTES = 100;
/** Where a header holds its own sum, which counts as blanks in it. */
const SUM_AT = 148;
const SUM_BYTES = 8;

/** A tar archive (POSIX.1-1988 ustar) of the files, all below `folder`, with one time and mode 0600. */
export function writeTar(files: FileSet, folder: string, at: Date): Uint8Array {
  const blocks = [...files].flatMap(([name, content]) => [
    header(name, folder, content.length, at),
    content,
    Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK),
  ]);
  return Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK)]);
}

function header(name: string, folder: string, size: number, at: Date): Buffer {
  if (Buffer.byteLength(name) > NAME_BYTES) throw new RangeError(`${name} is too long for a tar archive`);
  const block = Buffer.alloc(BLOCK);
  const octal = (value: number, digits: number): string => value.toString(8).padStart(digits, '0');
  block.write(name, 0);
  block.write(octal(0o600, 7), 100);
  block.write(octal(0, 7), 108);
  block.write(octal(0, 7), 116);
  block.write(octal(size, 11), 124);
  block.write(octal(Math.floor(at.getTime() / 1000), 11), 136);
  block.write('0', 156);
  block.write('ustar\u000000', 257);
  block.write(folder, 345);
  block.write(`${octal(sumOf(block), 6)}\u0000 `, SUM_AT);
  return block;
}

/** The plain files of an archive, by their whole names. Undefined when the bytes are no whole tar archive. */
export function readTar(archive: Uint8Array): FileSet | undefined {
  const files = new Map<string, Uint8Array>();
  for (let at = 0; at + BLOCK <= archive.length; ) {
    const block = Buffer.from(archive.subarray(at, at + BLOCK));
    if (block.every((byte) => byte === 0)) return files;
    const text = (from: number, length: number): string =>
      block
        .subarray(from, from + length)
        .toString('utf8')
        .split('\u0000', 1)[0] ?? '';
    const size = Number.parseInt(text(124, 12), 8);
    if (Number.parseInt(text(SUM_AT, SUM_BYTES), 8) !== sumOf(block) || !(size >= 0)) return undefined;
    const start = at + BLOCK;
    if (start + size > archive.length) return undefined;
    const isFile = text(156, 1) === '0' || text(156, 1) === '';
    if (isFile) {
      const name = [text(345, 155), text(0, NAME_BYTES)].filter((part) => part !== '').join('/');
      files.set(name.replace(/^\.\//, ''), archive.subarray(start, start + size));
    }
    at = start + Math.ceil(size / BLOCK) * BLOCK;
  }
  return undefined;
}

function sumOf(block: Uint8Array): number {
  return block.reduce(
    (sum, byte, index) => sum + (index >= SUM_AT && index < SUM_AT + SUM_BYTES ? 0x20 : byte),
    0,
  );
}
