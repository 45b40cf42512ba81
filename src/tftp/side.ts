import type { TftpFault } from './errors.ts';
import type { TftpPacket } from './packet.ts';

/** How a transfer stands after something happened. */
export type Progress =
  | { readonly kind: 'going' }
  /** All is there. A last packet may still have to be repeated when the peer did not hear it. */
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly fault: TftpFault; readonly reason?: string };

/** What is to be sent now, if anything, and how the transfer stands. */
export interface Move {
  readonly send?: TftpPacket;
  readonly progress: Progress;
}

/** The server's side of one transfer: a state machine without sockets, timers or clocks. */
export interface Side {
  /** The first packet to the client. */
  begin(): TftpPacket;
  hear(packet: TftpPacket): Move;
  /** Nothing was heard for the agreed time: what to send again. */
  silence(): Move;
}

export const GOING: Progress = { kind: 'going' };
export const DONE: Progress = { kind: 'done' };

export function failed(fault: TftpFault, reason?: string): Progress {
  return { kind: 'failed', fault, ...(reason === undefined ? {} : { reason }) };
}
