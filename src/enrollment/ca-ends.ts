import type { Trustpoint } from '../domain/trustpoint.ts';
import type { DecodedCertificate } from '../pki/decode.ts';
import { recallCertificate } from '../pki/recall.ts';
import type { Observation, TrustpointView } from './observation.ts';
import { isPinned } from './pins.ts';

/** When the CA certificates end that a trustpoint depends on, as far as the router holds them. */
export interface CaEnds {
  /** Of the CA that signs the certificate: no certificate outlives it. */
  readonly signing: Date | undefined;
  /** Of the first one to end that a renewal needs: the one that is asked, or the one that signs. */
  readonly first: Date | undefined;
}

/**
 * The CA that is asked stands in the trustpoint itself. Behind a service with a CA certificate of its own another one signs,
 * which the router may hold in any of its trustpoints.
 */
export function caEndsOf(
  { authority: { issuer } }: Pick<Trustpoint, 'authority'>,
  { authorities }: Pick<TrustpointView, 'authorities'>,
  { running }: Pick<Observation, 'running'>,
): CaEnds {
  const asked = firstEnd(authorities);
  if (issuer === undefined) return { signing: asked, first: asked };
  const all = running.chains.flatMap(({ certificates }) => certificates);
  const signing = firstEnd(all, (certificate) => isPinned(certificate, issuer));
  const [first] = [asked, signing].filter((end) => end !== undefined).toSorted(byTime);
  return { signing, first };
}

function firstEnd(
  certificates: TrustpointView['authorities'],
  isMeant: (certificate: DecodedCertificate) => boolean = () => true,
): Date | undefined {
  return certificates
    .flatMap(({ kind, der }) => (kind === 'ca' && der !== undefined ? tryDecode(der) : []))
    .filter(isMeant)
    .map(({ notAfter }) => notAfter)
    .toSorted(byTime)[0];
}

/** What cannot be read is told by the checks of the certificate itself. */
function tryDecode(der: Uint8Array): readonly DecodedCertificate[] {
  try {
    return [recallCertificate(der)];
  } catch {
    return [];
  }
}

function byTime(a: Date, b: Date): number {
  return a.getTime() - b.getTime();
}
