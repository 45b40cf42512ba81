import { Trustpoint } from './trustpoint.ts';

/** The trustpoints by name, in the order they were made. */
export class TrustpointStore {
  readonly #trustpoints = new Map<string, Trustpoint>();

  get all(): readonly Trustpoint[] {
    return [...this.#trustpoints.values()];
  }

  get(name: string): Trustpoint | undefined {
    return this.#trustpoints.get(name);
  }

  /** The trustpoint of that name, made when there is none. */
  open(name: string): Trustpoint {
    const found = this.#trustpoints.get(name) ?? new Trustpoint(name);
    this.#trustpoints.set(name, found);
    return found;
  }

  remove(name: string): void {
    this.#trustpoints.get(name)?.abandon?.abort();
    this.#trustpoints.delete(name);
  }

  /** Notes that what stands now was written to the startup configuration. */
  markSaved(): void {
    for (const trustpoint of this.all) {
      const { identity, ca } = trustpoint;
      if (identity !== undefined) trustpoint.identity = { ...identity, saved: true };
      if (ca !== undefined) trustpoint.ca = { ...ca, saved: true };
      trustpoint.ras = trustpoint.ras.map((ra) => ({ ...ra, saved: true }));
    }
  }
}
