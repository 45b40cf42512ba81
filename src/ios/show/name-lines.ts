import type { NameAttribute } from '../../domain/certificate.ts';

/** Short names as the releases print them, and how we call them. */
const TYPES: Readonly<Record<string, string>> = {
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
};
const ATTRIBUTE = /^(?<type>[A-Za-z][\w-]*|(?:OID\.)?\d+(?:\.\d+)+)\s*=\s*(?<value>.*)$/i;

/**
 * Reads the lines of one printed distinguished name: one RDN a line, `+` between the attributes of a
 * multi-valued RDN. IOS breaks the line at every comma inside a value, so a line that opens no attribute, or
 * that stands deeper than the first one, continues the value before it. The order is kept as printed (IOS
 * prints the reverse of the encoded order). Lines that fit nowhere come back in `rest`.
 */
export function readNameLines(lines: readonly string[]): { attributes: NameAttribute[]; rest: string[] } {
  const joined: string[] = [];
  const rest: string[] = [];
  const base = indent(lines[0] ?? '');
  for (const line of lines) {
    const previous = joined.at(-1);
    if (indent(line) <= base && ATTRIBUTE.test(line.trim())) joined.push(line.trim());
    else if (previous === undefined) rest.push(line);
    else joined[joined.length - 1] = `${previous},${line.slice(Math.min(base, indent(line)))}`;
  }
  return { attributes: joined.flatMap(splitRdn), rest };
}

function indent(line: string): number {
  return line.length - line.trimStart().length;
}

function splitRdn(rdn: string): NameAttribute[] {
  const parts: string[] = [];
  for (const piece of rdn.split('+')) {
    const opens = isKnownType(ATTRIBUTE.exec(piece.trim())?.groups?.type);
    const last = parts.length - 1;
    if (last < 0 || opens) parts.push(piece);
    else parts[last] = `${parts[last] ?? ''}+${piece}`;
  }
  return parts.flatMap((part) => {
    const groups = ATTRIBUTE.exec(part.trim())?.groups;
    return groups === undefined
      ? []
      : [{ type: typeName(groups.type ?? ''), value: (groups.value ?? '').trim() }];
  });
}

/** Inside a line only a known name opens another attribute: `cn=a+b=c` stays one value. */
function isKnownType(type: string | undefined): boolean {
  if (type === undefined) return false;
  return /^(?:OID\.)?\d+\./i.test(type) || type.toLowerCase() in TYPES;
}

function typeName(printed: string): string {
  const plain = printed.toLowerCase().replace(/^oid\./, '');
  return TYPES[plain] ?? plain;
}
