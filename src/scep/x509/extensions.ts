import { createHash } from 'node:crypto';
import { isIP } from 'node:net';

import { concatBytes } from '../asn1/bytes.ts';
import { readBitString, readSequence } from '../asn1/read.ts';
import { TAG } from '../asn1/tags.ts';
import {
  bitString,
  booleanValue,
  context,
  contextPrimitive,
  integer,
  octetString,
  oid,
  sequence,
} from '../asn1/write.ts';
import { ScepError } from '../errors.ts';
import { OID } from '../oids.ts';

/** One X.509 extension; `value` is the DER inside its OCTET STRING. */
export interface Extension {
  readonly oid: string;
  readonly critical: boolean;
  readonly value: Uint8Array;
}

/** The bits of keyUsage in their order (RFC 5280 4.2.1.3). */
export const KEY_USAGES = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
] as const;

export type KeyUsage = (typeof KEY_USAGES)[number];

export interface AlternativeNames {
  readonly dns?: readonly string[];
  /** IPv4 or IPv6 in their usual spelling. */
  readonly ip?: readonly string[];
  readonly email?: readonly string[];
}

/** `Extensions ::= SEQUENCE OF Extension`. */
export function encodeExtensions(extensions: readonly Extension[]): Uint8Array {
  return sequence(
    ...extensions.map((extension) =>
      sequence(
        oid(extension.oid),
        ...(extension.critical ? [booleanValue(true)] : []),
        octetString(extension.value),
      ),
    ),
  );
}

export function keyUsage(usages: readonly KeyUsage[], critical = false): Extension {
  const bits = KEY_USAGES.map((usage) => (usages.includes(usage) ? '1' : '0'))
    .join('')
    .replace(/0+$/, '');
  const octets = (bits.match(/.{1,8}/g) ?? []).map((octet) => Number.parseInt(octet.padEnd(8, '0'), 2));
  const unused = (8 - (bits.length % 8)) % 8;
  return { oid: OID.keyUsage, critical, value: bitString(Uint8Array.from(octets), unused) };
}

/** Names in the order e-mail, DNS, IP. Throws ScepError `invalid-argument` for what is no IP address. */
export function subjectAltName(names: AlternativeNames, critical = false): Extension {
  const text = (tag: number) => (name: string) => contextPrimitive(tag, asciiOctets(name));
  const value = sequence(
    ...(names.email ?? []).map(text(1)),
    ...(names.dns ?? []).map(text(2)),
    ...(names.ip ?? []).map((address) => contextPrimitive(7, addressOctets(address))),
  );
  return { oid: OID.subjectAltName, critical, value };
}

function asciiOctets(text: string): Uint8Array {
  if (!/^[\x20-\x7e]+$/.test(text))
    throw new ScepError('invalid-argument', 'an alternative name is not ASCII');
  return Buffer.from(text, 'latin1');
}

function addressOctets(address: string): Uint8Array {
  switch (isIP(address)) {
    case 4:
      return Uint8Array.from(address.split('.').map(Number));
    case 6:
      return ipv6Octets(address);
    default:
      throw new ScepError('invalid-argument', `not an IP address: ${address}`);
  }
}

function ipv6Octets(address: string): Uint8Array {
  const dotted = /(?<v4>\d+\.\d+\.\d+\.\d+)$/.exec(address)?.groups?.v4;
  const [head = '', tail] = address
    .replace(/%.*$/, '')
    .replace(dotted ?? '', dotted === undefined ? '' : '0:0')
    .split('::');
  const groups = (part: string): number[] =>
    part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16));
  const first = groups(head);
  const last = groups(tail ?? '');
  const all = [...first, ...Array<number>(8 - first.length - last.length).fill(0), ...last];
  const octets = Uint8Array.from(all.flatMap((group) => [group >> 8, group & 0xff]));
  return dotted === undefined ? octets : concatBytes([octets.subarray(0, 12), addressOctets(dotted)]);
}

export function basicConstraints(
  options: { readonly ca: boolean; readonly pathLength?: number },
  critical = true,
): Extension {
  const value = sequence(
    ...(options.ca ? [booleanValue(true)] : []),
    ...(options.pathLength === undefined ? [] : [integer(options.pathLength)]),
  );
  return { oid: OID.basicConstraints, critical, value };
}

/** Of a DER SubjectPublicKeyInfo: the SHA-1 of its key bits (RFC 5280 4.2.1.2, first method). */
export function subjectKeyIdentifier(publicKey: Uint8Array): Extension {
  return { oid: OID.subjectKeyIdentifier, critical: false, value: octetString(keyIdentifier(publicKey)) };
}

/** Names the issuer's key, given as DER SubjectPublicKeyInfo, with the same method as subjectKeyIdentifier. */
export function authorityKeyIdentifier(issuerPublicKey: Uint8Array): Extension {
  const value = sequence(contextPrimitive(0, keyIdentifier(issuerPublicKey)));
  return { oid: OID.authorityKeyIdentifier, critical: false, value };
}

function keyIdentifier(publicKey: Uint8Array): Uint8Array {
  const info = readSequence(publicKey, 'public key');
  info.sequence('algorithm');
  const bits = readBitString(info.take(TAG.bitString, 'key'), 'public key');
  return createHash('sha1').update(bits).digest();
}

export function crlDistributionPoints(urls: readonly string[]): Extension {
  const point = (url: string) => sequence(context(0, context(0, contextPrimitive(6, asciiOctets(url)))));
  return { oid: OID.crlDistributionPoints, critical: false, value: sequence(...urls.map(point)) };
}

/** Purposes as dotted object identifiers, such as 1.3.6.1.5.5.7.3.2 for TLS clients. */
export function extendedKeyUsage(purposes: readonly string[], critical = false): Extension {
  return { oid: OID.extendedKeyUsage, critical, value: sequence(...purposes.map(oid)) };
}
