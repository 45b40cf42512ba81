import { randomBytes } from 'node:crypto';

export interface PasswordRules {
  /** Unused, unexpired passwords the cache holds (PasswordMax). */
  readonly max: number;
  readonly validityMs: number;
  /** Random bytes of a password; it is shown as twice as many hex digits (PasswordLength). */
  readonly length: number;
}

export const NDES_RULES: PasswordRules = { max: 5, validityMs: 60 * 60_000, length: 8 };

interface Password {
  readonly text: string;
  readonly expiresAt: number;
}

/** The password cache of an NDES: passwords are minted on each look at the admin page and consumed when verified. */
export class OneTimePasswords {
  /** Every password ever minted, for the lab's own bookkeeping. */
  readonly minted: string[] = [];
  private cache: Password[] = [];
  private readonly redeemedBy = new Map<string, string>();
  private readonly rules: PasswordRules;
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
    this.cache.push({ text, expiresAt: this.now().getTime() + this.rules.validityMs });
    this.minted.push(text);
    return text;
  }

  /** Whether `text` opens the door for this transaction; the same transaction may knock again with the same one. */
  redeem(text: string, transactionId: string): boolean {
    this.expire();
    if (this.redeemedBy.get(text) === transactionId) return true;
    const position = this.cache.findIndex((password) => password.text === text);
    if (position === -1) return false;
    this.cache.splice(position, 1);
    this.redeemedBy.set(text, transactionId);
    return true;
  }

  private expire(): void {
    const now = this.now().getTime();
    this.cache = this.cache.filter(({ expiresAt }) => expiresAt > now);
  }
}
