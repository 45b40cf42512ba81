import type { KeyObject } from 'node:crypto';

import { type Digest, digestOfEcdsaOid, digestOfSignatureOid } from '../algorithms.ts';
import { Cursor, type Element, readBitString, readElement, readOctets, readSequence } from '../asn1/read.ts';
import { encodeString, isPrintable, readString } from '../asn1/strings.ts';
import { contextTag, TAG } from '../asn1/tags.ts';
import { bitString, context, der, integer, oid, sequence, set } from '../asn1/write.ts';
import { malformed, ScepError } from '../errors.ts';
import { OID } from '../oids.ts';
import { type Extension, encodeExtensions } from './extensions.ts';
import { isSignedBy, publicKeyInfo, signatureAlgorithmFor, signWith } from './keys.ts';
import { encodeName, type NameInput, type RelativeName, readName } from './name.ts';
import { readExtensions } from './read-extensions.ts';

/**
 * How the extensionRequest attribute holds its extensions: `plain` as RFC 2985 5.4.2 says, `t61` as the DER
 * of the extensions inside a T61String, which is what IOS 15 routers send.
 */
export type ExtensionRequestForm = 'plain' | 't61';

export interface CertificationRequestOptions {
  readonly subject: NameInput;
  /** The private key, RSA or EC, that the certificate is asked for. */
  readonly key: KeyObject;
  readonly hash: Digest;
  /** Left out of the request when it is empty, as IOS does. */
  readonly challengePassword?: string;
  /** In the order in which they shall stand; IOS-XE puts subjectAltName before keyUsage. */
  readonly extensions?: readonly Extension[];
  readonly extensionRequestForm?: ExtensionRequestForm;
}

/**
 * Builds the DER of a PKCS#10 request (RFC 2986): challengePassword first, then extensionRequest, the order
 * of IOS. Throws ScepError `unsupported-algorithm` for a key that is neither RSA nor EC, `invalid-argument` for names
 * that cannot be encoded.
 */
export function certificationRequest(options: CertificationRequestOptions): Uint8Array {
  const {
    subject,
    key,
    hash,
    challengePassword = '',
    extensions = [],
    extensionRequestForm = 'plain',
  } = options;
  const attributes: Uint8Array[] = [];
  if (challengePassword !== '')
    attributes.push(attribute(OID.challengePassword, passwordString(challengePassword)));
  if (extensions.length > 0) {
    const list = encodeExtensions(extensions);
    const value = extensionRequestForm === 't61' ? der(TAG.t61String, list) : list;
    attributes.push(attribute(OID.extensionRequest, value));
  }
  const info = sequence(integer(0), encodeName(subject), publicKeyInfo(key), context(0, ...attributes));
  return sequence(info, signatureAlgorithmFor(key, hash), bitString(signWith(key, hash, info)));
}

function attribute(type: string, value: Uint8Array): Uint8Array {
  return sequence(oid(type), set(value));
}

/** Servers such as NDES read nothing but PrintableString; characters beyond ASCII do not fit into one. */
function passwordString(text: string): Uint8Array {
  return encodeString(isPrintable(text) || /^\p{ASCII}*$/u.test(text) ? 'printable' : 'utf8', text);
}

/** What a PKCS#10 request says. Its signature has been verified. */
export interface CertificationRequest {
  readonly der: Uint8Array;
  /** The DER of the subject, for copying it byte for byte. */
  readonly subject: Uint8Array;
  readonly subjectName: readonly RelativeName[];
  /** DER SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array;
  /** Confidential: a password that may still be good for an enrollment. */
  readonly challengePassword?: string;
  readonly extensions: readonly Extension[];
  /** Absent when no extensions are asked for. */
  readonly extensionRequestForm?: ExtensionRequestForm;
  readonly hash: Digest;
}

/**
 * Reads a PKCS#10 request and verifies its signature, MD5 and ECDSA included. Throws ScepError `malformed`,
 * `unsupported-algorithm` or `signature-invalid`.
 */
export function parseCertificationRequest(bytes: Uint8Array): CertificationRequest {
  const outer = readSequence(bytes, 'certification request');
  const info = outer.take(TAG.sequence, 'certificationRequestInfo');
  const signatureOid = outer.sequence('signatureAlgorithm').oid('algorithm');
  const signature = readBitString(outer.take(TAG.bitString, 'signature'), 'signature');
  outer.end();

  const members = new Cursor(info.children, 'certificationRequestInfo');
  members.take(TAG.integer, 'version');
  const subject = members.take(TAG.sequence, 'subject');
  const publicKey = members.take(TAG.sequence, 'subjectPKInfo').raw;
  const attributes = members.optional(contextTag(0))?.children ?? [];
  members.end();

  const rsaHash = digestOfSignatureOid(signatureOid);
  const hash = rsaHash ?? digestOfEcdsaOid(signatureOid);
  if (hash === undefined)
    throw new ScepError(
      'unsupported-algorithm',
      `unknown signature algorithm ${signatureOid} of the request`,
    );
  const request = {
    der: bytes,
    subject: subject.raw,
    subjectName: readName(subject),
    publicKey,
    ...readAttributes(attributes),
    hash,
  };
  const kind = rsaHash === undefined ? 'ec' : 'rsa';
  if (!isSignedBy(publicKey, hash, info.raw, signature, kind))
    throw new ScepError('signature-invalid', 'the signature of the certification request does not verify');
  return request;
}

type Attributes = Pick<CertificationRequest, 'challengePassword' | 'extensions' | 'extensionRequestForm'>;

function readAttributes(elements: readonly Element[]): Attributes {
  const password = attributeValue(elements, OID.challengePassword);
  const wanted = attributeValue(elements, OID.extensionRequest);
  return {
    ...(password === undefined ? {} : { challengePassword: readString(password, 'challengePassword') }),
    ...(wanted === undefined ? { extensions: [] } : readExtensionRequest(wanted)),
  };
}

function readExtensionRequest(value: Element): Pick<Attributes, 'extensions' | 'extensionRequestForm'> {
  if (value.tag !== TAG.t61String)
    return { extensions: readExtensions(value), extensionRequestForm: 'plain' };
  const wrapped = readElement(readOctets(value), 'extensionRequest in a T61String');
  return { extensions: readExtensions(wrapped), extensionRequestForm: 't61' };
}

/** The first value of an attribute. An attribute that stands twice is refused: peers would disagree on which counts. */
function attributeValue(elements: readonly Element[], type: string): Element | undefined {
  const found = elements
    .map((element) => new Cursor([element], 'attributes').sequence('attribute'))
    .filter((cursor) => cursor.oid('type') === type);
  if (found.length > 1) throw malformed('the request has an attribute twice');
  const values = found[0]?.take(TAG.set, 'values').children;
  if (values === undefined) return undefined;
  const [value] = values;
  if (value === undefined || values.length > 1)
    throw malformed('an attribute of the request has not one value');
  return value;
}
