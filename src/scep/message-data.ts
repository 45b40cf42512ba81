import { readElement, readSequence } from './asn1/read.ts';
import { TAG } from './asn1/tags.ts';
import { sequence } from './asn1/write.ts';
import { encodeIssuerAndSerial, type IssuerAndSerial, readIssuerAndSerial } from './cms/identifier.ts';

/** What a CertPoll carries (RFC 8894 3.3.3): the CA asked and the subject requested, both as DER names. */
export interface IssuerAndSubject {
  readonly issuer: Uint8Array;
  readonly subject: Uint8Array;
}

export function encodeIssuerAndSubject({ issuer, subject }: IssuerAndSubject): Uint8Array {
  return sequence(issuer, subject);
}

/** Throws ScepError `malformed`. */
export function decodeIssuerAndSubject(bytes: Uint8Array): IssuerAndSubject {
  const cursor = readSequence(bytes, 'IssuerAndSubject');
  const issuer = cursor.take(TAG.sequence, 'issuer').raw;
  const subject = cursor.take(TAG.sequence, 'subject').raw;
  cursor.end();
  return { issuer, subject };
}

/** What GetCert and GetCRL carry (RFC 8894 3.3.4): which certificate is meant. */
export function encodeIssuerAndSerialNumber(
  certificate: Pick<IssuerAndSerial, 'issuer' | 'serialOctets'>,
): Uint8Array {
  return encodeIssuerAndSerial(certificate);
}

/** Throws ScepError `malformed`. */
export function decodeIssuerAndSerialNumber(bytes: Uint8Array): IssuerAndSerial {
  return readIssuerAndSerial(readElement(bytes, 'IssuerAndSerialNumber'));
}
