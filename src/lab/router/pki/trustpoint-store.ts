import type { Personality } from '../personality.ts';
import { type SettingName, Trustpoint, type TrustpointSetting } from './trustpoint.ts';

/** A trustpoint of one moment. */
export interface TrustpointCopy
  extends Pick<Trustpoint, 'name' | 'ca' | 'ras' | 'identity' | 'encryption' | 'rollover' | 'status'> {
  readonly settings: ReadonlyMap<SettingName, TrustpointSetting>;
}

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

  copy(): readonly TrustpointCopy[] {
    return this.all.map((trustpoint) => {
      const { name, ca, ras, identity, encryption, rollover, status } = trustpoint;
      return { name, ca, ras, identity, encryption, rollover, status, settings: trustpoint.copySettings() };
    });
  }

  /** Goes back to those trustpoints: to their lines alone, or to their certificates, too. */
  restore(copies: readonly TrustpointCopy[], extent: 'lines' | 'whole'): void {
    const kept = new Set(copies.map(({ name }) => name));
    for (const { name } of this.all) if (extent === 'whole' || !kept.has(name)) this.remove(name);
    for (const { name, settings, ...held } of copies) {
      const trustpoint = this.open(name);
      trustpoint.restoreSettings(settings);
      if (extent === 'whole') Object.assign(trustpoint, held);
    }
  }

  /** Notes that what stands now was written to the startup configuration. */
  markSaved(): void {
    for (const trustpoint of this.all) {
      const { identity, encryption, ca, rollover } = trustpoint;
      if (identity !== undefined) trustpoint.identity = { ...identity, saved: true };
      if (encryption !== undefined) trustpoint.encryption = { ...encryption, saved: true };
      if (ca !== undefined) trustpoint.ca = { ...ca, saved: true };
      if (rollover !== undefined)
        trustpoint.rollover = {
          ca: { ...rollover.ca, saved: true },
          identity: rollover.identity === undefined ? undefined : { ...rollover.identity, saved: true },
        };
      trustpoint.ras = trustpoint.ras.map((ra) => ({ ...ra, saved: true }));
    }
  }
}
