import { type KeyObject, verify, X509Certificate } from 'node:crypto';
import { Enumerated, fromBER, type Integer } from 'asn1js';
import { Certificate, CertificateRevocationList, CRLDistributionPoints } from 'pkijs';
import type { DecodedCertificate } from './decode.ts';
import { parsePem } from './pem.ts';

/** What a CA’s list says of one certificate. */
export type Revocation =
  | { readonly status: 'good'; readonly listed: Date }
  | { readonly status: 'revoked'; readonly since: Date; readonly reason: string; readonly listed: Date }
  /** The list says nothing that may be believed. */
  | { readonly status: 'unknown'; readonly why: string };

const HASHES: ReadonlyMap<string, string> = new Map([
  ['1.2.840.113549.1.1.5', 'sha1'],
  ['1.2.840.113549.1.1.11', 'sha256'],
  ['1.2.840.113549.1.1.12', 'sha384'],
  ['1.2.840.113549.1.1.13', 'sha512'],
  ['1.2.840.10045.4.1', 'sha1'],
  ['1.2.840.10045.4.3.2', 'sha256'],
  ['1.2.840.10045.4.3.3', 'sha384'],
  ['1.2.840.10045.4.3.4', 'sha512'],
]);
/** Of RFC 5280 section 5.3.1; 7 is not used. */
const REASONS = [
  'unspecified',
  'key compromise',
  'CA compromise',
  'affiliation changed',
  'superseded',
  'cessation of operation',
  'certificate hold',
  'unused',
  'removed from the list',
  'privilege withdrawn',
  'AA compromise',
];
const CRL_REASON = '2.5.29.21';
const CRL_POINTS = '2.5.29.31';

/** The http and https URLs at which a certificate says its CA’s list is found (RFC 5280 section 4.2.1.13). */
export function crlUrls(der: Uint8Array): readonly string[] {
  const certificate = new Certificate({ schema: fromBER(bufferOf(der)).result });
  const points = certificate.extensions?.find(({ extnID }) => extnID === CRL_POINTS)?.parsedValue;
  if (!(points instanceof CRLDistributionPoints)) return [];
  return points.distributionPoints.flatMap(({ distributionPoint, reasons, cRLIssuer }) => {
    // A list for some reasons only, or of another issuer, would be half an answer.
    if (!Array.isArray(distributionPoint) || reasons !== undefined || cRLIssuer !== undefined) return [];
    return distributionPoint.flatMap(({ type, value }) => {
      const url = type === 6 ? String(value) : '';
      return /^https?:\/\//i.test(url) && URL.canParse(url) ? [url] : [];
    });
  });
}

/**
 * What a list (DER or PEM) says of a certificate: it has to be signed by the certificate’s own issuer, to be in force,
 * and to be complete (RFC 5280 section 6.3, without lists of other issuers and without deltas). Throws nothing: whatever
 * is wrong is `unknown`. Pure.
 */
export function readRevocation(
  list: Uint8Array,
  certificate: DecodedCertificate,
  authorities: readonly DecodedCertificate[],
  clock: { readonly now: Date; readonly maxSkewMs: number },
): Revocation {
  try {
    return judge(new CertificateRevocationList({ schema: fromBER(derOf(list)).result }), {
      certificate,
      authorities,
      ...clock,
    });
  } catch (thrown) {
    return unknown(`it cannot be read (${thrown instanceof Error ? thrown.message : String(thrown)})`);
  }
}

interface Question {
  readonly certificate: DecodedCertificate;
  readonly authorities: readonly DecodedCertificate[];
  readonly now: Date;
  readonly maxSkewMs: number;
}

function judge(list: CertificateRevocationList, question: Question): Revocation {
  const { certificate, authorities, now, maxSkewMs } = question;
  if (!same(new Uint8Array(list.issuer.valueBeforeDecode), certificate.issuerDer)) {
    return unknown('it is the list of another issuer');
  }
  const issuers = authorities.filter(
    ({ subjectDer, keyUsage = ['cRLSign'] }) =>
      same(subjectDer, certificate.issuerDer) && keyUsage.includes('cRLSign'),
  );
  if (!issuers.some(({ der }) => isSignedBy(list, new X509Certificate(der).publicKey))) {
    return unknown('its signature was not made by the issuer that the router trusts');
  }
  const listed = list.thisUpdate.value;
  const next = list.nextUpdate?.value;
  if (listed.getTime() - maxSkewMs > now.getTime())
    return unknown(`it begins only on ${listed.toISOString()}`);
  if (next === undefined) return unknown('it does not say until when it holds');
  if (next < now) return unknown(`it held until ${next.toISOString()}`);
  const critical = list.crlExtensions?.extensions.find((extension) => extension.critical);
  if (critical !== undefined)
    return unknown(`it holds for some certificates only (extension ${critical.extnID})`);
  const serial = BigInt(`0x${certificate.serial}`);
  const entry = list.revokedCertificates?.find(({ userCertificate }) => numberOf(userCertificate) === serial);
  if (entry === undefined) return { status: 'good', listed };
  const code = entry.crlEntryExtensions?.extensions.find(({ extnID }) => extnID === CRL_REASON)?.extnValue;
  return { status: 'revoked', since: entry.revocationDate.value, reason: reasonOf(code), listed };
}

function reasonOf(value: { readonly valueBlock: { readonly valueHexView: Uint8Array } } | undefined): string {
  if (value === undefined) return 'no reason given';
  const { result } = fromBER(bufferOf(value.valueBlock.valueHexView));
  return (
    (result instanceof Enumerated ? REASONS[result.valueBlock.valueDec] : undefined) ?? 'no reason given'
  );
}

function numberOf({ valueBlock }: Integer): bigint {
  return BigInt(`0x${Buffer.from(valueBlock.valueHexView).toString('hex') || '0'}`);
}

function isSignedBy(list: CertificateRevocationList, key: KeyObject): boolean {
  const hash = HASHES.get(list.signatureAlgorithm.algorithmId);
  if (hash === undefined || list.signatureAlgorithm.algorithmId !== list.signature.algorithmId) return false;
  const signature = list.signatureValue.valueBlock.valueHexView;
  return verify(hash, list.tbsView, key, signature);
}

function derOf(bytes: Uint8Array): ArrayBuffer {
  const text = Buffer.from(bytes.subarray(0, 64)).toString('latin1');
  if (!text.trimStart().startsWith('-----BEGIN')) return bufferOf(bytes);
  return bufferOf(parsePem(Buffer.from(bytes).toString('latin1'), 'X509 CRL')[0] ?? new Uint8Array());
}

function bufferOf(bytes: Uint8Array): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}

function same(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0;
}

function unknown(why: string): Revocation {
  return { status: 'unknown', why };
}
