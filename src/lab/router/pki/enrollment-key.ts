import type { Router } from '../router.ts';
import type { RouterKey } from './key-store.ts';
import type { Trustpoint } from './trustpoint.ts';

/** The key a router makes by itself when the trustpoint names none: of the smallest size there is. */
const AUTOMATIC_KEY_BITS = 512;

/** The key pair the trustpoint names, else the router's default one; made now when it does not exist. */
export async function keyFor(router: Router, trustpoint: Trustpoint): Promise<RouterKey> {
  const label = trustpoint.keyLabel ?? router.config.fqdn;
  const found = router.keys.get(label);
  if (found !== undefined) return found;
  const bits = trustpoint.keyBits ?? AUTOMATIC_KEY_BITS;
  const key = await router.keys.generate(label, bits, false);
  router.syslog.log('CRYPTO-6-AUTOGEN', `Generated new ${bits} bit key pair`);
  return key;
}
