import { createHash, type KeyObject } from 'node:crypto';

import { DIGESTS, type Digest } from '../algorithms.ts';
import {
  algorithm,
  context,
  integer,
  octetString,
  oid,
  sequence,
  set,
  setOf,
  sortedForSetOf,
} from '../asn1/write.ts';
import { OID } from '../oids.ts';
import { parseCertificate } from '../x509/certificate.ts';
import { requireRsa, signatureAlgorithmFor, signWith } from '../x509/keys.ts';
import type { Identity } from './enveloped-data.ts';
import { encodeIssuerAndSerial } from './identifier.ts';

/**
 * What stands in SignerInfo.signatureAlgorithm. IOS and NDES write plain `rsaEncryption`, and some peers
 * accept nothing else; `with-digest` is `sha256WithRSAEncryption` and the like.
 */
export type SignatureOid = 'rsa-encryption' | 'with-digest';

/** One signed attribute: its type and the DER of its only value. */
export interface SignedAttribute {
  readonly type: string;
  readonly value: Uint8Array;
}

export interface SignOptions {
  /** The octets to sign and carry; undefined leaves eContent out. */
  readonly content: Uint8Array | undefined;
  readonly digest: Digest;
  readonly signer: Identity;
  /** DER certificates to send along, in this order. */
  readonly certificates: readonly Uint8Array[];
  /** Beside contentType and messageDigest, which are added here. */
  readonly attributes: readonly SignedAttribute[];
  readonly signatureOid?: SignatureOid;
  /** `as-given` signs and sends the attributes unsorted, as some old clients do. */
  readonly attributeOrder?: 'sorted' | 'as-given';
}

/** The DER of a ContentInfo with SignedData (RFC 5652 5) by one signer, RSASSA-PKCS1-v1_5. Throws ScepError `unsupported-algorithm` for a key that is not RSA. */
export function signData(options: SignOptions): Uint8Array {
  const { content, digest, certificates, signer } = options;
  requireRsa(signer.key);
  const digestAlgorithm = algorithm(DIGESTS[digest].oid);
  const data = sequence(
    integer(1),
    setOf([digestAlgorithm]),
    sequence(oid(OID.data), ...(content === undefined ? [] : [context(0, octetString(content))])),
    ...(certificates.length > 0 ? [context(0, ...certificates)] : []),
    setOf([signerInfo(options, digestAlgorithm)]),
  );
  return sequence(oid(OID.signedData), context(0, data));
}

function signerInfo(options: SignOptions, digestAlgorithm: Uint8Array): Uint8Array {
  const { content = new Uint8Array(), digest, signer, signatureOid = 'rsa-encryption' } = options;
  const attributes = [
    ...options.attributes,
    { type: OID.contentType, value: oid(OID.data) },
    { type: OID.messageDigest, value: octetString(createHash(digest).update(content).digest()) },
  ].map(({ type, value }) => sequence(oid(type), set(value)));
  const members = options.attributeOrder === 'as-given' ? attributes : sortedForSetOf(attributes);
  return sequence(
    integer(1),
    encodeIssuerAndSerial(parseCertificate(signer.certificate)),
    digestAlgorithm,
    context(0, ...members),
    signatureAlgorithm(signer.key, digest, signatureOid),
    // The signature covers the attributes as a SET OF (RFC 5652 5.4), not with the tag they are sent under.
    octetString(signWith(signer.key, digest, set(...members))),
  );
}

function signatureAlgorithm(key: KeyObject, digest: Digest, form: SignatureOid): Uint8Array {
  return form === 'with-digest' ? signatureAlgorithmFor(key, digest) : algorithm(OID.rsaEncryption);
}
