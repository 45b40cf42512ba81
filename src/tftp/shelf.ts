import { TftpError } from './errors.ts';

/** A file that one device may read. */
export interface TftpOffer {
  readonly device: string;
  /** As the device will ask for it, byte for byte. */
  readonly name: string;
  readonly content: Uint8Array;
  /** The only address that may read it; any address when left out. */
  readonly from?: string;
}

/** A file that one device may write, once. */
export interface TftpUpload {
  readonly device: string;
  readonly name: string;
  readonly mostBytes: number;
  /** The only address that may write it; any address when left out. */
  readonly from?: string;
}

/** An offer or an expectation that stands; disposing of it withdraws it and breaks off its transfers. */
export interface Standing extends Disposable {
  withdraw(): void;
}

export interface ExpectedUpload extends Standing {
  /** The first complete upload. Rejects with a TftpError, `withdrawn` or `stopped`, when none came before that. */
  readonly arrived: Promise<Uint8Array>;
}

/** Why a request is refused. */
export type RefusalReason =
  | 'unknown-name'
  | 'wrong-direction'
  | 'other-address'
  | 'unknown-mode'
  | 'too-large'
  | 'too-many-transfers';

/** What stands behind a request. Its signal tells that nobody asks for it any longer. */
export type Shelved = (
  | { readonly type: 'read'; readonly offer: TftpOffer }
  | { readonly type: 'write'; readonly upload: TftpUpload; deliver(content: Uint8Array): void }
) & { readonly signal: AbortSignal };

/** The only names that are served and taken, for as long as somebody asks for them. */
export class Shelf {
  readonly #files = new Map<string, Shelved>();
  readonly #withdrawals = new Set<(error: TftpError) => void>();

  /** Throws a TftpError `name-taken`. */
  offer(offer: TftpOffer): Standing {
    const { signal, withdraw } = this.#place(offer.name);
    this.#files.set(offer.name, { type: 'read', offer, signal });
    return standing(withdraw);
  }

  /** Throws a TftpError `name-taken`. */
  expect(upload: TftpUpload): ExpectedUpload {
    const { signal, withdraw } = this.#place(upload.name);
    const arrived = new Promise<Uint8Array>((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as TftpError), { once: true });
      const deliver = (content: Uint8Array): void => {
        resolve(content);
        withdraw();
      };
      this.#files.set(upload.name, { type: 'write', upload, deliver, signal });
    });
    // Nobody may be waiting when it is withdrawn.
    arrived.catch(() => undefined);
    return Object.assign(standing(withdraw), { arrived });
  }

  find(type: 'read' | 'write', name: string, address: string): Shelved | RefusalReason {
    const found = this.#files.get(name);
    if (found === undefined) return 'unknown-name';
    if (found.type !== type) return 'wrong-direction';
    const { from } = found.type === 'read' ? found.offer : found.upload;
    return from === undefined || plainAddress(from) === plainAddress(address) ? found : 'other-address';
  }

  clear(error: TftpError): void {
    for (const withdraw of this.#withdrawals) withdraw(error);
  }

  #place(name: string): { signal: AbortSignal; withdraw: (error?: TftpError) => void } {
    if (this.#files.has(name)) throw new TftpError('name-taken', name);
    const controller = new AbortController();
    const withdraw = (error = new TftpError('withdrawn', name)): void => {
      if (!this.#withdrawals.delete(withdraw)) return;
      this.#files.delete(name);
      controller.abort(error);
    };
    this.#withdrawals.add(withdraw);
    return { signal: controller.signal, withdraw };
  }
}

function standing(withdraw: () => void): Standing {
  return { withdraw: () => withdraw(), [Symbol.dispose]: () => withdraw() };
}

/** A socket for both families tells an IPv4 address as `::ffff:192.0.2.1`. */
function plainAddress(address: string): string {
  return address.toLowerCase().replace(/^::ffff:(?=\d+\.)/, '');
}
