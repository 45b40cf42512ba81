import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';

import type { DialTarget } from './options.ts';

/** What the server's ERROR packet said, in the words IOS prints in parentheses. */
export class TftpRefusal extends Error {}

/** Nobody answered. */
export class TftpTimeout extends Error {}

export interface TftpOptions {
  /** Until a packet is sent again, in milliseconds. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** Opcodes of RFC 1350 5. */
const OP = { read: 1, write: 2, data: 3, ack: 4, error: 5 } as const;
const BLOCK = 512;
const ATTEMPTS = 4;
const LARGEST_FILE = 4 * 1024 * 1024;

/** Error codes of RFC 1350 in the words of IOS, as far as they are known. */
const REASONS: Readonly<Record<number, string>> = {
  1: 'No such file or directory',
  2: 'Permission denied',
  3: 'Not enough space',
  6: 'File exists',
};

/** Reads a file, in octet mode. Throws TftpRefusal and TftpTimeout. */
export async function tftpGet(target: DialTarget, file: string, options: TftpOptions): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let expected = 1;
  await converse(target, request(OP.read, file), options, (packet) => {
    if (packet.readUInt16BE(0) !== OP.data) return undefined;
    const block = packet.readUInt16BE(2);
    if (block === expected) {
      chunks.push(packet.subarray(4));
      expected = (expected + 1) & 0xffff;
      if (chunks.length * BLOCK > LARGEST_FILE) throw new TftpRefusal('Not enough space');
    }
    // The block before comes again when its acknowledgment was lost.
    const isLast = block === ((expected - 1) & 0xffff) && packet.length < BLOCK + 4;
    return { send: pair(OP.ack, block), isLast };
  });
  return new Uint8Array(Buffer.concat(chunks));
}

/** Writes a file, in octet mode. Throws TftpRefusal and TftpTimeout. */
export async function tftpPut(
  target: DialTarget,
  file: string,
  bytes: Uint8Array,
  options: TftpOptions,
): Promise<void> {
  const blocks = Math.floor(bytes.length / BLOCK) + 1;
  let done = 0;
  await converse(target, request(OP.write, file), options, (packet) => {
    if (packet.readUInt16BE(0) !== OP.ack || packet.readUInt16BE(2) !== (done & 0xffff)) return undefined;
    if (done === blocks) return { send: undefined, isLast: true };
    const data = bytes.subarray(done * BLOCK, (done + 1) * BLOCK);
    done += 1;
    return { send: Buffer.concat([pair(OP.data, done & 0xffff), data]), isLast: false };
  });
}

/** What to do about a packet; undefined leaves it alone. */
type Step = { readonly send: Buffer | undefined; readonly isLast: boolean } | undefined;

/** Sends, hears, sends again what was lost, until the last packet. The server answers from a port of its own choice. */
function converse(
  { host, port }: DialTarget,
  first: Buffer,
  { timeoutMs, signal }: TftpOptions,
  onPacket: (packet: Buffer) => Step,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket: Socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
    let latest = first;
    let partner: number | undefined;
    let attempts = 0;
    let timer: NodeJS.Timeout | undefined;
    const finish = (problem?: Error): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
      socket.close();
      if (problem === undefined) resolve();
      else reject(problem);
    };
    const stop = (): void => finish(new TftpTimeout('stopped'));
    const transmit = (): void => {
      attempts += 1;
      if (attempts > ATTEMPTS) {
        finish(new TftpTimeout('Timed out'));
        return;
      }
      socket.send(latest, partner ?? port, host);
      timer = setTimeout(transmit, timeoutMs);
    };
    const hear = (packet: Buffer, from: RemoteInfo): void => {
      if (packet.length < 4 || (partner !== undefined && from.port !== partner)) return;
      if (packet.readUInt16BE(0) === OP.error) {
        finish(new TftpRefusal(REASONS[packet.readUInt16BE(2)] ?? 'Undefined error'));
        return;
      }
      partner = from.port;
      const step = onPacket(packet);
      if (step === undefined) return;
      clearTimeout(timer);
      attempts = 0;
      if (!step.isLast && step.send !== undefined) {
        latest = step.send;
        transmit();
        return;
      }
      if (step.send === undefined) finish();
      else socket.send(step.send, partner, host, () => finish());
    };
    socket.on('message', (packet, from) => {
      try {
        hear(packet, from);
      } catch (problem) {
        finish(problem instanceof Error ? problem : new TftpRefusal('Undefined error'));
      }
    });
    socket.once('error', (problem) => finish(new TftpTimeout(problem.message)));
    if (signal.aborted) stop();
    else {
      signal.addEventListener('abort', stop, { once: true });
      transmit();
    }
  });
}

function request(op: number, file: string): Buffer {
  const head = Buffer.alloc(2);
  head.writeUInt16BE(op);
  return Buffer.concat([head, Buffer.from(`${file}\0octet\0`, 'latin1')]);
}

function pair(op: number, block: number): Buffer {
  const packet = Buffer.alloc(4);
  packet.writeUInt16BE(op);
  packet.writeUInt16BE(block, 2);
  return packet;
}
