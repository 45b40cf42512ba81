import type { Duplex } from 'node:stream';
import type { Client } from 'ssh2';
import { ClearPackets } from './clear-packets.ts';
import type { Turns } from './turns.ts';

/** Reads along with a handshake. */
export interface Reader {
  /** What is to be done before ssh2 hears of `payload`, and must not reject; undefined when it may hear at once. */
  beforehand(payload: Buffer): Promise<void> | undefined;
}

interface Options {
  readonly reader: Reader;
  readonly turns: Turns;
  readonly failed: (thrown: unknown) => void;
}

const SSH_MSG_NEWKEYS = 21;

/**
 * Stands between the stream and ssh2 until the server takes new keys into use. ssh2 computes where it stands, and the event
 * loop with it; so what makes it compute is kept from it until everything is prepared and the handshake has its turn.
 * What comes behind is kept as well, in its order; when the stream ends nothing is waited for any more. `failed` hears
 * what ssh2 throws meanwhile. Throws an Error when ssh2 is not as it was.
 */
export function holdHandshake(client: Client, stream: Duplex, { reader, turns, failed }: Options): void {
  const protocol = (client as unknown as ClientInternals)._protocol;
  const parse = protocol?.parse;
  if (protocol === undefined || parse === undefined) throw new Error('ssh2 reads its packets elsewhere now');
  const packets = new ClearPackets();
  let isLast = false;
  let held: Buffer[] | undefined;

  const hear = (chunk: Buffer, from: number, to: number): void => {
    const bytes = chunk.subarray(from, to);
    if (held !== undefined) {
      held.push(bytes);
      return;
    }
    const payloads = packets.feed(bytes);
    isLast = payloads.some((payload) => payload[0] === SSH_MSG_NEWKEYS);
    const work = payloads.map((payload) => reader.beforehand(payload)).filter((one) => one !== undefined);
    if (work.length === 0 && !isLast) {
      parse.call(protocol, bytes, 0, bytes.length);
      return;
    }
    held = [bytes];
    Promise.all(work).then(() => turns.take(goOn), failed);
  };
  const goOn = (): void => {
    const kept = held ?? [];
    held = undefined;
    // Otherwise ssh2 has given up meanwhile.
    if (protocol.parse !== hear) return;
    try {
      if (isLast) {
        protocol.parse = parse;
        stream.off('end', goOn).off('close', goOn);
      }
      for (const [index, bytes] of kept.entries()) {
        if (index === 0) parse.call(protocol, bytes, 0, bytes.length);
        else protocol.parse(bytes, 0, bytes.length);
      }
    } catch (thrown) {
      failed(thrown);
    }
  };
  protocol.parse = hear;
  stream.prependListener('end', goOn).prependListener('close', goOn);
}

/** The part of ssh2 that is not public; the version is pinned and a test fails when it moves. */
interface ClientInternals {
  readonly _protocol?: { parse?: (bytes: Buffer, from: number, to: number) => void };
}
