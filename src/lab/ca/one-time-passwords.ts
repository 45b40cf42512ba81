import { randomBytes } from 'node:crypto';

export interface PasswordRules {
  /** Unused, unexpired passwords the cache holds (PasswordMax). */
  readonly max: number;
  readonly validityMs: number;
  /** Random bytes of a password; it is shown as twice as many hex digits (PasswordLength). */
  readonly length: number;
}

export const NDES_RULES: PasswordRules = { max: 5, validityMs: 60 * 60_000, length: 8 };

/** What became of one password, for the lab's own bookkeeping. Times are milliseconds since the epoch. */
export interface PasswordRecord {
  readonly text: string;
  readonly mintedAt: number;
  readonly expiresAt: number;
  redeemedAt: number | undefined;
}

/** The password cache of an NDES: passwords are minted on each look at the admin page and consumed when verified. */
export class OneTimePasswords {
  /** Every password ever minted, for the lab's own bookkeeping. */
  readonly minted: string[] = [];
  /** The same, with what became of each. */
  readonly records: PasswordRecord[] = [];
  readonly rules: PasswordRules;
  private cache: PasswordRecord[] = [];
  private readonly redeemedBy = new Map<string, string>();
  private readonly now: () => Date;

  constructor(rules: PasswordRules, now: () => Date) {
    this.rules = rules;
    this.now = now;
  }

  get outstanding(): number {
    this.expire();
    return this.cache.length;
  }

  /** A new password, or undefined when the cache is full. */
  mint(): string | undefined {
    if (this.outstanding >= this.rules.max) return undefined;
    const text = randomBytes(this.rules.length).toString('hex').toUpperCase();
    const mintedAt = this.now().getTime();
    const record = { text, mintedAt, expiresAt: mintedAt + this.rules.validityMs, redeemedAt: undefined };
    this.cache.push(record);
    this.minted.push(text);
    this.records.push(record);
    return text;
  }

  /** Whether `text` opens the door for this transaction; the same transaction may knock again with the same one. */
  redeem(text: string, transactionId: string): boolean {
    this.expire();
    if (this.redeemedBy.get(text) === transactionId) return true;
    const position = this.cache.findIndex((password) => password.text === text);
    const record = this.cache[position];
    if (record === undefined) return false;
    record.redeemedAt = this.now().getTime();
    this.cache.splice(position, 1);
    this.redeemedBy.set(text, transactionId);
    return true;
  }

  private expire(): void {
    const now = this.now().getTime();
    this.cache = this.cache.filter(({ expiresAt }) => expiresAt > now);
  }
}
