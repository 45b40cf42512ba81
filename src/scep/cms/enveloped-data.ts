import { type KeyObject, randomBytes } from 'node:crypto';

import { CIPHERS, type Cipher, cipherOfOid, decryptContent, encryptContent } from '../algorithms.ts';
import { Cursor, type Element, readOctets, readSequence } from '../asn1/read.ts';
import { contextTag, TAG } from '../asn1/tags.ts';
import {
  algorithm,
  context,
  contextPrimitive,
  integer,
  octetString,
  oid,
  sequence,
  setOf,
} from '../asn1/write.ts';
import { malformed, ScepError } from '../errors.ts';
import { OID } from '../oids.ts';
import { type Certificate, parseCertificate } from '../x509/certificate.ts';
import {
  type CertificateIdentifier,
  encodeIssuerAndSerial,
  identifies,
  readIdentifier,
} from './identifier.ts';
import { unwrapKey, wrapKey } from './key-transport.ts';

export interface EnvelopeOptions {
  readonly content: Uint8Array;
  /** DER certificates; each of their owners will be able to open the envelope. */
  readonly recipients: readonly Uint8Array[];
  readonly cipher: Cipher;
}

/**
 * The DER of a ContentInfo with EnvelopedData (RFC 5652 6, RFC 8894 3.1): RSA key transport to every
 * recipient by issuer and serial number, encryptedContent as a primitive `[0]`.
 * Throws ScepError `malformed` or `unsupported-algorithm` for a recipient that cannot be used.
 */
export function sealEnvelope({ content, recipients, cipher }: EnvelopeOptions): Uint8Array {
  const { oid: cipherOid, keyBytes, blockBytes } = CIPHERS[cipher];
  const key = randomBytes(keyBytes);
  const iv = randomBytes(blockBytes);
  const infos = recipients.map((bytes) => recipientInfo(parseCertificate(bytes), key));
  if (infos.length === 0) throw new ScepError('invalid-argument', 'an envelope needs a recipient');
  const encrypted = sequence(
    oid(OID.data),
    algorithm(cipherOid, octetString(iv)),
    contextPrimitive(0, encryptContent(cipher, key, iv, content)),
  );
  return sequence(oid(OID.envelopedData), context(0, sequence(integer(0), setOf(infos), encrypted)));
}

function recipientInfo(recipient: Certificate, contentKey: Uint8Array): Uint8Array {
  return sequence(
    integer(0),
    encodeIssuerAndSerial(recipient),
    algorithm(OID.rsaEncryption),
    octetString(wrapKey(contentKey, recipient.publicKey)),
  );
}

export interface EnvelopeRecipient {
  readonly identifier: CertificateIdentifier;
  readonly encryptedKey: Uint8Array;
  readonly keyAlgorithm: string;
}

/** An envelope as received, still closed. */
export interface Envelope {
  readonly recipients: readonly EnvelopeRecipient[];
  readonly cipher: Cipher;
  readonly iv: Uint8Array;
  readonly encryptedContent: Uint8Array;
}

/**
 * Reads an envelope without opening it; encryptedContent may be primitive or in chunks, lengths may be
 * indefinite. Throws ScepError `malformed` or `unsupported-algorithm`.
 */
export function readEnvelope(bytes: Uint8Array): Envelope {
  const data = contentInfoBody(bytes, OID.envelopedData, 'EnvelopedData');
  data.take(TAG.integer, 'version');
  data.optional(contextTag(0));
  const recipients = data
    .take(TAG.set, 'recipientInfos')
    .children.filter((info) => info.tag === TAG.sequence)
    .map(readRecipient);
  const encrypted = data.sequence('encryptedContentInfo');
  encrypted.oid('contentType');
  const { cipher, iv } = readCipher(encrypted.sequence('contentEncryptionAlgorithm'));
  const encryptedContent = readOctets(encrypted.take(contextTag(0), 'encryptedContent'));
  return { recipients, cipher, iv, encryptedContent };
}

function readRecipient(info: Element): EnvelopeRecipient {
  const cursor = new Cursor(info.children, 'recipientInfo');
  cursor.take(TAG.integer, 'version');
  const identifier = readIdentifier(cursor.any('rid'));
  const keyAlgorithm = cursor.sequence('keyEncryptionAlgorithm').oid('algorithm');
  const encryptedKey = readOctets(cursor.take(TAG.octetString, 'encryptedKey'));
  return { identifier, encryptedKey, keyAlgorithm };
}

function readCipher(cursor: Cursor): Pick<Envelope, 'cipher' | 'iv'> {
  const cipher = cipherOfOid(cursor.oid('algorithm'));
  const iv = readOctets(cursor.take(TAG.octetString, 'initialization vector'));
  if (iv.length !== CIPHERS[cipher].blockBytes)
    throw malformed('the initialization vector has another length');
  return { cipher, iv };
}

/** Enters `ContentInfo ::= SEQUENCE { contentType, [0] EXPLICIT content }` of the type given. */
export function contentInfoBody(bytes: Uint8Array, type: string, what: string): Cursor {
  const info = readSequence(bytes, what);
  if (info.oid('contentType') !== type) throw malformed(`${what}: another content type`);
  const [content] = info.take(contextTag(0), 'content').children;
  info.end();
  if (content?.tag !== TAG.sequence) throw malformed(`${what}: content is missing`);
  return new Cursor(content.children, what);
}

/** A certificate with its private key. */
export interface Identity {
  /** DER. */
  readonly certificate: Uint8Array;
  readonly key: KeyObject;
}

/**
 * Opens an envelope with the private key of one of its recipients, found by issuer and serial number.
 * Throws ScepError `wrong-recipient`, `unsupported-algorithm` or `decryption-failed`.
 */
export function openEnvelope(envelope: Envelope, identities: readonly Identity[]): Uint8Array {
  for (const { certificate, key } of identities) {
    const parsed = parseCertificate(certificate);
    const recipient = envelope.recipients.find(({ identifier }) => identifies(identifier, parsed));
    if (recipient !== undefined) return open(envelope, recipient, key);
  }
  throw new ScepError('wrong-recipient', 'the envelope is encrypted to other certificates');
}

function open(envelope: Envelope, recipient: EnvelopeRecipient, key: KeyObject): Uint8Array {
  if (recipient.keyAlgorithm !== OID.rsaEncryption)
    throw new ScepError('unsupported-algorithm', `unknown key transport ${recipient.keyAlgorithm}`);
  const contentKey = unwrapKey(recipient.encryptedKey, key, CIPHERS[envelope.cipher].keyBytes);
  return decryptContent(envelope.cipher, contentKey, envelope.iv, envelope.encryptedContent);
}
