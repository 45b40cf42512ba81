/** Packets of the Trivial File Transfer Protocol (RFC 1350 section 5) with options (RFC 2347). */
export type TftpPacket =
  | TftpRequest
  | { readonly type: 'data'; readonly block: number; readonly data: Uint8Array }
  | { readonly type: 'ack'; readonly block: number }
  | TftpErrorPacket
  | { readonly type: 'oack'; readonly options: ReadonlyMap<string, string> };

export interface TftpRequest {
  readonly type: 'read' | 'write';
  readonly name: string;
  /** In lower case: `octet`, `netascii`, or what else a client wants. */
  readonly mode: string;
  /** By their names in lower case; of an option that stands twice the first counts. */
  readonly options: ReadonlyMap<string, string>;
}

export interface TftpErrorPacket {
  readonly type: 'error';
  readonly code: number;
  readonly message: string;
}

/** The error codes of RFC 1350 and RFC 2347 that this server sends. */
export const TFTP_ERROR = {
  notDefined: 0,
  fileNotFound: 1,
  accessViolation: 2,
  diskFull: 3,
  illegalOperation: 4,
  unknownTransfer: 5,
} as const;

const OPCODES = { read: 1, write: 2, data: 3, ack: 4, error: 5, oack: 6 } as const;
/** RFC 2347 section 3: a request is one datagram of at most 512 bytes. */
const LONGEST_REQUEST = 512;

/** The packet in a datagram; undefined when it is none, and must not be answered. */
export function decodePacket(bytes: Uint8Array): TftpPacket | undefined {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.length < 4) return undefined;
  const opcode = view.readUInt16BE(0);
  switch (opcode) {
    case OPCODES.read:
    case OPCODES.write:
      return decodeRequest(opcode === OPCODES.read ? 'read' : 'write', view);
    case OPCODES.data:
      return { type: 'data', block: view.readUInt16BE(2), data: new Uint8Array(view.subarray(4)) };
    case OPCODES.ack:
      return { type: 'ack', block: view.readUInt16BE(2) };
    case OPCODES.error:
      // Some clients leave out the zero behind the message.
      return {
        type: 'error',
        code: view.readUInt16BE(2),
        message: view.subarray(4).toString('latin1').replace(/\0.*$/s, ''),
      };
    case OPCODES.oack: {
      const words = stringsOf(view.subarray(2));
      return words === undefined || words.length % 2 !== 0
        ? undefined
        : { type: 'oack', options: optionsOf(words) };
    }
    default:
      return undefined;
  }
}

function decodeRequest(type: 'read' | 'write', view: Buffer): TftpRequest | undefined {
  if (view.length > LONGEST_REQUEST) return undefined;
  const words = stringsOf(view.subarray(2));
  const [name, mode, ...rest] = words ?? [];
  if (name === undefined || name === '' || mode === undefined || rest.length % 2 !== 0) return undefined;
  return { type, name, mode: mode.toLowerCase(), options: optionsOf(rest) };
}

/** Texts that each end with a zero byte. */
function stringsOf(bytes: Buffer): readonly string[] | undefined {
  if (bytes.at(-1) !== 0) return undefined;
  return bytes.subarray(0, -1).toString('latin1').split('\0');
}

function optionsOf(words: readonly string[]): ReadonlyMap<string, string> {
  const options = new Map<string, string>();
  for (let index = 0; index + 1 < words.length; index += 2) {
    const name = (words[index] ?? '').toLowerCase();
    if (!options.has(name)) options.set(name, words[index + 1] ?? '');
  }
  return options;
}

export function encodePacket(packet: TftpPacket): Uint8Array {
  switch (packet.type) {
    case 'read':
    case 'write':
      return Buffer.concat([
        number(OPCODES[packet.type]),
        ...[packet.name, packet.mode, ...[...packet.options].flat()].map(text),
      ]);
    case 'data':
      return Buffer.concat([number(OPCODES.data), number(packet.block), packet.data]);
    case 'ack':
      return Buffer.concat([number(OPCODES.ack), number(packet.block)]);
    case 'error':
      return Buffer.concat([number(OPCODES.error), number(packet.code), text(packet.message)]);
    case 'oack':
      return Buffer.concat([number(OPCODES.oack), ...[...packet.options].flat().map(text)]);
  }
}

function number(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}

function text(value: string): Buffer {
  return Buffer.from(`${value}\0`, 'latin1');
}
