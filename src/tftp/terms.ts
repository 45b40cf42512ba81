import type { TftpRequest } from './packet.ts';

/** What client and server agreed on for one transfer. */
export interface Terms {
  /** Bytes of data in every packet but the last. */
  readonly blockSize: number;
  /** How long to wait before a packet is sent again. */
  readonly retransmitMs: number;
  /** The size that the client announced for its upload. */
  readonly announcedSize?: number;
  /** What the server answers; empty when no option is taken, and then no option acknowledgment is sent. */
  readonly options: ReadonlyMap<string, string>;
}

export interface TermLimits {
  readonly largestBlock: number;
  readonly retransmitMs: number;
  /** How long the file is that the client reads. */
  readonly size?: number;
}

const PLAIN_BLOCK = 512;

/**
 * Answers the options blksize (RFC 2348), timeout and tsize (RFC 2349). What is out of its range or not known is left out
 * of the answer, which tells the client that it does not hold (RFC 2347).
 */
export function agree(request: TftpRequest, { largestBlock, retransmitMs, size }: TermLimits): Terms {
  const options = new Map<string, string>();
  const wish = (name: string, least: number, most: number): number | undefined => {
    const text = request.options.get(name);
    const value = text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
    return value !== undefined && value >= least && value <= most ? value : undefined;
  };
  const block = wish('blksize', 8, 65_464);
  const blockSize = block === undefined ? PLAIN_BLOCK : Math.min(block, largestBlock);
  if (block !== undefined) options.set('blksize', String(blockSize));
  const seconds = wish('timeout', 1, 255);
  if (seconds !== undefined) options.set('timeout', String(seconds));
  const announced = wish('tsize', 0, Number.MAX_SAFE_INTEGER);
  const told = request.type === 'read' ? size : announced;
  if (announced !== undefined && told !== undefined) options.set('tsize', String(told));
  return {
    blockSize,
    retransmitMs: seconds === undefined ? retransmitMs : seconds * 1000,
    ...(request.type === 'write' && announced !== undefined ? { announcedSize: announced } : {}),
    options,
  };
}
