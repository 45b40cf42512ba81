import { createHash } from 'node:crypto';

import { sameBytes, toHex } from '../asn1/bytes.ts';
import type { PkiMessage } from '../message.ts';
import { type Certificate, isIssuedBy, parseCertificate } from '../x509/certificate.ts';
import type { CertificationRequest } from '../x509/certification-request.ts';
import { askAuthority } from './ask-authority.ts';
import type { CertificateAuthority, Decision, EnrollmentRequest } from './authority.ts';
import { type Transaction, Transactions } from './transactions.ts';

/** A verified message with what the enrollment side needs to know of its envelope. */
export interface OpenedMessage {
  readonly message: PkiMessage;
  readonly facts: Pick<EnrollmentRequest, 'recipient' | 'digest' | 'cipher' | 'raw'>;
}

export interface EnrollmentsOptions {
  readonly authority: CertificateAuthority;
  readonly transactionLimit: number;
  readonly repeatWindowMs: number;
  readonly now: () => number;
}

/**
 * Turns messages into decisions, one at a time for each transaction, so that neither a repeated request nor
 * a poll makes the authority count a challenge password twice.
 */
export class Enrollments {
  readonly #options: EnrollmentsOptions;
  readonly #transactions: Transactions;
  readonly #running = new Map<string, Promise<unknown>>();

  constructor(options: EnrollmentsOptions) {
    this.#options = options;
    this.#transactions = new Transactions(options.transactionLimit);
  }

  /** For PKCSReq and RenewalReq. Rejects with whatever the authority throws. */
  request(
    opened: OpenedMessage,
    messageType: 'PKCSReq' | 'RenewalReq',
    csr: CertificationRequest,
  ): Promise<Decision> {
    const { message } = opened;
    const key = transactionKey(message);
    return this.#inTurn(key, () => {
      const known = this.#transactions.find(key);
      if (known !== undefined && this.#isAnsweredAlready(known, message, csr)) return known.decision;
      const pending = known !== undefined && isSameRequest(known, csr) ? known : undefined;
      return this.#decide(opened, messageType, pending?.csr ?? csr, pending !== undefined);
    });
  }

  /** For CertPoll. The transactionID and the key that signed it say which request is meant. */
  poll(opened: OpenedMessage): Promise<Decision> {
    const key = transactionKey(opened.message);
    return this.#inTurn(key, () => {
      const known = this.#transactions.find(key);
      if (known === undefined) return { status: 'rejected', failInfo: 'badCertId' };
      return known.decision.status === 'pending'
        ? this.#decide(opened, 'CertPoll', known.csr, true)
        : known.decision;
    });
  }

  async #decide(
    { message, facts }: OpenedMessage,
    messageType: EnrollmentRequest['messageType'],
    csr: CertificationRequest,
    repeated: boolean,
  ): Promise<Decision> {
    const { transactionId, signer } = message;
    const request: EnrollmentRequest = {
      ...facts,
      messageType,
      transactionId,
      csr,
      ...(csr.challengePassword === undefined ? {} : { challenge: csr.challengePassword }),
      signer,
      renewal: this.#isOurs(signer),
      repeated,
    };
    const decision = await askAuthority(() => this.#options.authority.decide(request));
    const nonce = nonceText(message);
    this.#transactions.remember(transactionKey(message), {
      csr,
      signer,
      nonce,
      decision,
      at: this.#options.now(),
    });
    return decision;
  }

  /** The very message again, or the same request of the same signer shortly after: its reply was lost on the way. */
  #isAnsweredAlready(known: Transaction, message: PkiMessage, csr: CertificationRequest): boolean {
    if (!sameBytes(known.signer.der, message.signer.der) || !sameBytes(known.csr.der, csr.der)) return false;
    if (known.nonce !== '' && known.nonce === nonceText(message)) return true;
    const recent = this.#options.now() - known.at < this.#options.repeatWindowMs;
    return known.decision.status === 'granted' && recent;
  }

  #isOurs(signer: Certificate): boolean {
    const certificates = this.#options.authority.caCertificates(undefined).map(parseCertificate);
    return certificates.some((ca) => (ca.isCa || certificates.length === 1) && isIssuedBy(signer, ca));
  }

  /** Runs after everything begun before for the same transaction. */
  async #inTurn(key: string, work: () => Decision | Promise<Decision>): Promise<Decision> {
    const before = this.#running.get(key) ?? Promise.resolve();
    const run = before.then(work, work);
    this.#running.set(key, run);
    try {
      return await run;
    } finally {
      if (this.#running.get(key) === run) this.#running.delete(key);
    }
  }
}

/**
 * A transaction is its transactionID and its signer's key together: IDs travel in the clear, and who borrows one
 * must neither see nor displace the request of another.
 */
function transactionKey({ transactionId, signer }: PkiMessage): string {
  return `${createHash('sha256').update(signer.publicKey).digest('hex')} ${transactionId}`;
}

/** The request that is pending already, and not another one that borrowed its transactionID. */
function isSameRequest(known: Transaction, csr: CertificationRequest): boolean {
  return (
    known.decision.status === 'pending' &&
    sameBytes(known.csr.publicKey, csr.publicKey) &&
    sameBytes(known.csr.subject, csr.subject)
  );
}

function nonceText({ senderNonce }: PkiMessage): string {
  return senderNonce === undefined ? '' : toHex(senderNonce);
}
