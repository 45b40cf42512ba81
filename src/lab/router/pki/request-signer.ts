import { type Certificate, type Identity, selfSignedSigner } from '../../../scep/index.ts';
import type { Router } from '../router.ts';
import type { RouterKey } from './key-store.ts';
import { requestHash } from './request.ts';
import type { Trustpoint } from './trustpoint.ts';

/** What a request is signed with. */
export interface SignerChoice {
  /** The key the certificate is asked for. */
  readonly key: RouterKey;
  readonly fqdn: string;
  /** The certificate to renew, where the CA knows renewals. */
  readonly held: Certificate | undefined;
}

/** The router's certificate when it renews, or that of another trustpoint; else a temporary one for the same key. */
export function requestSigner(
  router: Router,
  trustpoint: Trustpoint,
  { key, fqdn, held }: SignerChoice,
): Identity {
  const old = router.keys.all.find(({ publicKey }) =>
    held === undefined ? false : Buffer.from(publicKey).equals(held.publicKey),
  );
  if (held !== undefined && old !== undefined) return { certificate: held.der, key: old.privateKey };
  return credential(router, trustpoint) ?? temporary(router, trustpoint, { key, fqdn });
}

/** The certificate of another trustpoint, by `enrollment credential` of the enrollment profile. */
function credential(
  { config, trustpoints, keys }: Router,
  { profile = '' }: Trustpoint,
): Identity | undefined {
  const line = config.enrollmentProfiles.get(profile)?.get('enrollment credential');
  const other = trustpoints.get(line?.split(' ').at(-1) ?? '')?.identity;
  const key = keys.get(other?.keyLabel ?? '');
  return other === undefined || key === undefined
    ? undefined
    : { certificate: other.certificate.der, key: key.privateKey };
}

function temporary(
  router: Router,
  trustpoint: Trustpoint,
  { key, fqdn }: Pick<SignerChoice, 'key' | 'fqdn'>,
): Identity {
  const certificate = selfSignedSigner({
    fqdn,
    key: key.privateKey,
    hash: requestHash(router, trustpoint),
    version: router.personality.request.signerVersion,
    notBefore: router.clock.now(),
  });
  return { certificate, key: key.privateKey };
}
