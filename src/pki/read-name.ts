import { Set as Asn1Set, type BaseBlock, BaseStringBlock, ObjectIdentifier, Sequence } from 'asn1js';
import type { NameAttribute } from '../domain/certificate.ts';
import { TYPE_OF_OID } from './attribute-types.ts';

/** The attributes of a Name (RFC 5280 section 4.1.2.4) in the encoded order; those of a multi-valued RDN side by side. */
export function readName(name: unknown): readonly NameAttribute[] {
  if (!(name instanceof Sequence)) throw new Error('a name in it is none');
  return name.valueBlock.value.flatMap((rdn) => {
    if (!(rdn instanceof Asn1Set)) throw new Error('a name in it is none');
    return rdn.valueBlock.value.map(readAttribute);
  });
}

function readAttribute(attribute: unknown): NameAttribute {
  if (!(attribute instanceof Sequence)) throw new Error('a name in it is none');
  const [type, value] = attribute.valueBlock.value;
  if (!(type instanceof ObjectIdentifier) || value === undefined) throw new Error('a name in it is none');
  const oid = type.getValue();
  return { type: TYPE_OF_OID.get(oid) ?? oid, value: textOf(value) };
}

/** Every kind of string, T61 as Latin-1 as the routers write it; what is no string stands as `#` and its DER in hex. */
function textOf(value: BaseBlock): string {
  if (value instanceof BaseStringBlock) return value.getValue();
  return `#${Buffer.from(value.valueBeforeDecodeView).toString('hex').toUpperCase()}`;
}
