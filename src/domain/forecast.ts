/** What ends and what is renewed on one day (UTC). */
export interface ForecastDay {
  /** `2026-11-21` */
  readonly day: string;
  /** Certificates in use today that end then. */
  readonly ends: number;
  /** Renewals foreseen, of renewed certificates, too. */
  readonly renewals: number;
  /** Certificates that end then without having been renewed. */
  readonly lost: number;
}

/** A fleet's certificates over the time to come, if renewals are run every day. */
export interface RenewalForecast {
  /** From today, one day after the other. */
  readonly days: readonly ForecastDay[];
  /** Have ended already. */
  readonly ended: number;
  /** In use today, and end after the last of `days`. */
  readonly later: number;
}
