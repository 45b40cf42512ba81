import { createHash } from 'node:crypto';

import { type Digest, digestOfOid, digestOfSignatureOid } from '../algorithms.ts';
import { sameBytes } from '../asn1/bytes.ts';
import { Cursor, type Element, readOctets, readOid } from '../asn1/read.ts';
import { contextTag, TAG } from '../asn1/tags.ts';
import { set, setOf } from '../asn1/write.ts';
import { malformed, ScepError } from '../errors.ts';
import { OID } from '../oids.ts';
import { type Certificate, parseCertificate } from '../x509/certificate.ts';
import { isSignedBy } from '../x509/keys.ts';
import { contentInfoBody } from './enveloped-data.ts';
import { type CertificateIdentifier, identifies, readIdentifier } from './identifier.ts';

/** SignedData as received. Nothing is verified yet. */
export interface SignedData {
  /** The octets the signature covers; empty when eContent is absent. */
  readonly content: Uint8Array;
  readonly hasContent: boolean;
  /** DER certificates sent along, in the order received. */
  readonly certificates: readonly Uint8Array[];
  /** DER certificate revocation lists sent along. */
  readonly crls: readonly Uint8Array[];
  readonly signers: readonly SignerInfo[];
}

export interface SignerInfo {
  readonly identifier: CertificateIdentifier;
  readonly digestOid: string;
  readonly signatureOid: string;
  /** The attributes one by one as received, in their order. */
  readonly attributes: readonly Element[];
  readonly signature: Uint8Array;
}

/** Reads a ContentInfo with SignedData, certificates-only forms included. Throws ScepError `malformed`. */
export function readSignedData(bytes: Uint8Array): SignedData {
  const data = contentInfoBody(bytes, OID.signedData, 'SignedData');
  data.take(TAG.integer, 'version');
  data.take(TAG.set, 'digestAlgorithms');
  const encapsulated = data.sequence('encapContentInfo');
  encapsulated.oid('eContentType');
  const content = encapsulated.optional(contextTag(0));
  const certificates = data.optional(contextTag(0))?.children ?? [];
  const crls = data.optional(contextTag(1))?.children ?? [];
  const signers = data.take(TAG.set, 'signerInfos').children.map(readSigner);
  data.end();
  return {
    content: content === undefined ? new Uint8Array() : contentOctets(content),
    hasContent: content !== undefined,
    // Attribute certificates and other choices of the set are of no use here.
    certificates: certificates.filter(({ tag }) => tag === TAG.sequence).map(({ raw }) => raw),
    crls: crls.filter(({ tag }) => tag === TAG.sequence).map(({ raw }) => raw),
    signers,
  };
}

/** The value of the OCTET STRING, or of whatever else an old PKCS#7 stack put there. */
function contentOctets(explicit: Element): Uint8Array {
  const [content] = explicit.children;
  if (content === undefined) throw malformed('SignedData: eContent is empty');
  return content.tag === TAG.octetString ? readOctets(content) : content.raw;
}

function readSigner(info: Element): SignerInfo {
  const cursor = new Cursor([info], 'SignedData').sequence('signerInfo');
  cursor.take(TAG.integer, 'version');
  const identifier = readIdentifier(cursor.any('sid'));
  const digestOid = cursor.sequence('digestAlgorithm').oid('algorithm');
  const attributes = cursor.optional(contextTag(0))?.children ?? [];
  const signatureOid = cursor.sequence('signatureAlgorithm').oid('algorithm');
  const signature = readOctets(cursor.take(TAG.octetString, 'signature'));
  cursor.optional(contextTag(1));
  cursor.end();
  return { identifier, digestOid, signatureOid, attributes, signature };
}

/** The only value of a signed attribute; undefined when it is absent. An attribute that stands twice is refused. */
export function signedAttribute(signer: SignerInfo, type: string): Element | undefined {
  const found = signer.attributes
    .map((element) => new Cursor([element], 'signedAttrs').sequence('attribute'))
    .filter((cursor) => cursor.oid('type') === type);
  const values = found[0]?.take(TAG.set, 'values').children;
  if (values === undefined) return undefined;
  const [value] = values;
  if (value === undefined || values.length > 1 || found.length > 1)
    throw malformed('a signed attribute has not exactly one value');
  return value;
}

/** The one signer of a SCEP message. Throws ScepError `malformed`. */
export function onlySigner(data: SignedData): SignerInfo {
  const [signer] = data.signers;
  if (signer === undefined || data.signers.length > 1)
    throw malformed('a message must have exactly one signer');
  return signer;
}

export interface Verified {
  /** The certificate whose key made the signature. */
  readonly signer: Certificate;
  readonly digest: Digest;
}

/**
 * Verifies the signature over the signed attributes and the messageDigest over the content, with the
 * certificate among `candidates` (DER) that the signer names. Attributes are taken as received, then sorted,
 * since some old clients sign them in DER order but send them in another, or the reverse.
 * Throws ScepError `unknown-signer`, `signature-invalid`, `unsupported-algorithm`, `missing-attribute`.
 */
export function verifySignedData(data: SignedData, candidates: readonly Uint8Array[]): Verified {
  const info = onlySigner(data);
  const digest = signatureDigest(info);
  // Two CAs of one name may have given the same serial number.
  const signers = candidates.flatMap(readable).filter((one) => identifies(info.identifier, one));
  if (signers.length === 0)
    throw new ScepError('unknown-signer', 'no certificate at hand belongs to the signer of the message');
  checkContent(data, info, digest);
  const members = info.attributes.map(({ raw }) => raw);
  const forms = [set(...members), setOf(members)];
  const signer = signers.find(({ publicKey }) =>
    forms.some((form) => isSignedBy(publicKey, digest, form, info.signature)),
  );
  if (signer === undefined)
    throw new ScepError('signature-invalid', 'the signature of the message does not verify');
  return { signer, digest };
}

/** What cannot be read as a certificate cannot be the signer's either. */
function readable(bytes: Uint8Array): Certificate[] {
  try {
    return [parseCertificate(bytes)];
  } catch (error) {
    if (error instanceof ScepError) return [];
    throw error;
  }
}

/** The digest both algorithm fields agree on: the second may name RSA alone. */
function signatureDigest(info: SignerInfo): Digest {
  const digest = digestOfOid(info.digestOid);
  if (info.signatureOid !== OID.rsaEncryption && digestOfSignatureOid(info.signatureOid) !== digest)
    throw new ScepError('unsupported-algorithm', `unknown signature algorithm ${info.signatureOid}`);
  return digest;
}

function checkContent(data: SignedData, info: SignerInfo, digest: Digest): void {
  const contentType = signedAttribute(info, OID.contentType);
  const messageDigest = signedAttribute(info, OID.messageDigest);
  if (contentType === undefined || messageDigest === undefined)
    throw new ScepError('missing-attribute', 'contentType or messageDigest is missing');
  readOid(contentType);
  if (messageDigest.tag !== TAG.octetString) throw malformed('messageDigest: not an OCTET STRING');
  if (!sameBytes(readOctets(messageDigest), createHash(digest).update(data.content).digest()))
    throw new ScepError('signature-invalid', 'the messageDigest does not cover the content');
}
