import { usesOf } from '../domain/key-use.ts';
import { submissionOf } from '../domain/method.ts';
import type { Trustpoint } from '../domain/trustpoint.ts';
import type { PrintedKeypair } from '../ios/show/keypairs.ts';
import type { ConfiguredCertificate } from '../ios/show/running-pki.ts';
import { recallCertificate } from '../pki/recall.ts';
import type { ReplacedCertificate } from '../pki/verify.ts';
import { keypairFor } from './held-keys.ts';
import { identityFor, type Observation, type TrustpointView } from './observation.ts';

/** What a router shows of a trustpoint that is gone. */
export const NOTHING: TrustpointView = {
  lines: undefined,
  stage: 'unconfigured',
  printed: undefined,
  identity: undefined,
  identities: [],
  authorities: [],
  pending: undefined,
  errand: undefined,
  status: undefined,
};

/** What a new request would replace: with usage keys both certificates, as far as they are there. */
export function replacedBy(
  trustpoint: Trustpoint,
  view: TrustpointView,
  keypairs: readonly PrintedKeypair[],
): ReplacedCertificate | undefined {
  const [first, encryption] = usesOf(trustpoint.key).flatMap((use) => {
    const der = identityFor(view, use)?.configured?.der;
    if (der === undefined) return [];
    const { serial, notAfter, publicKey } = recallCertificate(der);
    const hasKey = keypairFor(keypairs, trustpoint.key, use) !== undefined;
    const wanted: ReplacedCertificate['keyWanted'] = hasKey ? keyWanted(trustpoint, view) : 'any';
    return [{ serial, notAfter, publicKey, keyWanted: wanted }];
  });
  return first && { ...first, ...(encryption === undefined ? {} : { encryption }) };
}

/** Whether a certificate, or one of two, has ended. */
export function hasEnded({ notAfter, encryption }: ReplacedCertificate, now: Date): boolean {
  return notAfter <= now || (encryption !== undefined && encryption.notAfter <= now);
}

/** A line of the router’s own may make it bring a new key that the inventory does not ask for. */
function keyWanted(
  { renew, autoEnroll }: Trustpoint,
  { lines }: TrustpointView,
): ReplacedCertificate['keyWanted'] {
  if (renew.keys === 'regenerate') return 'new';
  const regenerates = lines?.lines.some((line) => /^\s*(?:auto-enroll\b.*\s)?regenerate\b/.test(line));
  return autoEnroll?.regenerate === true || regenerates === true ? 'any' : 'same';
}

/** For people: which certificates are there. */
export function inPlace({ identities }: TrustpointView): string {
  const serials = identities.map(({ printed, configured }) => printed?.serial ?? configured?.serial ?? '');
  return serials.length > 1
    ? `certificates ${serials.join(' and ')} are in place`
    : `certificate ${serials.join('')} is in place`;
}

/** Whether a reload would lose a certificate. */
export function isUnsaved(view: TrustpointView, { startup }: Observation): boolean {
  if (startup === undefined) return false;
  const saved = new Set(
    startup.chains.flatMap(({ certificates }) => certificates.map(({ serial }) => serial)),
  );
  return heldIn(view).some(({ serial }) => !saved.has(serial));
}

/** What a reload must not lose: the router's own certificates, or the CA's where there is nothing else. */
export function heldIn({ identities, authorities }: TrustpointView): readonly ConfiguredCertificate[] {
  const own = identities.flatMap(({ configured }) => (configured === undefined ? [] : [configured]));
  return identities.length > 0 ? own : authorities.filter(({ kind }) => kind === 'ca');
}

/**
 * Why no other request is made. A router that prints its request may list it as pending for good, whether or not somebody
 * took it anywhere.
 */
export function whyItWaits({ method }: Trustpoint, { stage, errand }: TrustpointView): string | undefined {
  if (errand !== undefined) {
    const what = errand.kind === 'asked' ? 'its request waits' : 'its certificate is';
    return `${what} ${errand.where}; no second request is made`;
  }
  const isPending = submissionOf(method) === undefined && stage === 'pending';
  return isPending ? 'a request is pending at the CA; no second one is made' : undefined;
}
