import type { Cipher, Digest } from './algorithms.ts';
import { type Element, readOctets } from './asn1/read.ts';
import { encodeString, readString } from './asn1/strings.ts';
import { TAG } from './asn1/tags.ts';
import { octetString } from './asn1/write.ts';
import {
  type Envelope,
  type Identity,
  openEnvelope,
  readEnvelope,
  sealEnvelope,
} from './cms/enveloped-data.ts';
import { type SignatureOid, type SignedAttribute, signData } from './cms/sign.ts';
import {
  onlySigner,
  readSignedData,
  type SignedData,
  type SignerInfo,
  signedAttribute,
  verifySignedData,
} from './cms/verify.ts';
import { malformed, ScepError } from './errors.ts';
import {
  FAIL_INFOS,
  type FailInfo,
  MESSAGE_TYPES,
  type MessageType,
  nameOfNumber,
  PKI_STATUSES,
  type PkiStatus,
} from './message-types.ts';
import { OID } from './oids.ts';
import type { Certificate } from './x509/certificate.ts';

/** The signed attributes of a pkiMessage (RFC 8894 3.2.1). */
export interface PkiAttributes {
  readonly messageType: MessageType;
  /** Opaque to everybody but the client that made it. */
  readonly transactionId: string;
  /** 16 octets; every request has one. */
  readonly senderNonce?: Uint8Array;
  /** In a CertRep: the senderNonce of the request. */
  readonly recipientNonce?: Uint8Array;
  /** In a CertRep only. */
  readonly pkiStatus?: PkiStatus;
  /** In a CertRep with FAILURE only. */
  readonly failInfo?: FailInfo;
  readonly failInfoText?: string;
  /** Microsoft's attribute 1.3.6.1.4.1.311.21.33: a signed 32 bit HRESULT, sent by NDES with a FAILURE. */
  readonly hresult?: number;
}

export interface PkiMessageOptions extends PkiAttributes {
  /** What is carried: octets as they are, an envelope to seal, or undefined for no content at all. */
  readonly content?: Uint8Array | EnvelopeContent;
  readonly digest: Digest;
  readonly signer: Identity;
  /** DER certificates to send along; the signer's own by default. */
  readonly certificates?: readonly Uint8Array[];
  readonly signatureOid?: SignatureOid;
  /** See SignOptions. */
  readonly attributeOrder?: 'sorted' | 'as-given';
}

/** The pkcsPKIEnvelope (RFC 8894 3.1): `messageData` for the owners of `recipients` (DER certificates). */
export interface EnvelopeContent {
  readonly messageData: Uint8Array;
  readonly recipients: readonly Uint8Array[];
  readonly cipher: Cipher;
}

/**
 * Builds the DER of a pkiMessage (RFC 8894 3): SignedData around an optional envelope. Nothing that the
 * RFC demands of a sender is checked, so that a test can send what it must not.
 */
export function encodePkiMessage(options: PkiMessageOptions): Uint8Array {
  const { content, signer } = options;
  return signData({
    content: content === undefined || content instanceof Uint8Array ? content : seal(content),
    digest: options.digest,
    signer,
    certificates: options.certificates ?? [signer.certificate],
    attributes: encodeAttributes(options),
    ...(options.signatureOid === undefined ? {} : { signatureOid: options.signatureOid }),
    ...(options.attributeOrder === undefined ? {} : { attributeOrder: options.attributeOrder }),
  });
}

function seal({ messageData, recipients, cipher }: EnvelopeContent): Uint8Array {
  return sealEnvelope({ content: messageData, recipients, cipher });
}

function encodeAttributes(options: PkiAttributes): SignedAttribute[] {
  const { transactionId, senderNonce, recipientNonce, pkiStatus, failInfo, failInfoText, hresult } = options;
  const printable = (type: string, text: string | number | undefined) =>
    text === undefined ? [] : [{ type, value: encodeString('printable', String(text)) }];
  const octets = (type: string, value: Uint8Array | undefined) =>
    value === undefined ? [] : [{ type, value: octetString(value) }];
  return [
    ...printable(OID.messageType, MESSAGE_TYPES[options.messageType]),
    ...printable(OID.pkiStatus, pkiStatus === undefined ? undefined : PKI_STATUSES[pkiStatus]),
    ...printable(OID.failInfo, failInfo === undefined ? undefined : FAIL_INFOS[failInfo]),
    ...(failInfoText === undefined
      ? []
      : [{ type: OID.failInfoText, value: encodeString('utf8', failInfoText) }]),
    ...printable(OID.microsoftScepError, hresult),
    ...octets(OID.senderNonce, senderNonce),
    ...octets(OID.recipientNonce, recipientNonce),
    ...printable(OID.transactionId, transactionId),
  ];
}

