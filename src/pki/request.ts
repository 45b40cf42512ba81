import { createHash, createPublicKey, verify } from 'node:crypto';
import {
  Set as Asn1Set,
  type BaseBlock,
  BitString,
  Constructed,
  fromBER,
  Integer,
  ObjectIdentifier,
  Sequence,
  TeletexString,
} from 'asn1js';
import { Extensions } from 'pkijs';
import type { NameAttribute } from '../domain/certificate.ts';
import type { Fingerprint } from '../domain/fingerprint.ts';
import { isCutOff } from './der-length.ts';
import type { ExtensionFacts } from './extension-facts.ts';
import { readExtensions } from './extensions.ts';
import { type KeyFacts, readKey, sameKey } from './key.ts';
import { readName } from './read-name.ts';
import { RequestError } from './request-errors.ts';
import { requestsInText } from './request-text.ts';

/** What a PKCS#10 request asks for (RFC 2986). Its signature was verified. */
export interface RequestFacts extends KeyFacts, ExtensionFacts {
  readonly der: Uint8Array;
  /** The CertificationRequestInfo: equal bytes ask for the same, however often they are signed. */
  readonly infoDer: Uint8Array;
  readonly subject: readonly NameAttribute[];
  readonly subjectDer: Uint8Array;
  /** DER SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array;
  /** Such as `sha256WithRSAEncryption`. */
  readonly signatureAlgorithm: string;
  /** Whether it carries a challenge password. The password itself is not kept. */
  readonly hasChallengePassword: boolean;
  /** MD5, SHA1 and SHA256 of the whole DER. */
  readonly fingerprints: readonly Fingerprint[];
}

interface SignatureScheme {
  readonly name: string;
  readonly hash: string;
  readonly key: 'rsa' | 'ec';
}

const SIGNATURES: ReadonlyMap<string, SignatureScheme> = new Map([
  ['1.2.840.113549.1.1.4', { name: 'md5WithRSAEncryption', hash: 'md5', key: 'rsa' }],
  ['1.2.840.113549.1.1.5', { name: 'sha1WithRSAEncryption', hash: 'sha1', key: 'rsa' }],
  ['1.2.840.113549.1.1.14', { name: 'sha224WithRSAEncryption', hash: 'sha224', key: 'rsa' }],
  ['1.2.840.113549.1.1.11', { name: 'sha256WithRSAEncryption', hash: 'sha256', key: 'rsa' }],
  ['1.2.840.113549.1.1.12', { name: 'sha384WithRSAEncryption', hash: 'sha384', key: 'rsa' }],
  ['1.2.840.113549.1.1.13', { name: 'sha512WithRSAEncryption', hash: 'sha512', key: 'rsa' }],
  ['1.2.840.10045.4.1', { name: 'ecdsa-with-SHA1', hash: 'sha1', key: 'ec' }],
  ['1.2.840.10045.4.3.1', { name: 'ecdsa-with-SHA224', hash: 'sha224', key: 'ec' }],
  ['1.2.840.10045.4.3.2', { name: 'ecdsa-with-SHA256', hash: 'sha256', key: 'ec' }],
  ['1.2.840.10045.4.3.3', { name: 'ecdsa-with-SHA384', hash: 'sha384', key: 'ec' }],
  ['1.2.840.10045.4.3.4', { name: 'ecdsa-with-SHA512', hash: 'sha512', key: 'ec' }],
]);
const CHALLENGE_PASSWORD = '1.2.840.113549.1.9.7';
const EXTENSION_REQUEST = '1.2.840.113549.1.9.14';

/**
 * Reads the one request in a text that a router printed, a PEM file, or DER, and verifies its signature with the key it
 * holds. Throws a RequestError for everything else, `ambiguous` where there are several.
 */
export function readRequest(source: string | Uint8Array): RequestFacts {
  const found = readRequests(source);
  const [request] = found;
  if (request === undefined) throw new RequestError('absent');
  if (found.length > 1) throw new RequestError('ambiguous');
  return request;
}

/** Every request in a text, in order: a router with a key pair for signing and one for encryption prints two. */
export function readRequests(source: string | Uint8Array): readonly RequestFacts[] {
  const ders = typeof source === 'string' ? requestsInText(source) : requestsInBytes(source);
  return ders.map((der) => {
    try {
      return decode(der);
    } catch (thrown) {
      if (thrown instanceof RequestError) throw thrown;
      throw new RequestError('unreadable', thrown instanceof Error ? thrown.message : '', { cause: thrown });
    }
  });
}

/** The request whose public key a certificate holds; undefined when it is for none of them. */
export function requestFor<Request extends Pick<RequestFacts, 'publicKey'>>(
  certificate: { readonly publicKey: Uint8Array },
  requests: readonly Request[],
): Request | undefined {
  return requests.find(({ publicKey }) => sameKey(publicKey, certificate.publicKey));
}

