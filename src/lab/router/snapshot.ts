import type { RunningConfigCopy } from './config/running.ts';
import type { RouterKey } from './pki/key-store.ts';
import type { TrustpointCopy } from './pki/trustpoint-store.ts';
import type { Router } from './router.ts';

/** What a router was at one moment, as far as it can go back to it. */
export interface Snapshot {
  readonly config: RunningConfigCopy;
  readonly trustpoints: readonly TrustpointCopy[];
  readonly keys: readonly RouterKey[];
}

export function takeSnapshot({ config, trustpoints, keys }: Router): Snapshot {
  return { config: config.copy(), trustpoints: trustpoints.copy(), keys: keys.all };
}

/** As a startup configuration without certificate chains leaves it. */
export function withoutCertificates({ trustpoints, ...others }: Snapshot): Snapshot {
  return {
    ...others,
    trustpoints: trustpoints.map(({ name, settings }) => ({
      name,
      settings,
      ca: undefined,
      ras: [],
      identity: undefined,
      encryption: undefined,
      rollover: undefined,
      status: undefined,
    })),
  };
}

/**
 * The running configuration goes back line by line. Key pairs are no part of it. Whether a rollback puts certificates
 * back is not known from captures: here a trustpoint that is there keeps what it holds, and one that is made anew holds none.
 */
export function rollBack(router: Router, { config, trustpoints }: Snapshot): void {
  router.config.restore(config);
  router.trustpoints.restore(trustpoints, 'lines');
  router.config.touch('rollback');
  router.renewals.reschedule();
}

/** A restart finds what was saved: configuration, certificates and key pairs. */
export function restart(router: Router, { config, trustpoints, keys }: Snapshot): void {
  router.config.restore(config);
  router.trustpoints.restore(trustpoints, 'whole');
  router.keys.restore(keys);
  router.config.modified = false;
  router.renewals.reschedule();
}
