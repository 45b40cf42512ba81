/** A place that mints one-time passwords, as the ledger tells it from others. */
export interface ChallengeService {
  /** The same for everybody who asks the same place. */
  readonly key: string;
  /** The authority's name, for people. */
  readonly authority: string;
  /** Passwords that may be outstanding at once. */
  readonly capacity: number;
  /** How long a password lives, in milliseconds, as far as is known before it is seen. */
  readonly lifeMs?: number;
}

/** A request for a certificate: one password at a time. */
export interface ChallengeRequest {
  readonly device: string;
  readonly trustpoint: string;
}

/**
 * What all runs of all processes know of one service's passwords: that one was asked for, for whom, until when it lives, and
 * whether it was used. Never the password itself. Written down before it happens, so that a run that is killed leaves no
 * password that nobody knows of.
 */
export interface ChallengeLedger {
  /**
   * To be called before a password is asked for; none is to be asked for unless it gives an entry. Throws DeviceError
   * `state-unwritable`.
   */
  begin(request: ChallengeRequest): LedgerAnswer;
  /** A password of an earlier run, or one that perhaps was made, that may be unspent. */
  outstanding(request: ChallengeRequest): OutstandingChallenge | undefined;
  /** What the router was seen to hold: a request or a certificate that it had not settles the password it was made with. */
  routerShows(request: ChallengeRequest, shown: RouterShows): void;
}

export type LedgerAnswer =
  | { readonly kind: 'entry'; readonly entry: LedgerEntry }
  /** All slots are taken, by this run and others. */
  | { readonly kind: 'full' }
  | { readonly kind: 'outstanding'; readonly outstanding: OutstandingChallenge };

/** One password's line. What is told after it was asked for throws nothing but where it says so. */
export interface LedgerEntry {
  /** There is one; it lives so long from now on. Undefined: nobody knows. */
  minted(lifeMs: number | undefined): void;
  /** There is none, surely. */
  notMinted(): void;
  /** Nobody can tell whether there is one. */
  perhapsMinted(): void;
  /** To be called before it is handed out. Throws DeviceError `state-unwritable`: then it must not be. */
  given(request: ChallengeRequest): void;
  spent(): void;
  /** Nobody saw whether it was used. */
  doubted(): void;
  /** It was not sent, and lives on. */
  released(): void;
}

export interface OutstandingChallenge {
  readonly run: string;
  readonly since: Date;
  /** Undefined: nobody knows. */
  readonly expiresAt: Date | undefined;
}

export interface RouterShows {
  /** A request waits for the CA. */
  readonly pending: boolean;
  /** Of the certificate in place. */
  readonly serial: string | undefined;
}
