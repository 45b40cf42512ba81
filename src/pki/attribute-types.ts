/** Short names of attribute types as IOS uses them, by OID (RFC 4519, RFC 2985). */
export const TYPE_OF_OID: ReadonlyMap<string, string> = new Map([
  ['2.5.4.3', 'cn'],
  ['2.5.4.4', 'sn'],
  ['2.5.4.5', 'serialnumber'],
  ['2.5.4.6', 'c'],
  ['2.5.4.7', 'l'],
  ['2.5.4.8', 'st'],
  ['2.5.4.9', 'street'],
  ['2.5.4.10', 'o'],
  ['2.5.4.11', 'ou'],
  ['2.5.4.12', 'title'],
  ['2.5.4.17', 'postalcode'],
  ['2.5.4.41', 'name'],
  ['2.5.4.42', 'givenname'],
  ['2.5.4.43', 'initials'],
  ['2.5.4.46', 'dnqualifier'],
  ['0.9.2342.19200300.100.1.1', 'uid'],
  ['0.9.2342.19200300.100.1.25', 'dc'],
  ['1.2.840.113549.1.9.1', 'e'],
  ['1.2.840.113549.1.9.2', 'unstructuredname'],
  ['1.2.840.113549.1.9.8', 'unstructuredaddress'],
]);

const KNOWN: ReadonlySet<string> = new Set(TYPE_OF_OID.values());
const SYNONYMS: Readonly<Record<string, string>> = {
  commonname: 'cn',
  organizationname: 'o',
  organizationalunitname: 'ou',
  localityname: 'l',
  s: 'st',
  sp: 'st',
  stateorprovincename: 'st',
  countryname: 'c',
  domaincomponent: 'dc',
  ea: 'e',
  email: 'e',
  emailaddress: 'e',
  hostname: 'unstructuredname',
  ipaddress: 'unstructuredaddress',
};
const SPELLINGS: Readonly<Record<string, string>> = {
  serialnumber: 'serialNumber',
  unstructuredname: 'unstructuredName',
  unstructuredaddress: 'unstructuredAddress',
  givenname: 'givenName',
  postalcode: 'postalCode',
  dnqualifier: 'dnQualifier',
};

/** One spelling for `E`, `emailAddress`, `OID.1.2.840.113549.1.9.1`; what is not known stays, in lower case. */
export function canonicalType(text: string): string {
  const plain = text
    .trim()
    .toLowerCase()
    .replace(/^oid\./, '');
  return SYNONYMS[plain] ?? TYPE_OF_OID.get(plain) ?? plain;
}

export function isKnownType(text: string): boolean {
  return KNOWN.has(canonicalType(text));
}

/** The type as people write it: `CN`, `serialNumber`, `2.5.4.97`. */
export function spellType(type: string): string {
  return SPELLINGS[type] ?? (/^[a-z]{1,6}$/.test(type) ? type.toUpperCase() : type);
}
