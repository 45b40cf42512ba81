import { X509Certificate } from 'node:crypto';
import { type Digest, digestOfSignatureOid } from '../algorithms.ts';

import { sameBytes, toHex } from '../asn1/bytes.ts';
import { Cursor, type Element, readBitString, readSequence, readSmallInteger } from '../asn1/read.ts';
import { contextTag, TAG } from '../asn1/tags.ts';
import { readTime } from '../asn1/time.ts';
import { malformed } from '../errors.ts';
import type { Extension, KeyUsage } from './extensions.ts';
import { isSignedBy, publicKeyOf } from './keys.ts';
import { isCaOf, keyUsageOf, readExtensions } from './read-extensions.ts';

/** The fields of an X.509 certificate that SCEP needs. Reading verifies no signature. */
export interface Certificate {
  readonly der: Uint8Array;
  /** As people count: 1 for X.509 v1, 3 for v3. */
  readonly version: number;
  /** The octets of the INTEGER, leading zero octets included. */
  readonly serialOctets: Uint8Array;
  /** Upper-case hex without leading zero octets: `03`, `79A4`. */
  readonly serial: string;
  readonly issuer: Uint8Array;
  readonly subject: Uint8Array;
  /** DER SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly extensions: readonly Extension[];
  readonly isCa: boolean;
  /** Undefined when the extension is absent: the key may then be used for anything. */
  readonly keyUsage?: readonly KeyUsage[];
  readonly signature: CertificateSignature;
}

export interface CertificateSignature {
  /** The TBSCertificate as received. */
  readonly signed: Uint8Array;
  /** Undefined when the algorithm is not RSA PKCS#1 v1.5 with a known digest. */
  readonly digest?: Digest;
  readonly value: Uint8Array;
}

/** Reads a DER certificate, versions 1 to 3. Throws ScepError `malformed`. */
export function parseCertificate(bytes: Uint8Array): Certificate {
  const outer = readSequence(bytes, 'certificate');
  const tbs = outer.take(TAG.sequence, 'tbsCertificate');
  const digest = digestOfSignatureOid(outer.sequence('signatureAlgorithm').oid('algorithm'));
  const value = readBitString(outer.take(TAG.bitString, 'signature'), 'signature');
  outer.end();
  return {
    der: bytes,
    ...readTbs(new Cursor(tbs.children, 'tbsCertificate')),
    signature: { signed: tbs.raw, ...(digest === undefined ? {} : { digest }), value },
  };
}

function readTbs(tbs: Cursor): Omit<Certificate, 'der' | 'signature'> {
  const version = readVersion(tbs.optional(contextTag(0)));
  const serialOctets = tbs.take(TAG.integer, 'serialNumber').content;
  tbs.sequence('signature');
  const issuer = tbs.take(TAG.sequence, 'issuer').raw;
  const validity = tbs.sequence('validity');
  const subject = tbs.take(TAG.sequence, 'subject').raw;
  const publicKey = tbs.take(TAG.sequence, 'subjectPublicKeyInfo').raw;
  tbs.optional(contextTag(1));
  tbs.optional(contextTag(2));
  const list = tbs.optional(contextTag(3))?.children[0];
  tbs.end();
  const extensions = list === undefined ? [] : readExtensions(list);
  const usage = keyUsageOf(extensions);
  return {
    version,
    serialOctets,
    serial: serialText(serialOctets),
    issuer,
    subject,
    publicKey,
    notBefore: readTime(validity.any('notBefore')),
    notAfter: readTime(validity.any('notAfter')),
    extensions,
    isCa: isCaOf(extensions),
    ...(usage === undefined ? {} : { keyUsage: usage }),
  };
}

function readVersion(explicit: Element | undefined): number {
  if (explicit === undefined) return 1;
  const [version] = explicit.children;
  if (version?.tag !== TAG.integer) throw malformed('tbsCertificate: version is missing');
  return readSmallInteger(version, 'version') + 1;
}

/** The serial number as this library compares and shows it. */
export function serialText(octets: Uint8Array): string {
  return toHex(octets).replace(/^(?:00)+(?=.)/, '');
}

/** Whether `issuer` signed `certificate`: names agree and the signature verifies. Dates are the caller's matter. */
export function isIssuedBy(certificate: Certificate, issuer: Certificate): boolean {
  if (!sameBytes(certificate.issuer, issuer.subject)) return false;
  const { digest, signed, value } = certificate.signature;
  return digest === undefined
    ? isVerifiedByOpenssl(certificate, issuer)
    : isSignedBy(issuer.publicKey, digest, signed, value);
}

/** A CA behind NDES may have an EC key: SCEP itself never uses it, only its signature is looked at. */
function isVerifiedByOpenssl(certificate: Certificate, issuer: Certificate): boolean {
  const key = publicKeyOf(issuer.publicKey);
  try {
    return new X509Certificate(certificate.der).verify(key);
  } catch {
    return false;
  }
}

/** Whether subject and issuer are the same name and the certificate is signed with its own key. */
export function isSelfSigned(certificate: Certificate): boolean {
  return isIssuedBy(certificate, certificate);
}
