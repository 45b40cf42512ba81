import type { Router } from '../router.ts';
import { placeFor } from './key-place.ts';
import type { KeyUse, RouterKey } from './key-store.ts';
import type { Trustpoint } from './trustpoint.ts';

/** The key a router makes by itself when the trustpoint names none: of the smallest size there is. */
const AUTOMATIC_KEY_BITS = 512;

/**
 * The key pair the trustpoint names, else the router's default one; made now when it does not exist. Two with usage keys,
 * the one that signs first. Empty when an EC key pair is named that is not there: a router makes none by itself here.
 * Throws Refusal when the device for a new one is not there.
 */
export async function keysFor(router: Router, trustpoint: Trustpoint): Promise<readonly RouterKey[]> {
  const found = namedKeys(router, trustpoint);
  if (found.length > 0 || trustpoint.keyType === 'ec') return found;
  const label = trustpoint.keyLabel ?? router.config.fqdn;
  const bits = trustpoint.keyBits ?? AUTOMATIC_KEY_BITS;
  // Two sizes behind `rsakeypair` ask for two key pairs.
  const uses: readonly KeyUse[] = trustpoint.wantsUsageKeys ? ['signature', 'encryption'] : ['general'];
  const place = placeFor(router, trustpoint.devices);
  const keys: RouterKey[] = [];
  for (const use of uses) keys.push(await router.keys.generate(label, bits, false, { ...place, use }));
  router.syslog.log('CRYPTO-6-AUTOGEN', `Generated new ${bits} bit key pair`);
  return keys;
}

/** The key pairs of the trustpoint that are there. */
export function namedKeys(router: Router, trustpoint: Trustpoint): readonly RouterKey[] {
  return router.keys.labeled(trustpoint.keyLabel ?? router.config.fqdn, trustpoint.keyType);
}
