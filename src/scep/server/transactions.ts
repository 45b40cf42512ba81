import type { Certificate } from '../x509/certificate.ts';
import type { CertificationRequest } from '../x509/certification-request.ts';
import type { Decision } from './authority.ts';

/** What a server remembers of one request for a certificate. */
export interface Transaction {
  readonly csr: CertificationRequest;
  /** Who signed the request: only this key may ask for its outcome. */
  readonly signer: Certificate;
  /** senderNonce of the message decided on last, in hex; empty when it had none. */
  readonly nonce: string;
  readonly decision: Decision;
  /** When it was decided, in milliseconds. */
  readonly at: number;
}

/**
 * The latest transactions by transactionID, oldest forgotten first. In memory: a server that was restarted
 * answers a poll with badCertId, and the client asks anew.
 */
export class Transactions {
  readonly #limit: number;
  readonly #byId = new Map<string, Transaction>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  find(transactionId: string): Transaction | undefined {
    return this.#byId.get(transactionId);
  }

  remember(transactionId: string, transaction: Transaction): void {
    this.#byId.delete(transactionId);
    this.#byId.set(transactionId, transaction);
    const [oldest] = this.#byId.keys();
    if (this.#byId.size > this.#limit && oldest !== undefined) this.#byId.delete(oldest);
  }
}
