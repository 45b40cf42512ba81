import { ScepError } from '../errors.ts';

/** Attribute types by their short names; the first name of an identifier is the one this library prints. */
const ATTRIBUTE_TYPES: readonly (readonly [name: string, oid: string])[] = [
  ['cn', '2.5.4.3'],
  ['commonname', '2.5.4.3'],
  ['surname', '2.5.4.4'],
  ['sn', '2.5.4.4'],
  ['serialnumber', '2.5.4.5'],
  ['c', '2.5.4.6'],
  ['l', '2.5.4.7'],
  ['st', '2.5.4.8'],
  ['s', '2.5.4.8'],
  ['street', '2.5.4.9'],
  ['o', '2.5.4.10'],
  ['ou', '2.5.4.11'],
  ['title', '2.5.4.12'],
  ['givenname', '2.5.4.42'],
  ['dnqualifier', '2.5.4.46'],
  ['uid', '0.9.2342.19200300.100.1.1'],
  ['dc', '0.9.2342.19200300.100.1.25'],
  ['emailaddress', '1.2.840.113549.1.9.1'],
  ['e', '1.2.840.113549.1.9.1'],
  ['email', '1.2.840.113549.1.9.1'],
  ['unstructuredname', '1.2.840.113549.1.9.2'],
  ['unstructuredaddress', '1.2.840.113549.1.9.8'],
];

const oids = new Map(ATTRIBUTE_TYPES);
const names = new Map(ATTRIBUTE_TYPES.toReversed().map(([name, oid]) => [oid, name]));

/** The object identifier of `CN`, `serialNumber`, `2.5.4.3` and the like, in any case of letters. */
export function attributeOid(type: string): string {
  const oid = /^\d+(?:\.\d+)+$/.test(type) ? type : oids.get(type.toLowerCase());
  if (oid === undefined) throw new ScepError('invalid-argument', `unknown name attribute ${type}`);
  return oid;
}

/** The short lower-case name of an object identifier, or the identifier itself. */
export function attributeType(oid: string): string {
  return names.get(oid) ?? oid;
}