/** A pkiMessage as received, NOT verified: whoever uses it calls `verifyPkiMessage` first. */
export interface ReceivedPkiMessage extends PkiAttributes {
  readonly signedData: SignedData;
}

/**
 * Reads a pkiMessage without verifying anything: for servers that must answer even a broken message, and
 * for looking at captures. Throws ScepError `malformed`, `missing-attribute`, `unknown-message-type`.
 */
export function readPkiMessage(bytes: Uint8Array): ReceivedPkiMessage {
  const signedData = readSignedData(bytes);
  return { ...readAttributes(onlySigner(signedData)), signedData };
}

/** A pkiMessage whose signature and messageDigest have been verified. */
export interface PkiMessage extends ReceivedPkiMessage {
  readonly signer: Certificate;
  readonly digest: Digest;
  /** Closed; absent when the message has no content or content that is no envelope (NDES: one zero octet). */
  readonly envelope?: Envelope;
}

/**
 * Verifies a message that has been read. `signers` are the DER certificates that may have signed it; without
 * them those sent along are taken, which proves possession of a key and nothing about whose it is.
 * Throws ScepError `unknown-signer`, `signature-invalid`, `unsupported-algorithm`, `missing-attribute`, and
 * `malformed` or `unsupported-algorithm` for an envelope that a SUCCESS or a request must have.
 */
export function verifyPkiMessage(message: ReceivedPkiMessage, signers?: readonly Uint8Array[]): PkiMessage {
  const { signedData } = message;
  const verified = verifySignedData(signedData, signers ?? signedData.certificates);
  const mayBeEmpty = message.messageType === 'CertRep' && message.pkiStatus !== 'SUCCESS';
  return { ...message, ...verified, ...(mayBeEmpty ? {} : { envelope: readEnvelope(signedData.content) }) };
}

/** Reads and verifies a pkiMessage: `readPkiMessage`, then `verifyPkiMessage`. */
export function decodePkiMessage(bytes: Uint8Array, signers?: readonly Uint8Array[]): PkiMessage {
  return verifyPkiMessage(readPkiMessage(bytes), signers);
}

/** Opens the envelope of a verified message. Throws ScepError as `openEnvelope` does, `malformed` without one. */
export function openPkiMessage(message: PkiMessage, identities: readonly Identity[]): Uint8Array {
  if (message.envelope === undefined) throw malformed('the message has no envelope');
  return openEnvelope(message.envelope, identities);
}

function readAttributes(signer: SignerInfo): PkiAttributes {
  const text = (type: string, name: string) => {
    const value = signedAttribute(signer, type);
    return value === undefined ? undefined : readString(value, name);
  };
  const type = text(OID.messageType, 'messageType');
  const transactionId = text(OID.transactionId, 'transactionID');
  if (type === undefined) throw new ScepError('missing-attribute', 'messageType is missing');
  if (transactionId === undefined || transactionId === '')
    throw new ScepError('missing-attribute', 'transactionID is missing');
  if (!/^[\x20-\x7e]+$/.test(transactionId)) throw malformed('the transactionID is not ASCII');
  const messageType = nameOfNumber(MESSAGE_TYPES, type);
  if (messageType === undefined) throw new ScepError('unknown-message-type', 'an unknown messageType');
  const failInfoText = text(OID.failInfoText, 'failInfoText');
  return {
    messageType,
    transactionId,
    ...optional('senderNonce', nonce(signedAttribute(signer, OID.senderNonce))),
    ...optional('recipientNonce', nonce(signedAttribute(signer, OID.recipientNonce))),
    ...optional('pkiStatus', nameOfNumber(PKI_STATUSES, text(OID.pkiStatus, 'pkiStatus') ?? '')),
    ...optional('failInfo', nameOfNumber(FAIL_INFOS, text(OID.failInfo, 'failInfo') ?? '')),
    ...optional('failInfoText', failInfoText),
    ...optional('hresult', hresultOf(text(OID.microsoftScepError, 'Microsoft SCEP error'))),
  };
}

function optional<Key extends string, Value>(
  key: Key,
  value: Value | undefined,
): Partial<Record<Key, Value>> {
  const record: Partial<Record<Key, Value>> = {};
  if (value !== undefined) record[key] = value;
  return record;
}

function nonce(value: Element | undefined): Uint8Array | undefined {
  if (value === undefined) return undefined;
  if (value.tag !== TAG.octetString) throw malformed('a nonce is no OCTET STRING');
  return readOctets(value);
}

function hresultOf(text: string | undefined): number | undefined {
  return text !== undefined && /^-?\d{1,10}$/.test(text) ? Number(text) | 0 : undefined;
}
