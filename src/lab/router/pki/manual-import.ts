import { isIssuedBy } from '../../../scep/index.ts';
import type { Router } from '../router.ts';
import { keysFor, namedKeys } from './enrollment-key.ts';
import type { KeyUse, RouterKey } from './key-store.ts';
import type { StoredCertificate } from './stored-certificate.ts';
import type { OwnNames } from './subject.ts';
import type { Trustpoint } from './trustpoint.ts';

export const IMPORTED = '% Router Certificate successfully imported\n';
export const NOT_IMPORTED = '% Failed to parse or verify imported certificate\n';

/** With `regenerate` new keys under a name of their own until they are certified. */
export async function requestKeys(router: Router, trustpoint: Trustpoint): Promise<readonly RouterKey[]> {
  const keys = await keysFor(router, trustpoint);
  if (!trustpoint.regenerates || trustpoint.identity === undefined) return keys;
  return Promise.all(
    keys.map(({ label, bits, exportable, use }) =>
      router.keys.generate(`${label}#`, bits, exportable, { use }),
    ),
  );
}

/** A request that is out of the router's hands: over the terminal or in a file. */
export function keepRequest(
  trustpoint: Trustpoint,
  key: RouterKey,
  { request, names }: { readonly request: Uint8Array; readonly names: OwnNames },
): void {
  const pending = { request, names, pollAt: undefined, keyLabel: key.label };
  if (key.use === 'encryption') trustpoint.encryptionRequest = pending;
  else trustpoint.request = pending;
  trustpoint.status = 'Pending';
}

/** Installs a certificate that came by hand, when it is for a key of the trustpoint and of its CA. */
export function takeIdentity(
  router: Router,
  trustpoint: Trustpoint,
  stored: StoredCertificate | undefined,
): boolean {
  const key = stored === undefined ? undefined : keyOf(router, trustpoint, stored);
  if (stored !== undefined && key === undefined) {
    const text = `Key in the certificate and stored key does not match for Trustpoint-${trustpoint.name}.`;
    router.syslog.log(`${router.personality.log.facility}-3-KEY_CMP_MISMATCH`, text);
  }
  if (stored === undefined || key === undefined || !isGood(router, trustpoint, stored)) return false;
  install(router, trustpoint, stored, key);
  return true;
}

/** The half that has no certificate yet. */
export function missingHalf(router: Router, trustpoint: Trustpoint): KeyUse {
  const uses = namedKeys(router, trustpoint).map(({ use }) => use);
  if (!uses.includes('encryption')) return 'general';
  return trustpoint.identity === undefined || trustpoint.encryption !== undefined
    ? 'signature'
    : 'encryption';
}

/** The key pair of the trustpoint or of its request that the certificate is for. */
function keyOf(
  router: Router,
  trustpoint: Trustpoint,
  { certificate }: StoredCertificate,
): RouterKey | undefined {
  const requested = [trustpoint.request, trustpoint.encryptionRequest].flatMap((request) =>
    request?.keyLabel === undefined ? [] : router.keys.labeled(request.keyLabel, trustpoint.keyType),
  );
  return [...requested, ...namedKeys(router, trustpoint)].find(({ publicKey }) =>
    Buffer.from(publicKey).equals(certificate.publicKey),
  );
}

/** Issued by the trustpoint's CA, and not at its end. Without a CA nothing can be verified. */
function isGood({ clock }: Router, { ca }: Trustpoint, { certificate }: StoredCertificate): boolean {
  return ca !== undefined && isIssuedBy(certificate, ca.certificate) && clock.now() < certificate.notAfter;
}

function install(
  router: Router,
  trustpoint: Trustpoint,
  stored: StoredCertificate,
  { label, use }: RouterKey,
): void {
  const own = label.replace(/#$/, '');
  const kept = { ...stored, keyLabel: own };
  if (use === 'encryption') {
    trustpoint.encryption = kept;
    trustpoint.encryptionRequest = undefined;
  } else {
    trustpoint.identity = kept;
    trustpoint.request = undefined;
  }
  const isWhole = trustpoint.request === undefined && trustpoint.encryptionRequest === undefined;
  // A key made for this request takes the old one's place when nothing is waited for any more.
  if (isWhole && label !== own) router.keys.rename(label, own);
  trustpoint.status = isWhole ? 'Granted' : 'Pending';
  router.renewals.reschedule();
}
