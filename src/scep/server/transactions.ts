import type { Certificate } from '../x509/certificate.ts';
import type { CertificationRequest } from '../x509/certification-request.ts';
import type { Decision } from './authority.ts';

/** What a server remembers of one request for a certificate. */
export interface Transaction {
  readonly csr: CertificationRequest;
  /** The certificate the request was signed with. */
  readonly signer: Certificate;
  /** senderNonce of the message decided on last, in hex; empty when it had none. */
  readonly nonce: string;
  readonly decision: Decision;
  /** When it was decided, in milliseconds. */
  readonly at: number;
}

/**
 * The latest transactions by a key of the caller's, oldest forgotten first. In memory: a server that was restarted
 * answers a poll with badCertId, and the client asks anew.
 */
export class Transactions {
  readonly #limit: number;
  readonly #byKey = new Map<string, Transaction>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  find(key: string): Transaction | undefined {
    return this.#byKey.get(key);
  }

  remember(key: string, transaction: Transaction): void {
    this.#byKey.delete(key);
    this.#byKey.set(key, transaction);
    const [oldest] = this.#byKey.keys();
    if (this.#byKey.size > this.#limit && oldest !== undefined) this.#byKey.delete(oldest);
  }
}
