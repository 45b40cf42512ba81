import { createHash } from 'node:crypto';
import { DeviceError } from '../domain/errors.ts';
import { type Fingerprint, formatFingerprint } from '../domain/fingerprint.ts';
import type { Authority } from '../domain/trustpoint.ts';
import type { Dialect } from '../ios/dialect/dialect.ts';
import type { CaLookup } from './ca-lookup.ts';

export interface ComparablePins {
  /** What is compared with the router's print; all that can be compared must match. */
  readonly pins: readonly Fingerprint[];
  /** Why a pinned SHA256 can be compared only with the certificate that the router then holds. */
  readonly unseen?: string;
}

/** The hashes of a CA certificate that IOS prints. */
const PRINTED = ['SHA1', 'MD5'] as const;

/** The hashes that a router prints, by the word its PKI commands have: releases that say `crypto ca` show MD5 alone. */
export const PRINTED_BY: Readonly<Record<Dialect, readonly Fingerprint['hash'][]>> = {
  pki: PRINTED,
  ca: ['MD5'],
};

/**
 * The pins that can be compared with what a router prints. IOS prints MD5 and SHA1 only; where the inventory pins a
 * SHA256, alone or beside others, or no hash that this router prints, this machine fetches the CA certificate itself,
 * finds the one with every pinned fingerprint, and derives the hashes of that very certificate.
 *
 * Throws DeviceError `fingerprint-unreadable` when nothing printed is pinned and this machine sees no certificate at all.
 * Throws `fingerprint-mismatch` when nothing printed is pinned and the CA shows this machine another certificate, and
 * when it shows one that has some of the pinned fingerprints and not the others. Where this machine sees no such CA, and
 * pins are left that the router prints, these have to do until the certificate is read back.
 */
export async function comparablePins(
  { scep, fingerprints }: Authority,
  trustpoint: string,
  lookup: Pick<CaLookup, 'certificates'>,
  signal: AbortSignal,
  printed: readonly Fingerprint['hash'][] = PRINTED,
): Promise<ComparablePins> {
  const isNeeded = !fingerprints.some(({ hash }) => printed.includes(hash));
  if (!isNeeded && fingerprints.every(({ hash }) => hash !== 'SHA256')) return { pins: fingerprints };
  const lack = `the pin is ${fingerprints.map(({ hash }) => hash).join(' and ')} only`;
  if (scep === undefined) {
    if (!isNeeded)
      return { pins: fingerprints, unseen: 'it speaks no SCEP, so this machine cannot fetch it' };
    throw new DeviceError('fingerprint-unreadable', `${lack}, which routers do not print`, {
      hint: 'pin the SHA1 as well',
    });
  }
  const seen = await lookup.certificates(scep.url, trustpoint, signal, { isNeeded });
  if ('unseen' in seen) {
    const { unseen } = seen;
    if (!isNeeded) return { pins: fingerprints, unseen: `this machine cannot fetch it: ${unseen.message}` };
    throw new DeviceError(
      'fingerprint-unreadable',
      `${lack} and this machine could not fetch the CA certificate`,
      { detail: `${scep.url}: ${unseen.message}`, cause: unseen },
    );
  }
  const pinned = seen.certificates.find((der) => isPinned({ der }, fingerprints));
  if (pinned !== undefined) return { pins: withPrinted(fingerprints, pinned) };
  const mismatch = (message: string): DeviceError =>
    new DeviceError('fingerprint-mismatch', `${trustpoint}: ${message}`, {
      detail: [
        `pinned: ${fingerprints.map(formatFingerprint).join(', ')}`,
        ...seen.certificates.map(
          (der) =>
            `another certificate, shown to this machine by ${scep.url}: ${tellHashes(der, fingerprints)}`,
        ),
        'The router was not told to fetch it.',
      ].join('\n'),
    });
  if (isNeeded) throw mismatch('the CA showed this machine no certificate with the pinned fingerprint');
  const half = seen.certificates.find((der) => fingerprints.some((pin) => isPinned({ der }, [pin])));
  if (half === undefined) return { pins: fingerprints, unseen: 'this machine meets another CA at that URL' };
  throw mismatch(`the CA’s certificate has not every pinned fingerprint: ${comparePins(half, fingerprints)}`);
}

/** Whether a certificate read back from a router has every pinned fingerprint. One without its DER has none. */
export function isPinned({ der }: { readonly der?: Uint8Array }, pins: readonly Fingerprint[]): boolean {
  return der !== undefined && pins.every(({ hash, hex }) => digest(hash, der) === hex);
}

/** For messages: `SHA1 agrees, SHA256 does not`. */
export function comparePins(der: Uint8Array, pins: readonly Fingerprint[]): string {
  return pins.map((pin) => `${pin.hash} ${isPinned({ der }, [pin]) ? 'agrees' : 'does not'}`).join(', ');
}

/** For messages: `SHA1 C7478143 D5249…, SHA256 …`, in the hashes of the pins. */
export function tellHashes(der: Uint8Array, pins: readonly Fingerprint[]): string {
  return pins.map(({ hash }) => formatFingerprint({ hash, hex: digest(hash, der) })).join(', ');
}

/** The pins, and besides them the hashes that routers print of the certificate that has them all. */
export function withPrinted(fingerprints: readonly Fingerprint[], der: Uint8Array): readonly Fingerprint[] {
  const missing = PRINTED.filter((wanted) => !fingerprints.some(({ hash }) => hash === wanted));
  return [...fingerprints, ...missing.map((hash) => ({ hash, hex: digest(hash, der) }))];
}

function digest(hash: Fingerprint['hash'], der: Uint8Array): string {
  return createHash(hash.toLowerCase()).update(der).digest('hex').toUpperCase();
}
