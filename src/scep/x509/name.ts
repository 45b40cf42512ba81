import { Cursor, type Element, readElement } from '../asn1/read.ts';
import { encodeString, isPrintable, readString, type StringType, stringTypeOf } from '../asn1/strings.ts';
import { TAG } from '../asn1/tags.ts';
import { oid, sequence, setOf } from '../asn1/write.ts';
import { malformed } from '../errors.ts';
import { attributeOid, attributeType } from './name-types.ts';

/** One attribute of a name: `cn`, `serialnumber`, `unstructuredname`, or a dotted object identifier. */
export interface NameValue {
  readonly type: string;
  readonly value: string;
  /**
   * The ASN.1 string type. Without it: IA5String for `dc`, `emailaddress` and `unstructuredname`, else
   * PrintableString where the characters allow it, else UTF8String.
   */
  readonly string?: StringType;
}

/** A RelativeDistinguishedName: nearly always one attribute; IOS puts serial number, address and name into one. */
export type RelativeName = readonly NameValue[];

/** A name in encoded order (the root end first), or its DER, which is then used byte for byte. */
export type NameInput = readonly RelativeName[] | Uint8Array;

/**
 * The DER of a Name (RFC 5280 4.1.2.4). The attributes of one RelativeName are put into DER order.
 * Throws ScepError `invalid-argument` for an unknown attribute type or a character its string type lacks.
 */
export function encodeName(name: NameInput): Uint8Array {
  if (name instanceof Uint8Array) return name;
  return sequence(...name.map((relative) => setOf(relative.map(encodeValue))));
}

function encodeValue({ type, value, string }: NameValue): Uint8Array {
  return sequence(oid(attributeOid(type)), encodeString(string ?? usualString(type, value), value));
}

const IA5_TYPES: ReadonlySet<string> = new Set(['dc', 'emailaddress', 'unstructuredname']);

function usualString(type: string, value: string): StringType {
  if (IA5_TYPES.has(attributeType(attributeOid(type))) && /^\p{ASCII}*$/u.test(value)) return 'ia5';
  return isPrintable(value) ? 'printable' : 'utf8';
}

/** Reads the DER of a Name, in encoded order. Throws ScepError `malformed`. */
export function decodeName(bytes: Uint8Array): RelativeName[] {
  return readName(readElement(bytes, 'name'));
}

export function readName(name: Element): RelativeName[] {
  if (name.tag !== TAG.sequence) throw malformed('name: not a SEQUENCE');
  return name.children.map((relative) => {
    if (relative.tag !== TAG.set || relative.children.length === 0) throw malformed('name: an empty part');
    return relative.children.map(readNameValue);
  });
}

function readNameValue(element: Element): NameValue {
  const cursor = new Cursor([element], 'name').sequence('attribute');
  const type = attributeType(cursor.oid('type'));
  const value = cursor.any('value');
  const string = stringTypeOf(value);
  if (string === undefined) throw malformed('name: a value that is no string');
  return { type, value: readString(value, 'name'), string };
}
