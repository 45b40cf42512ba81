import { sameFingerprint } from '../domain/fingerprint.ts';
import { findPath } from '../pki/chain.ts';
import type { DecodedCertificate } from '../pki/decode.ts';
import { sameKey } from '../pki/key.ts';
import { describeName } from '../pki/names.ts';
import type { Answer, SoughtAnswer } from './errand.ts';
import { CourierError } from './errors.ts';

/** Certificates and where they came from. */
export interface Found {
  readonly from: string;
  readonly certificates: readonly DecodedCertificate[];
}

export interface JudgeClock {
  readonly now: Date;
  /** How much later the CA's clock may be, in milliseconds. */
  readonly maxSkewMs: number;
}

/** Keys with other last bytes are other keys: nearly all certificates of a fleet are told apart by them, quickly. */
const KEY_TAIL = 24;

/**
 * The answer among what was found: the certificate for the request's key, by the key alone, that leads to the pinned CA over
 * whatever CA certificates are at hand. Of several the newest. Undefined when nothing is for this key, or only what expired
 * or is known. Throws a CourierError `not-valid` or `chain-broken` when there is one and it is not good.
 */
export function judge(errand: SoughtAnswer, found: readonly Found[], clock: JudgeClock): Answer | undefined {
  const candidates = found
    .flatMap(({ from, certificates }) => certificates.map((certificate) => ({ from, certificate })))
    .filter(({ certificate }) => isForErrand(certificate, errand) && clock.now <= certificate.notAfter)
    .sort((a, b) => b.certificate.notBefore.getTime() - a.certificate.notBefore.getTime());
  const authorities = [...errand.authorities, ...found.flatMap(({ certificates }) => certificates)];
  const verdicts = candidates.map((candidate) => verdictOn(candidate, errand, authorities, clock));
  const answer = verdicts.find((verdict) => !(verdict instanceof CourierError));
  if (answer instanceof CourierError || answer === undefined) {
    if (verdicts[0] instanceof CourierError) throw verdicts[0];
    return undefined;
  }
  return answer;
}

/** Whether a certificate is for the errand's key and not one from before. */
export function isForErrand(
  { publicKey, der, notBefore }: DecodedCertificate,
  { request, known = [], since }: Pick<SoughtAnswer, 'request' | 'known' | 'since'>,
): boolean {
  return (
    Buffer.compare(publicKey.subarray(-KEY_TAIL), request.publicKey.subarray(-KEY_TAIL)) === 0 &&
    sameKey(publicKey, request.publicKey) &&
    !known.some((each) => Buffer.compare(each, der) === 0) &&
    (since === undefined || notBefore >= since)
  );
}

function verdictOn(
  { from, certificate }: { readonly from: string; readonly certificate: DecodedCertificate },
  { pins }: SoughtAnswer,
  authorities: readonly DecodedCertificate[],
  clock: JudgeClock,
): Answer | CourierError {
  const who = `${describeName(certificate.subject)} in ${from}`;
  if (certificate.notBefore.getTime() > clock.now.getTime() + clock.maxSkewMs) {
    return new CourierError('not-valid', `${who} begins at ${certificate.notBefore.toISOString()}`, { from });
  }
  const anchor = authorities.find(
    ({ fingerprints }) =>
      pins.length > 0 && pins.every((pin) => fingerprints.some((each) => sameFingerprint(each, pin))),
  );
  if (anchor === undefined) {
    return new CourierError('chain-broken', `${who}; no certificate with the pinned fingerprint is at hand`, {
      from,
    });
  }
  const path = findPath(certificate, authorities, anchor, clock);
  if ('broken' in path) return new CourierError('chain-broken', `${who}; ${path.broken}`, { from });
  return { certificate, chain: path.certificates.slice(1), from };
}
