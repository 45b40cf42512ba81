/** A renewal that somebody waits for. */
export interface RenewalWish {
  readonly device: string;
  readonly trustpoint: string;
  readonly authority: string;
  readonly notAfter: Date;
}

type Place = Pick<RenewalWish, 'device' | 'trustpoint' | 'authority'>;

/**
 * Which renewals of one run a CA has room for: of those that are due the ones that end first, whatever the hurry of the
 * others. A CA without a capacity takes all.
 */
export class RenewalAllotment {
  /** What is left, by authority. */
  readonly #left: Map<string, number>;
  readonly #granted = new Set<string>();

  /** `capacities`: certificates a run, by authority. */
  constructor(capacities: ReadonlyMap<string, number>, wishes: readonly RenewalWish[]) {
    this.#left = new Map(capacities);
    for (const wish of wishes.toSorted(byUrgency)) this.mayRenew(wish);
  }

  /** Takes a place when there is one; whoever has one keeps it, for a second attempt too. */
  mayRenew(wish: Place): boolean {
    const key = JSON.stringify([wish.device, wish.trustpoint]);
    const left = this.#left.get(wish.authority);
    if (left === undefined || this.#granted.has(key)) return true;
    if (left === 0) return false;
    this.#left.set(wish.authority, left - 1);
    this.#granted.add(key);
    return true;
  }
}

/** The end decides, then the names, so that the same fleet gives the same answer. */
export function byUrgency(a: RenewalWish, b: RenewalWish): number {
  return (
    a.notAfter.getTime() - b.notAfter.getTime() ||
    compare(a.device, b.device) ||
    compare(a.trustpoint, b.trustpoint)
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
