import {
  certificationRequest,
  type Digest,
  type KeyUsage,
  keyUsage,
  subjectAltName,
} from '../../../scep/index.ts';
import type { Router } from '../router.ts';
import type { RouterKey } from './key-store.ts';
import type { StoredCertificate } from './stored-certificate.ts';
import { type OwnNames, requestFqdn, requestSubject } from './subject.ts';
import type { Trustpoint } from './trustpoint.ts';

/** What the dialogue, or the timer of a renewal, decided. */
export interface EnrollmentChoice {
  readonly key: RouterKey;
  readonly names: OwnNames;
  /** Empty: no challenge password. */
  readonly password: string;
  /** The CA that the certificate is asked of before it takes office; that of the trustpoint unless given. */
  readonly next?: StoredCertificate;
}

/** The PKCS#10 as the release builds it: DER. */
export function buildRequest(router: Router, trustpoint: Trustpoint, choice: EnrollmentChoice): Uint8Array {
  const { names, password, key } = choice;
  const { extensionsInT61String } = router.personality.request;
  const dns = alternativeNames(router, trustpoint, names);
  return certificationRequest({
    subject: requestSubject(trustpoint, names),
    key: key.privateKey,
    hash: signatureHash(router, trustpoint, key),
    challengePassword: Buffer.from(password, 'latin1').toString('utf8'),
    extensions: [...(dns === undefined ? [] : [subjectAltName({ dns })]), keyUsage(usagesOf(key))],
    extensionRequestForm: extensionsInT61String ? 't61' : 'plain',
  });
}

/** What a request asks for by the kind of its key: an EC key cannot encipher another. */
function usagesOf({ type, use }: RouterKey): readonly KeyUsage[] {
  if (use === 'encryption') return ['keyEncipherment'];
  return use === 'signature' || type === 'ec'
    ? ['digitalSignature']
    : ['digitalSignature', 'keyEncipherment'];
}

function alternativeNames(
  { personality }: Router,
  trustpoint: Trustpoint,
  { fqdn }: OwnNames,
): readonly string[] | undefined {
  const wanted = trustpoint.setting('subject-alt-name')?.args.names?.split(/[,\s]+/);
  const own = fqdn !== undefined && personality.request.namesItselfInAltName ? [fqdn] : undefined;
  return wanted ?? own;
}

/** The hash of the trustpoint's `hash` line, else the release's. */
export function requestHash({ personality }: Router, trustpoint: Trustpoint): Digest {
  return chosenHash(trustpoint) ?? personality.request.hash;
}

/** An EC key signs with no MD5. What it signs with where no line says it is not known: here the hash of its length. */
export function signatureHash(router: Router, trustpoint: Trustpoint, { type, bits }: RouterKey): Digest {
  if (type === 'rsa') return requestHash(router, trustpoint);
  const chosen = chosenHash(trustpoint);
  if (chosen !== undefined && chosen !== 'md5') return chosen;
  if (bits > 384) return 'sha512';
  return bits > 256 ? 'sha384' : 'sha256';
}

function chosenHash(trustpoint: Trustpoint): Digest | undefined {
  const words = trustpoint.setting('hash')?.words ?? [];
  return (['md5', 'sha1', 'sha256', 'sha384', 'sha512'] as const).find((hash) => words.includes(hash));
}

/** Leaves a request behind as one stands after its last poll: pending, and nobody asks any more. */
export function leavePending(router: Router, trustpoint: Trustpoint, key: RouterKey): void {
  const names = { fqdn: requestFqdn(router, trustpoint), serialNumber: undefined, ipAddress: undefined };
  const request = buildRequest(router, trustpoint, { key, names, password: '' });
  trustpoint.request = { request, names, pollAt: undefined };
  trustpoint.status = 'Pending';
}
