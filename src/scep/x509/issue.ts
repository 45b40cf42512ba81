import { type KeyObject, randomBytes } from 'node:crypto';

import type { Digest } from '../algorithms.ts';
import { bitString, context, integer, octetString, oid, sequence, time } from '../asn1/write.ts';
import { OID } from '../oids.ts';
import { type Extension, encodeExtensions } from './extensions.ts';
import { publicKeyInfo, signatureAlgorithmFor, signWith } from './keys.ts';
import { encodeName, type NameInput } from './name.ts';

/** A serial number: a number, or the octets of a positive INTEGER. */
export type SerialInput = number | bigint | Uint8Array;

export interface CertificateOptions {
  /** X.509 version; a version 1 certificate has no extensions. */
  readonly version?: 1 | 3;
  readonly serial: SerialInput;
  readonly issuer: NameInput;
  readonly subject: NameInput;
  /** The key to certify: a KeyObject or DER SubjectPublicKeyInfo. */
  readonly publicKey: KeyObject | Uint8Array;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly extensions?: readonly Extension[];
  /** The issuer's private key, RSA or EC. */
  readonly signingKey: KeyObject;
  readonly hash: Digest;
}

/**
 * Builds and signs an X.509 certificate (RFC 5280 4.1). Names given as DER are taken byte for byte.
 * Throws ScepError `unsupported-algorithm` for a signing key that is neither RSA nor EC.
 */
export function issueCertificate(options: CertificateOptions): Uint8Array {
  const { version = 3, publicKey, extensions = [], signingKey, hash } = options;
  const signatureAlgorithm = signatureAlgorithmFor(signingKey, hash);
  const tbs = sequence(
    ...(version === 3 ? [context(0, integer(2))] : []),
    integer(options.serial),
    signatureAlgorithm,
    encodeName(options.issuer),
    sequence(time(options.notBefore), time(options.notAfter)),
    encodeName(options.subject),
    publicKey instanceof Uint8Array ? publicKey : publicKeyInfo(publicKey),
    ...(version === 3 && extensions.length > 0 ? [context(3, encodeExtensions(extensions))] : []),
  );
  return sequence(tbs, signatureAlgorithm, bitString(signWith(signingKey, hash, tbs)));
}

/** A serial number of 16 random octets, positive and never shortened by DER. */
export function randomSerial(): Uint8Array {
  const octets = new Uint8Array(randomBytes(16));
  octets[0] = ((octets[0] ?? 0) & 0x3f) | 0x40;
  return octets;
}

export interface SelfSignedSignerOptions {
  /** The router's host name with its domain. */
  readonly fqdn: string;
  readonly key: KeyObject;
  readonly hash: Digest;
  /** 3 unless said otherwise: the first serial number IOS was seen to use. */
  readonly serial?: SerialInput;
  /** 3, without extensions, is how IOS-XE makes it; 1 is how classic IOS does, with an IA5String name. */
  readonly version?: 1 | 3;
  readonly notBefore: Date;
}

/**
 * The temporary certificate an IOS router signs its first request with: subject and issuer are the fully
 * qualified name as unstructuredName, valid for ten calendar years (version 1: 3650 days).
 */
export function selfSignedSigner(options: SelfSignedSignerOptions): Uint8Array {
  const { fqdn, key, hash, serial = 3, version = 3, notBefore } = options;
  const name = [
    [{ type: 'unstructuredname', value: fqdn, string: version === 1 ? ('ia5' as const) : ('utf8' as const) }],
  ];
  const notAfter = version === 1 ? inDays(notBefore, 3650) : inYears(notBefore, 10);
  return issueCertificate({
    version,
    serial,
    issuer: name,
    subject: name,
    publicKey: key,
    notBefore,
    notAfter,
    signingKey: key,
    hash,
  });
}

function inYears(date: Date, years: number): Date {
  const later = new Date(date);
  later.setUTCFullYear(date.getUTCFullYear() + years);
  return later;
}

function inDays(date: Date, days: number): Date {
  return new Date(date.getTime() + days * 86_400_000);
}

export interface CrlOptions {
  readonly issuer: NameInput;
  readonly signingKey: KeyObject;
  readonly hash: Digest;
  readonly thisUpdate: Date;
  readonly nextUpdate: Date;
  readonly revoked: readonly { readonly serial: SerialInput; readonly at: Date }[];
  /** cRLNumber (RFC 5280 5.2.3). */
  readonly number: number | bigint;
}

/** Builds and signs a version 2 certificate revocation list (RFC 5280 5.1). */
export function issueCrl(options: CrlOptions): Uint8Array {
  const { signingKey, hash, revoked } = options;
  const signatureAlgorithm = signatureAlgorithmFor(signingKey, hash);
  const entries = revoked.map(({ serial, at }) => sequence(integer(serial), time(at)));
  const tbs = sequence(
    integer(1),
    signatureAlgorithm,
    encodeName(options.issuer),
    time(options.thisUpdate),
    time(options.nextUpdate),
    ...(entries.length > 0 ? [sequence(...entries)] : []),
    context(0, sequence(sequence(oid(OID.crlNumber), octetString(integer(options.number))))),
  );
  return sequence(tbs, signatureAlgorithm, bitString(signWith(signingKey, hash, tbs)));
}
