import type { TftpFault } from './errors.ts';
import type { RefusalReason } from './shelf.ts';
import type { TftpPeer } from './transfer.ts';

interface AboutTransfer {
  readonly device: string;
  readonly operation: 'read' | 'write';
  readonly name: string;
  readonly peer: TftpPeer;
}

/** What a TFTP server tells of its work. It never holds what is in a file. */
export type TftpEvent =
  | {
      readonly type: 'request-refused';
      readonly operation: 'read' | 'write';
      /** As the client wrote it, what is not printable ASCII as `\x1b`. */
      readonly name: string;
      readonly peer: TftpPeer;
      readonly reason: RefusalReason;
    }
  | ({ readonly type: 'transfer-started' } & AboutTransfer)
  | ({ readonly type: 'transfer-finished'; readonly bytes: number } & AboutTransfer)
  /** It failed; the file stays offered or expected, and the client may begin again. */
  | ({
      readonly type: 'transfer-failed';
      readonly fault: TftpFault;
      readonly message: string;
    } & AboutTransfer);
