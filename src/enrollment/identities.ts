import type { KeyUse } from '../domain/key-use.ts';
import type { PrintedCertificate } from '../domain/printed-certificate.ts';
import type { PrintedKeypair } from '../ios/show/keypairs.ts';
import type { ConfiguredCertificate } from '../ios/show/running-pki.ts';
import { sameSerial } from '../pki/check-state.ts';
import { CertificateUnreadableError, type DecodedCertificate } from '../pki/decode.ts';
import { sameKey } from '../pki/key.ts';
import { recallCertificate } from '../pki/recall.ts';
import { useOfKeypair } from './held-keys.ts';

/** A certificate of the router's own, as it is printed and as it stands in the running configuration. */
export interface HeldIdentity {
  readonly use: KeyUse;
  readonly printed: PrintedCertificate | undefined;
  readonly configured: ConfiguredCertificate | undefined;
}

/**
 * A trustpoint's own certificates, the one for signatures first. What each is for is told by the key pair that it
 * certifies; where no key pair fits, by the router's print, then by the certificate's own key usage.
 */
export function identitiesOf(
  configured: readonly ConfiguredCertificate[],
  printed: readonly PrintedCertificate[],
  keypairs: readonly PrintedKeypair[],
): readonly HeldIdentity[] {
  return pair(configured, printed)
    .map((held) => ({ ...held, use: useOf(held, keypairs) }))
    .toSorted((a, b) => ORDER.indexOf(a.use) - ORDER.indexOf(b.use));
}

const ORDER: readonly KeyUse[] = ['signature', 'general', 'encryption'];

type Held = Omit<HeldIdentity, 'use'>;

/** One of each belong together whatever their serial numbers say: that they differ is for the verification to find. */
function pair(
  configured: readonly ConfiguredCertificate[],
  printed: readonly PrintedCertificate[],
): readonly Held[] {
  if (configured.length <= 1 && printed.length <= 1)
    return configured.length + printed.length === 0
      ? []
      : [{ configured: configured[0], printed: printed[0] }];
  const isOf = ({ serial }: PrintedCertificate, other: ConfiguredCertificate): boolean =>
    serial !== undefined && sameSerial(serial, other.serial);
  return [
    ...configured.map((each) => ({ configured: each, printed: printed.find((other) => isOf(other, each)) })),
    ...printed
      .filter((each) => !configured.some((other) => isOf(each, other)))
      .map((each) => ({ configured: undefined, printed: each })),
  ];
}

function useOf({ configured, printed }: Held, keypairs: readonly PrintedKeypair[]): KeyUse {
  const certificate = configured?.der === undefined ? undefined : tryDecode(configured.der);
  const own = certificate && keypairs.find(({ publicKey }) => sameKey(publicKey, certificate.publicKey));
  if (own !== undefined) return useOfKeypair(own);
  const said = /^(?<use>signature|encryption)\b/i.exec(printed?.usage ?? '')?.groups?.use?.toLowerCase();
  if (said === 'signature' || said === 'encryption') return said;
  const { keyUsage = [], keyAlgorithm } = certificate ?? {};
  if (keyAlgorithm !== 'rsa') return 'general';
  const [signs, encrypts] = ['digitalSignature', 'keyEncipherment'].map((use) => keyUsage.includes(use));
  if (signs === encrypts) return 'general';
  return signs === true ? 'signature' : 'encryption';
}

function tryDecode(der: Uint8Array): DecodedCertificate | undefined {
  try {
    return recallCertificate(der);
  } catch (error) {
    if (error instanceof CertificateUnreadableError) return undefined;
    throw error;
  }
}
