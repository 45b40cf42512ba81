import type { NameAttribute } from '../../domain/certificate.ts';
import { indentOf, isOneLine } from './output.ts';

/** Short names as the releases print them, and how we call them. */
const TYPES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    cn: 'cn',
    ou: 'ou',
    o: 'o',
    l: 'l',
    st: 'st',
    s: 'st',
    c: 'c',
    e: 'e',
    ea: 'e',
    email: 'e',
    emailaddress: 'e',
    dc: 'dc',
    uid: 'uid',
    sn: 'sn',
    t: 't',
    title: 'title',
    serialnumber: 'serialnumber',
    hostname: 'unstructuredname',
    unstructuredname: 'unstructuredname',
    ipaddress: 'unstructuredaddress',
    unstructuredaddress: 'unstructuredaddress',
    '2.5.4.3': 'cn',
    '2.5.4.5': 'serialnumber',
    '1.2.840.113549.1.9.1': 'e',
    '1.2.840.113549.1.9.2': 'unstructuredname',
    '1.2.840.113549.1.9.8': 'unstructuredaddress',
  }),
);
/** How we call an attribute that every release prints by this short name; undefined for all others. */
export function attributeName(printed: string): string | undefined {
  return TYPES.get(printed);
}

const TYPE = /^(?:[a-z][\w-]*|(?:OID\.)?\d+(?:\.\d+)+)$/i;

/**
 * Reads the lines of one printed distinguished name: one RDN a line, `+` between the attributes of a
 * multi-valued RDN. IOS breaks the line at every comma inside a value, so a line that opens no attribute, or
 * that stands deeper than the first one, continues the value before it. The order is kept as printed (IOS
 * prints the reverse of the encoded order). Lines that fit nowhere come back in `rest`.
 */
export function readNameLines(lines: readonly string[]): { attributes: NameAttribute[]; rest: string[] } {
  const joined: string[] = [];
  const rest: string[] = [];
  const base = indentOf(lines[0] ?? '');
  for (const line of lines) {
    const own = indentOf(line);
    const text = line.trim();
    if (own <= base && typeOf(text) !== undefined) joined.push(text);
    else if (joined.length === 0) rest.push(line);
    else joined[joined.length - 1] += `,${line.slice(Math.min(base, own))}`;
  }
  const attributes: NameAttribute[] = [];
  for (const rdn of joined) takeRdn(attributes, rdn);
  return { attributes, rest };
}

function takeRdn(attributes: NameAttribute[], rdn: string): void {
  if (!rdn.includes('+')) {
    takeAttribute(attributes, rdn);
    return;
  }
  const parts: string[] = [];
  for (const piece of rdn.split('+')) {
    const last = parts.length - 1;
    if (last < 0 || isKnownType(typeOf(piece.trim()))) parts.push(piece);
    else parts[last] = `${parts[last] ?? ''}+${piece}`;
  }
  for (const part of parts) takeAttribute(attributes, part.trim());
}

function takeAttribute(attributes: NameAttribute[], text: string): void {
  const type = typeOf(text);
  if (type === undefined) return;
  attributes.push({ type: typeName(type), value: text.slice(text.indexOf('=') + 1).trim() });
}

/** What stands before the `=` of an attribute, as printed; undefined where the text opens none. */
function typeOf(text: string): string | undefined {
  const equals = text.indexOf('=');
  if (equals < 0) return undefined;
  const type = text.slice(0, equals).trimEnd();
  if (!isOneLine(text) && !isOneLine(text.slice(equals + 1).trim())) return undefined;
  return TYPES.has(type) || TYPE.test(type) ? type : undefined;
}

/** Inside a line only a known name opens another attribute: `cn=a+b=c` stays one value. */
function isKnownType(type: string | undefined): boolean {
  if (type === undefined) return false;
  return TYPES.has(type.toLowerCase()) || /^(?:OID\.)?\d+\./i.test(type);
}

function typeName(printed: string): string {
  const known = TYPES.get(printed);
  if (known !== undefined) return known;
  const plain = printed.toLowerCase().replace(/^oid\./, '');
  return TYPES.get(plain) ?? plain;
}
