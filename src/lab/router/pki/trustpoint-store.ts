import type { Personality } from '../personality.ts';
import { Trustpoint } from './trustpoint.ts';

/** The trustpoints by name, in the order they were made. */
export class TrustpointStore {
  readonly #trustpoints = new Map<string, Trustpoint>();
  readonly #checksRevocation: boolean;

  constructor({ lacks }: Personality) {
    this.#checksRevocation = !lacks.includes('revocation-check');
  }

  get all(): readonly Trustpoint[] {
    return [...this.#trustpoints.values()];
  }

  get(name: string): Trustpoint | undefined {
    return this.#trustpoints.get(name);
  }

  /** The trustpoint of that name, made when there is none. */
  open(name: string): Trustpoint {
    const found = this.#trustpoints.get(name);
    if (found !== undefined) return found;
    const made = new Trustpoint(name);
    if (!this.#checksRevocation) made.unset('revocation-check');
    this.#trustpoints.set(name, made);
    return made;
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
