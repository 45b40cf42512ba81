import { createHmac, randomBytes } from 'node:crypto';

/** A challenge that is the same for all and another every day, by the calendar of the CA's own zone. */
export class DailyChallenge {
  readonly zone: string;
  readonly #secret = randomBytes(32);
  readonly #now: () => Date;

  /** `zone` is a name of the IANA database: `Europe/Paris`. Throws RangeError for another. */
  constructor(zone: string, now: () => Date) {
    this.zone = zone;
    this.#now = now;
    this.#dayOf(now());
  }

  /** Today's. */
  get value(): string {
    const day = this.#dayOf(this.#now());
    return createHmac('sha256', this.#secret).update(day).digest('hex').slice(0, 16).toUpperCase();
  }

  /** `2026-11-21` in the zone. */
  #dayOf(instant: Date): string {
    const parts = new Intl.DateTimeFormat('en', {
      timeZone: this.zone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
    }).formatToParts(instant);
    return ['year', 'month', 'day'].map((type) => parts.find((part) => part.type === type)?.value).join('-');
  }
}