/** No text begins with the tag of a SEQUENCE but one that begins with the digit 0, and base64 of DER begins with M. */
function requestsInBytes(bytes: Uint8Array): readonly Uint8Array[] {
  return bytes[0] === 0x30 ? [bytes] : requestsInText(Buffer.from(bytes).toString('latin1'));
}

function decode(der: Uint8Array): RequestFacts {
  if (isCutOff(der)) throw new RequestError('truncated', 'fewer bytes are there than it says itself');
  const { result, offset } = fromBER(new Uint8Array(der));
  if (offset === -1) throw new RequestError('unreadable', result.error);
  if (offset !== der.length) throw new RequestError('unreadable', `${der.length - offset} bytes follow it`);
  const [info, algorithm, signature, ...more] = childrenOf(result);
  const [version, subject, key, ...rest] = childrenOf(info);
  const [oid] = childrenOf(algorithm);
  const isShaped =
    version instanceof Integer &&
    oid instanceof ObjectIdentifier &&
    signature instanceof BitString &&
    more.length === 0;
  if (!isShaped) throw notARequest();
  const publicKey = bytesOf(key);
  const infoDer = bytesOf(info);
  const scheme = verifySignature(oid.getValue(), publicKey, infoDer, signature.valueBlock.valueHexView);
  return {
    der: new Uint8Array(der),
    infoDer,
    subject: readName(subject),
    subjectDer: bytesOf(subject),
    publicKey,
    ...readKey(publicKey),
    signatureAlgorithm: scheme.name,
    ...readAttributes(rest),
    fingerprints: (['MD5', 'SHA1', 'SHA256'] as const).map((hash) => ({
      hash,
      hex: createHash(hash).update(der).digest('hex').toUpperCase(),
    })),
  };
}

function verifySignature(
  oid: string,
  publicKey: Uint8Array,
  signed: Uint8Array,
  signature: Uint8Array,
): SignatureScheme {
  const scheme = SIGNATURES.get(oid);
  if (scheme === undefined) throw new RequestError('unsupported-signature', `its algorithm is ${oid}`);
  const key = createPublicKey({ key: Buffer.from(publicKey), format: 'der', type: 'spki' });
  const isRight = key.asymmetricKeyType === scheme.key && verify(scheme.hash, signed, key, signature);
  if (!isRight) throw new RequestError('signature-invalid');
  return scheme;
}

function readAttributes(
  fields: readonly unknown[],
): ExtensionFacts & Pick<RequestFacts, 'hasChallengePassword'> {
  const attributes = fields.flatMap((field) => {
    if (!(field instanceof Constructed) || field.idBlock.tagClass !== 3 || field.idBlock.tagNumber !== 0) {
      throw notARequest();
    }
    return field.valueBlock.value;
  });
  const wanted = attributeValue(attributes, EXTENSION_REQUEST);
  return {
    ...readExtensions(wanted === undefined ? {} : new Extensions({ schema: extensionList(wanted) })),
    hasChallengePassword: attributeValue(attributes, CHALLENGE_PASSWORD) !== undefined,
  };
}

/** An attribute's one value. One that stands twice would be read differently by different CAs. */
function attributeValue(attributes: readonly BaseBlock[], wanted: string): BaseBlock | undefined {
  const found = attributes.map(childrenOf).filter(([type]) => {
    if (!(type instanceof ObjectIdentifier)) throw notARequest();
    return type.getValue() === wanted;
  });
  if (found.length === 0) return undefined;
  const [, values] = found[0] ?? [];
  if (found.length > 1) throw new RequestError('unreadable', `its attribute ${wanted} stands in it twice`);
  if (!(values instanceof Asn1Set) || values.valueBlock.value.length !== 1) {
    throw new RequestError('unreadable', `its attribute ${wanted} has not one value`);
  }
  return values.valueBlock.value[0];
}

/** RFC 2985 section 5.4.2 has the list itself; IOS 15 writes its DER into a T61String. */
function extensionList(value: BaseBlock): BaseBlock {
  if (!(value instanceof TeletexString)) return value;
  const { result, offset } = fromBER(new Uint8Array(value.valueBlock.valueHexView));
  if (offset === -1) throw new RequestError('unreadable', 'its extensions cannot be read');
  return result;
}

function childrenOf(node: unknown): readonly BaseBlock[] {
  if (node instanceof Sequence) return node.valueBlock.value;
  throw notARequest();
}

function bytesOf(node: unknown): Uint8Array {
  if (node instanceof Sequence) return new Uint8Array(node.valueBeforeDecodeView);
  throw notARequest();
}

function notARequest(): RequestError {
  return new RequestError('unreadable', 'its fields are not those of a request');
}
