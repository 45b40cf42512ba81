import type { CertificateFacts } from '../domain/certificate.ts';
import type { DeviceError } from '../domain/errors.ts';
import type { Algorithms, CaCapability, FailInfo } from '../scep/index.ts';

/** Something that was tried once: what it gave and how long it took, or why it gave nothing. */
export type Tried<Value> =
  | { readonly value: Value; readonly milliseconds: number }
  | { readonly failed: string; readonly milliseconds: number };

/** What a certificate of the CA's answer is there for. */
export type CertificateRole = 'ca' | 'chain' | 'ra' | 'other' | 'next-ca';

export interface ShownCertificate {
  readonly role: CertificateRole;
  readonly facts: CertificateFacts;
}

/** Everything that was seen of one authority. What was not tried is absent. */
export interface AuthorityFacts {
  /** The URL that was asked: what routers make of the inventory's. */
  readonly url: string;
  readonly resolved: Tried<readonly string[]>;
  readonly connected?: Tried<string>;
  /** GetCACaps: the words that are known, in the answer to HTTP status 200. */
  readonly capabilities?: Tried<{ readonly status: number; readonly words: readonly CaCapability[] }>;
  readonly certificates?: Tried<readonly ShownCertificate[]>;
  /** The next CA's certificates; absent when it is not offered. */
  readonly next?: Tried<readonly ShownCertificate[]>;
  /** One poll for each way of the routers, in a URL as long as theirs. */
  readonly polls: readonly Poll[];
  /** The status of GetCACaps with a query as long as that of the polls; asked when one of them got an HTTP error. */
  readonly filler?: Tried<number>;
  /** One more poll then, in what the CA itself offers: some CAs answer no poll at all. */
  readonly control?: Poll;
  readonly challenge: ChallengeFacts;
  /** What the CA's web server thought the time was, and what this machine did at that moment. */
  readonly clock?: { readonly theirs: Date; readonly ours: Date };
}

/** A CertPoll for a request that nobody made, and what came of it. Nothing is issued, and no password is used. */
export interface Poll extends Algorithms {
  /** Of the query in the request line. */
  readonly characters: number;
  readonly outcome: /** A CertRep that could be read; `digest` is what it was signed with. */
    | { readonly kind: 'answered'; readonly failInfo?: FailInfo; readonly digest: string }
    | { readonly kind: 'http'; readonly status: number }
    /** Something came that is no CertRep to this request. */
    | { readonly kind: 'unreadable'; readonly why: string }
    | { readonly kind: 'failed'; readonly why: string };
}

export type ChallengeFacts =
  | { readonly kind: 'none' | 'command' }
  | { readonly kind: 'static'; readonly secretProblem?: string }
  | { readonly kind: 'daily'; readonly notAfter: Date; readonly secretProblem?: string }
  | { readonly kind: 'file'; readonly read: Tried<ChallengeFileFacts> }
  | { readonly kind: 'ios-cs'; readonly device: string; readonly server: string; readonly unspent: number }
  | NdesFacts;

export interface ChallengeFileFacts {
  readonly entries: number;
  /** Devices of this selection without an entry, and with one that has expired. */
  readonly missing: readonly string[];
  readonly expired: readonly string[];
}

export interface NdesFacts {
  readonly kind: 'ndes';
  /** Without query or account. */
  readonly page: string;
  readonly wanted: 'ntlm' | 'basic';
  readonly allowInsecure: boolean;
  readonly capacity: number;
  readonly validityMs: number;
  readonly secretProblem?: string;
  /** The page without a login. */
  readonly probe:
    | { readonly status: number; readonly schemes: readonly string[] }
    | { readonly error: DeviceError };
  /** With consent only: what a visit with the account gave. It took a password. */
  readonly visit?:
    | { readonly reusable: boolean; readonly validityMs?: number; readonly notes: readonly string[] }
    | { readonly error: DeviceError };
  /** Passwords that earlier runs may have left unspent. */
  readonly unspent: number;
}
