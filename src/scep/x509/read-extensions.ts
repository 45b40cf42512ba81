import {
  Cursor,
  type Element,
  readElement,
  readOctets,
  readSequence,
  readSmallInteger,
} from '../asn1/read.ts';
import { contextTag, TAG } from '../asn1/tags.ts';
import { malformed } from '../errors.ts';
import { OID } from '../oids.ts';
import { type AlternativeNames, type Extension, KEY_USAGES, type KeyUsage } from './extensions.ts';

/** Reads `Extensions ::= SEQUENCE OF Extension`. Throws ScepError `malformed`. */
export function readExtensions(extensions: Element): Extension[] {
  if (extensions.tag !== TAG.sequence) throw malformed('extensions: not a SEQUENCE');
  return extensions.children.map((element) => {
    const cursor = new Cursor([element], 'extensions').sequence('extension');
    const oid = cursor.oid('identifier');
    const critical = cursor.optional(TAG.boolean);
    const value = readOctets(cursor.take(TAG.octetString, 'value'));
    cursor.end();
    return { oid, critical: critical !== undefined && critical.content[0] !== 0, value };
  });
}

/** The words of keyUsage; undefined when the extension is absent. Throws ScepError `malformed`. */
export function keyUsageOf(extensions: readonly Extension[]): KeyUsage[] | undefined {
  const value = extensionValue(extensions, OID.keyUsage);
  if (value === undefined) return undefined;
  const bits = readElement(value, 'keyUsage');
  if (bits.tag !== TAG.bitString || bits.constructed) throw malformed('keyUsage: not a BIT STRING');
  const octets = bits.content.subarray(1);
  return KEY_USAGES.filter((_, bit) => ((octets[bit >> 3] ?? 0) & (0x80 >> (bit & 7))) !== 0);
}

/** DNS names, IP addresses and e-mail addresses; other kinds of names are passed over. */
export function subjectAltNameOf(extensions: readonly Extension[]): Required<AlternativeNames> | undefined {
  const value = extensionValue(extensions, OID.subjectAltName);
  if (value === undefined) return undefined;
  const list = readElement(value, 'subjectAltName');
  if (list.tag !== TAG.sequence) throw malformed('subjectAltName: not a SEQUENCE');
  const texts = (tag: number) =>
    list.children
      .filter((name) => name.tag === contextTag(tag))
      .map((name) => Buffer.from(readOctets(name)).toString('latin1'));
  const addresses = list.children
    .filter((name) => name.tag === contextTag(7))
    .map((name) => addressText(readOctets(name)));
  return { email: texts(1), dns: texts(2), ip: addresses };
}

function addressText(octets: Uint8Array): string {
  if (octets.length === 4) return octets.join('.');
  if (octets.length !== 16) throw malformed('subjectAltName: an IP address of another length');
  const hex = Buffer.from(octets).toString('hex');
  const groups = (hex.match(/.{4}/g) ?? []).map((group) => Number.parseInt(group, 16).toString(16));
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
}

/** Whether basicConstraints says CA; false when the extension is absent. */
export function isCaOf(extensions: readonly Extension[]): boolean {
  const value = extensionValue(extensions, OID.basicConstraints);
  if (value === undefined) return false;
  const cursor = readSequence(value, 'basicConstraints');
  const ca = cursor.optional(TAG.boolean);
  const pathLength = cursor.optional(TAG.integer);
  if (pathLength !== undefined) readSmallInteger(pathLength, 'pathLenConstraint');
  return ca !== undefined && ca.content[0] !== 0;
}

/** The octets of subjectKeyIdentifier; undefined when the extension is absent. */
export function subjectKeyIdentifierOf(extensions: readonly Extension[]): Uint8Array | undefined {
  const value = extensionValue(extensions, OID.subjectKeyIdentifier);
  return value === undefined ? undefined : readOctets(readElement(value, 'subjectKeyIdentifier'));
}

function extensionValue(extensions: readonly Extension[], oid: string): Uint8Array | undefined {
  return extensions.find((extension) => extension.oid === oid)?.value;
}
