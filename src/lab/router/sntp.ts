import { createSocket } from 'node:dgram';

export interface SntpEndpoint {
  readonly host: string;
  readonly port: number;
}

/** What one exchange with a time server told. */
export interface SntpAnswer {
  /** The server's time now, half the round trip added. */
  readonly time: Date;
  readonly stratum: number;
  /** The server's own source: an IPv4 address, or four letters for stratum 1. */
  readonly reference: string;
  readonly delayMs: number;
}

const PACKET_BYTES = 48;
/** Seconds from 1900, where NTP counts, to 1970. */
const NTP_EPOCH_OFFSET = 2_208_988_800;
const TIMEOUT_MS = 2_000;

/**
 * Asks a time server once (RFC 4330, version 4 client mode). Undefined when nothing usable comes back in two
 * seconds: no answer, an unsynchronized server, a kiss of death.
 */
export function querySntp(
  { host, port }: SntpEndpoint,
  signal: AbortSignal,
): Promise<SntpAnswer | undefined> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4');
    const sent = performance.now();
    const finish = (answer: SntpAnswer | undefined): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
      socket.removeAllListeners('message');
      socket.close();
      resolve(answer);
    };
    const stop = (): void => finish(undefined);
    const timer = setTimeout(stop, TIMEOUT_MS);
    signal.addEventListener('abort', stop, { once: true });
    socket.once('error', stop);
    socket.once('message', (packet) => finish(readAnswer(packet, performance.now() - sent)));
    const request = Buffer.alloc(PACKET_BYTES);
    request[0] = 0x23;
    socket.send(request, port, host, (problem) => {
      if (problem !== null) stop();
    });
  });
}

function readAnswer(packet: Buffer, delayMs: number): SntpAnswer | undefined {
  if (packet.length < PACKET_BYTES) return undefined;
  const leap = packet.readUInt8(0) >> 6;
  const stratum = packet.readUInt8(1);
  const seconds = packet.readUInt32BE(40);
  if (leap === 3 || stratum === 0 || stratum > 15 || seconds === 0) return undefined;
  const milliseconds = (packet.readUInt32BE(44) / 2 ** 32) * 1000;
  const time = new Date((seconds - NTP_EPOCH_OFFSET) * 1000 + milliseconds + delayMs / 2);
  const id = packet.subarray(12, 16);
  const reference = stratum === 1 ? `.${id.toString('latin1').replace(/\0+$/, '')}.` : [...id].join('.');
  return { time, stratum, reference, delayMs };
}
