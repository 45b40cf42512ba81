import { sameBytes } from '../asn1/bytes.ts';
import { readElement } from '../asn1/read.ts';
import { TAG } from '../asn1/tags.ts';
import { readDegenerate } from '../cms/degenerate.ts';
import { malformed, ScepError } from '../errors.ts';
import { type Certificate, isIssuedBy, isSelfSigned, parseCertificate } from '../x509/certificate.ts';

/** The certificates of a GetCACert answer, told apart. All are DER. */
export interface CaCertificates {
  /** The CA that issues; the one to compare with a pinned fingerprint. */
  readonly ca: Uint8Array;
  /** Registration authority certificates, each with a signature by `ca` that verifies. */
  readonly ra: readonly Uint8Array[];
  /** Everything received, in that order: CAs above `ca` and what belongs to none included. */
  readonly all: readonly Uint8Array[];
}

/**
 * Reads the body of GetCACert: one DER certificate, or a degenerate SignedData with several (RFC 8894 4.2.1).
 * What it is shows from the body; the Content-Type of old servers does not always agree.
 * Throws ScepError `malformed` or `ca-ambiguous`.
 */
export function readCaCertificates(body: Uint8Array): CaCertificates {
  const [first] = readElement(body, 'GetCACert answer').children;
  const certificates = first?.tag === TAG.oid ? readDegenerate(body).certificates : [body];
  return classifyCaCertificates(certificates);
}

/**
 * Tells CA and RA certificates apart by basicConstraints and signatures, never by their order. Nothing here
 * says that the CA is the right one: compare `ca` with a fingerprint had from elsewhere.
 */
export function classifyCaCertificates(certificates: readonly Uint8Array[]): CaCertificates {
  const all = certificates.map(parseCertificate);
  const [only] = all;
  if (only === undefined) throw malformed('the answer holds no certificate');
  const authorities = all.length === 1 ? all : distinct(all.filter(isAuthority));
  const ra = all.filter((one) => !isAuthority(one) && authorities.some((ca) => isIssuedBy(one, ca)));
  const issuing =
    ra.length > 0 ? authorities.filter((ca) => ra.some((one) => isIssuedBy(one, ca))) : lowest(authorities);
  const [ca] = issuing;
  if (ca === undefined || issuing.length > 1)
    throw new ScepError(
      'ca-ambiguous',
      `${issuing.length} of ${all.length} certificates could be the issuing CA`,
    );
  return { ca: ca.der, ra: ra.map(({ der }) => der), all: certificates };
}

/** Old roots have no basicConstraints: then a self-signed certificate counts as a CA. */
function isAuthority(certificate: Certificate): boolean {
  return certificate.isCa || (certificate.extensions.length === 0 && isSelfSigned(certificate));
}

function distinct(certificates: readonly Certificate[]): Certificate[] {
  return certificates.filter(
    (one, index) => certificates.findIndex((other) => sameBytes(other.der, one.der)) === index,
  );
}

/** Those that issued no other of the set. */
function lowest(authorities: readonly Certificate[]): Certificate[] {
  return authorities.filter((ca) => !authorities.some((other) => other !== ca && isIssuedBy(other, ca)));
}

/**
 * The certificate to encrypt requests to (RFC 8894 3.1 and 4.2.1): the RA's with keyEncipherment, an RA's without keyUsage,
 * else the CA's, many of which lack the usage.
 */
export function envelopeRecipient({ ca, ra }: CaCertificates): Uint8Array {
  const parsed = ra.map(parseCertificate);
  const chosen =
    parsed.find(({ keyUsage }) => keyUsage?.includes('keyEncipherment')) ??
    parsed.find(({ keyUsage }) => keyUsage === undefined);
  return chosen?.der ?? ca;
}

/** The certificates whose keys may sign replies: the CA's and its registration authorities'. */
export function replySigners({ ca, ra }: CaCertificates): Uint8Array[] {
  return [...ra, ca];
}

/**
 * `ca` and the CAs above it, each the issuer of the one before, as far as the answer has them; the last is self-signed
 * when the chain is whole. That the root is a trusted one is for the caller to see, and so are the dates.
 */
export function caChain({ ca, all }: CaCertificates): Uint8Array[] {
  const others = all.map(parseCertificate).filter(isAuthority);
  const chain = [parseCertificate(ca)];
  for (;;) {
    const last = chain.at(-1);
    const above = others.find(
      (one) =>
        last !== undefined && isIssuedBy(last, one) && !chain.some(({ der }) => sameBytes(der, one.der)),
    );
    if (above === undefined) return chain.map(({ der }) => der);
    chain.push(above);
  }
}
