import { X509Certificate } from 'node:crypto';
import type { DecodedCertificate } from './decode.ts';
import { describeName } from './names.ts';

/** The way from a certificate to the pinned CA, or the first thing that bars it. */
export type Path =
  | { readonly certificates: readonly DecodedCertificate[]; readonly notes: readonly string[] }
  | { readonly broken: string };

/** An instant, and how much later a CA's clock may be, in milliseconds. */
interface Clock {
  readonly now: Date;
  readonly maxSkewMs: number;
}

/**
 * Looks for a way from `leaf` to `anchor` through `authorities` (RFC 5280 section 6, for a trust anchor that is
 * named by its pin): names equal byte for byte, every signature verified, every issuer a CA that may sign
 * certificates and is valid now. The pinned certificate ends the path, be it a root or not.
 */
export function findPath(
  leaf: DecodedCertificate,
  authorities: readonly DecodedCertificate[],
  anchor: DecodedCertificate,
  clock: Clock,
): Path {
  return climb([leaf], authorities, anchor, clock);
}

function climb(
  below: readonly DecodedCertificate[],
  authorities: readonly DecodedCertificate[],
  anchor: DecodedCertificate,
  clock: Clock,
): Path {
  const child = below.at(-1);
  if (child === undefined) return { broken: 'there is no certificate to begin with' };
  const named = authorities.filter(
    (each) => !below.some(({ der }) => same(der, each.der)) && same(each.subjectDer, child.issuerDer),
  );
  if (named.length === 0)
    return { broken: `no certificate of its issuer ${describeName(child.issuer)} is at hand` };
  const signers = named.filter((each) => isSignedBy(child, each));
  if (signers.length === 0) {
    return {
      broken: `the signature on ${describeName(child.subject)} was not made by ${describeName(child.issuer)}`,
    };
  }
  const ways = signers.map((signer): Path => {
    const isAnchor = same(signer.der, anchor.der);
    const bar = whyNoIssuer(signer, below, isAnchor, clock);
    if (bar !== undefined) return { broken: `${describeName(signer.subject)} ${bar}` };
    const path = [...below, signer];
    return isAnchor
      ? { certificates: path, notes: notesOn(signer) }
      : climb(path, authorities, anchor, clock);
  });
  return (
    ways.find((way) => 'certificates' in way) ?? ways[0] ?? { broken: 'there is no way to the pinned CA' }
  );
}

/** Whether a certificate names itself as its issuer, and its own key made the signature. */
export function isSignedByItself(certificate: DecodedCertificate): boolean {
  return isSelfIssued(certificate) && isSignedBy(certificate, certificate);
}

function isSignedBy(child: DecodedCertificate, signer: DecodedCertificate): boolean {
  try {
    return new X509Certificate(child.der).verify(new X509Certificate(signer.der).publicKey);
  } catch {
    return false;
  }
}

function whyNoIssuer(
  signer: DecodedCertificate,
  below: readonly DecodedCertificate[],
  isAnchor: boolean,
  { now, maxSkewMs }: Clock,
): string | undefined {
  const isOldRoot = isAnchor && !signer.hasConstraints && isSelfIssued(signer);
  if (!signer.isCa && !isOldRoot) return 'is no CA: its basic constraints do not say so';
  if (signer.keyUsage !== undefined && !signer.keyUsage.includes('keyCertSign')) {
    return 'may not sign certificates: its key usage has no keyCertSign';
  }
  if (!(now.getTime() + maxSkewMs >= signer.notBefore.getTime()))
    return `is not valid before ${signer.notBefore.toISOString()}`;
  if (!(now <= signer.notAfter)) return `expired on ${signer.notAfter.toISOString()}`;
  // The leaf does not count, nor do certificates that a CA issued to itself (RFC 5280 section 6.1.4).
  const between = below.slice(1).filter((each) => !isSelfIssued(each)).length;
  if (signer.pathLength !== undefined && between > signer.pathLength) {
    return `allows ${signer.pathLength} CAs below it, and there are ${between}`;
  }
  return undefined;
}

function notesOn(anchor: DecodedCertificate): readonly string[] {
  if (anchor.hasConstraints) return [];
  return [`the pinned root is of version ${anchor.version} without basic constraints`];
}

function isSelfIssued({ subjectDer, issuerDer }: DecodedCertificate): boolean {
  return same(subjectDer, issuerDer);
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
