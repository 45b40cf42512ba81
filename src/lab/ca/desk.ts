import { createHash } from 'node:crypto';

import { type Decision, type EnrollmentRequest, nameToText } from '../../scep/index.ts';

/** A request that waits for the CA's operator, as he sees it. */
export interface WaitingRequest {
  readonly transactionId: string;
  /** X.500 text of the subject asked for. */
  readonly subject: string;
  /** Hashes of the whole request, upper-case hex: what a router prints of it. */
  readonly fingerprints: { readonly md5: string; readonly sha1: string; readonly sha256: string };
  /** DER of the PKCS#10. */
  readonly request: Uint8Array;
  /** How often its answer was asked for, the first time not counted. */
  readonly polls: number;
  readonly verdict: 'waiting' | 'granted' | 'rejected';
}

/** What the operator decides by himself, once a request was asked about so often. */
export interface Routine {
  readonly polls: number;
  readonly verdict: 'granted' | 'rejected';
}

/** Where requests lie until the CA's operator decides on them. */
export class ApprovalDesk {
  #waiting: WaitingRequest[] = [];

  /** Everything that ever lay here, in the order of arrival. */
  get all(): readonly WaitingRequest[] {
    return this.#waiting;
  }

  get waiting(): readonly WaitingRequest[] {
    return this.#waiting.filter(({ verdict }) => verdict === 'waiting');
  }

  /** Grants what was asked under that transaction ID or with that fingerprint; without one, all that waits. */
  grant(which?: string): void {
    this.#decide('granted', which);
  }

  /** The same, with a no. */
  reject(which?: string): void {
    this.#decide('rejected', which);
  }

  /** What became of a request: it is put on the desk when it comes for the first time. */
  verdictOn(request: EnrollmentRequest, routine: Routine | undefined): WaitingRequest['verdict'] {
    const known = request.repeated ? this.#find(request) : undefined;
    const polls = known === undefined ? 0 : known.polls + 1;
    const due: WaitingRequest['verdict'] =
      routine !== undefined && polls >= routine.polls ? routine.verdict : 'waiting';
    const verdict = known === undefined || known.verdict === 'waiting' ? due : known.verdict;
    const entry = { ...describe(request), polls, verdict };
    this.#waiting = [...this.#waiting.filter((other) => other !== known), entry];
    return verdict;
  }

  #find({ transactionId, csr }: EnrollmentRequest): WaitingRequest | undefined {
    return this.#waiting.findLast(
      (entry) => entry.transactionId === transactionId && Buffer.compare(entry.request, csr.der) === 0,
    );
  }

  /** Throws when nothing waits that is meant. */
  #decide(verdict: 'granted' | 'rejected', which: string | undefined): void {
    const meant = this.waiting.filter((entry) => which === undefined || isMeant(entry, which));
    if (meant.length === 0) throw new Error(`nothing waits that ${which ?? 'could be decided on'}`);
    this.#waiting = this.#waiting.map((entry) => (meant.includes(entry) ? { ...entry, verdict } : entry));
  }
}

/** The answer to a router for a verdict that is not a yes. */
export function unlessGranted(verdict: 'waiting' | 'rejected', refuse: () => Decision): Decision {
  return verdict === 'waiting' ? { status: 'pending' } : refuse();
}

function describe({ transactionId, csr }: EnrollmentRequest) {
  const hash = (name: string): string => createHash(name).update(csr.der).digest('hex').toUpperCase();
  return {
    transactionId,
    subject: nameToText(csr.subjectName),
    fingerprints: { md5: hash('md5'), sha1: hash('sha1'), sha256: hash('sha256') },
    request: csr.der,
  };
}

function isMeant({ transactionId, fingerprints }: WaitingRequest, which: string): boolean {
  const digits = which.replaceAll(' ', '').toUpperCase();
  return transactionId === which || Object.values(fingerprints).includes(digits);
}
