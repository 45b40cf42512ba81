import { ObjectIdentifier } from 'asn1js';

import { ScepError } from '../errors.ts';
import { concatBytes } from './bytes.ts';
import { contextTag, TAG } from './tags.ts';

const CONSTRUCTED = 0x20;

/** One primitive DER element: identifier octet, definite length, the parts joined. */
export function der(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const content = concatBytes(parts);
  return concatBytes([Uint8Array.of(tag), lengthOctets(content.length), content]);
}

function lengthOctets(length: number): Uint8Array {
  if (length < 0x80) return Uint8Array.of(length);
  const octets: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) octets.unshift(rest % 256);
  return Uint8Array.of(0x80 + octets.length, ...octets);
}

export function sequence(...members: readonly Uint8Array[]): Uint8Array {
  return der(TAG.sequence + CONSTRUCTED, ...members);
}

/** A SET whose members stand as given. */
export function set(...members: readonly Uint8Array[]): Uint8Array {
  return der(TAG.set + CONSTRUCTED, ...members);
}

/** A SET OF in DER order (X.690 11.6). */
export function setOf(members: readonly Uint8Array[]): Uint8Array {
  return set(...sortedForSetOf(members));
}

export function sortedForSetOf(members: readonly Uint8Array[]): Uint8Array[] {
  return members.toSorted((a, b) => Buffer.compare(a, b));
}

/** A constructed context tag: `[n] EXPLICIT x`, or `[n] IMPLICIT` of a SEQUENCE or SET by its members. */
export function context(number: number, ...members: readonly Uint8Array[]): Uint8Array {
  return der(contextTag(number) + CONSTRUCTED, ...members);
}

/** A primitive context tag: `[n] IMPLICIT OCTET STRING` and the like. */
export function contextPrimitive(number: number, content: Uint8Array): Uint8Array {
  return der(contextTag(number), content);
}

export function octetString(content: Uint8Array): Uint8Array {
  return der(TAG.octetString, content);
}

export function bitString(content: Uint8Array, unusedBits = 0): Uint8Array {
  return der(TAG.bitString, Uint8Array.of(unusedBits), content);
}

function nullValue(): Uint8Array {
  return der(TAG.null);
}

export function booleanValue(value: boolean): Uint8Array {
  return der(TAG.boolean, Uint8Array.of(value ? 0xff : 0));
}

/** A non-negative INTEGER, or the two's complement octets of one as they stand in another structure. */
export function integer(value: number | bigint | Uint8Array): Uint8Array {
  if (typeof value === 'object') {
    if (value.length === 0) throw new ScepError('invalid-argument', 'an INTEGER needs an octet');
    return der(TAG.integer, value);
  }
  if (value < 0) throw new ScepError('invalid-argument', 'a negative INTEGER');
  const hex = value.toString(16);
  const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
  return der(TAG.integer, (bytes[0] ?? 0) > 0x7f ? concatBytes([Uint8Array.of(0), bytes]) : bytes);
}

const encodedOids = new Map<string, Uint8Array>();

/** Throws ScepError `invalid-argument` when the text is no dotted object identifier. */
export function oid(dotted: string): Uint8Array {
  const known = encodedOids.get(dotted);
  if (known !== undefined) return known;
  if (!/^[0-2](?:\.(?:0|[1-9]\d{0,15}))+$/.test(dotted))
    throw new ScepError('invalid-argument', 'not a dotted object identifier');
  const encoded = new Uint8Array(new ObjectIdentifier({ value: dotted }).toBER());
  if (encodedOids.size < 256) encodedOids.set(dotted, encoded);
  return encoded;
}

/** AlgorithmIdentifier with the parameters given, NULL by default. */
export function algorithm(dotted: string, parameters: Uint8Array = nullValue()): Uint8Array {
  return sequence(oid(dotted), parameters);
}

/** UTCTime up to 2049, GeneralizedTime from 2050 (RFC 5280 4.1.2.5). Milliseconds are dropped. */
export function time(date: Date): Uint8Array {
  const digits = date
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replace(/[-:T]/g, '');
  const year = date.getUTCFullYear();
  return year >= 1950 && year < 2050
    ? der(TAG.utcTime, Buffer.from(digits.slice(2), 'latin1'))
    : der(TAG.generalizedTime, Buffer.from(digits, 'latin1'));
}
