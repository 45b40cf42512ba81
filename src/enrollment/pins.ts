import { createHash } from 'node:crypto';
import { DeviceError } from '../domain/errors.ts';
import { type Fingerprint, formatFingerprint } from '../domain/fingerprint.ts';
import type { Authority } from '../domain/trustpoint.ts';
import { iosPkiClientUrl, ScepClient } from '../scep/index.ts';

/**
 * The pins that can be compared with what a router prints. IOS prints MD5 and SHA1 only; where the inventory pins
 * SHA256 alone, this machine fetches the CA certificate itself, finds the one with the pinned SHA256, and derives
 * the hashes of that very certificate. Throws DeviceError `fingerprint-unreadable` when none matches.
 */
export async function comparablePins(
  { scep, fingerprints }: Authority,
  trustpoint: string,
  signal: AbortSignal,
): Promise<readonly Fingerprint[]> {
  const printable = fingerprints.filter(({ hash }) => hash !== 'SHA256');
  if (printable.length > 0) return fingerprints;
  const certificates = await fetchCaCertificates(scep.url, trustpoint, signal);
  const pinned = certificates.find((der) => fingerprints.some(({ hex }) => digest('sha256', der) === hex));
  if (pinned === undefined) {
    throw new DeviceError(
      'fingerprint-unreadable',
      'the pin is SHA256 only and the CA showed this machine no such certificate',
      {
        detail: [
          `pinned: ${fingerprints.map(formatFingerprint).join(', ')}`,
          ...certificates.map((der) => `shown by ${scep.url}: SHA256 ${digest('sha256', der)}`),
        ].join('\n'),
      },
    );
  }
  return [
    ...fingerprints,
    { hash: 'SHA1', hex: digest('sha1', pinned) },
    { hash: 'MD5', hex: digest('md5', pinned) },
  ];
}

/** Whether a certificate read back from a router has every pinned fingerprint. One without its DER has none. */
export function isPinned({ der }: { readonly der?: Uint8Array }, pins: readonly Fingerprint[]): boolean {
  return der !== undefined && pins.every(({ hash, hex }) => digest(hash, der) === hex);
}

async function fetchCaCertificates(
  url: string,
  trustpoint: string,
  signal: AbortSignal,
): Promise<readonly Uint8Array[]> {
  try {
    const { all } = await new ScepClient({ url: iosPkiClientUrl(url), signal }).getCaCertificates(trustpoint);
    return all;
  } catch (cause) {
    throw new DeviceError(
      'fingerprint-unreadable',
      'the pin is SHA256 only and this machine could not fetch the CA certificate',
      {
        detail: `${url}: ${cause instanceof Error ? cause.message : String(cause)}`,
        cause,
      },
    );
  }
}

function digest(hash: string, der: Uint8Array): string {
  return createHash(hash).update(der).digest('hex').toUpperCase();
}
