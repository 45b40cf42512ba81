import { malformed, ScepError } from '../errors.ts';
import { type Element, readOctets } from './read.ts';
import { TAG } from './tags.ts';
import { der } from './write.ts';

/** The string types that names and attributes come in. */
export type StringType = 'printable' | 'ia5' | 'utf8' | 't61' | 'bmp' | 'numeric' | 'visible' | 'universal';

const TAGS: Readonly<Record<StringType, number>> = {
  printable: TAG.printableString,
  ia5: TAG.ia5String,
  utf8: TAG.utf8String,
  t61: TAG.t61String,
  bmp: TAG.bmpString,
  numeric: TAG.numericString,
  visible: TAG.visibleString,
  universal: TAG.universalString,
};
const TYPES = new Map(
  (Object.entries(TAGS) as readonly [StringType, number][]).map(([type, tag]) => [tag, type]),
);

/** Whether PrintableString (X.680 41.4) has every character of `text`. */
export function isPrintable(text: string): boolean {
  return /^[A-Za-z0-9 '()+,\-./:=?]*$/.test(text);
}

/**
 * Encodes a string. Printable, IA5, numeric and visible take any ASCII text: routers put characters there
 * that X.680 does not allow, and so may a caller that imitates one. Throws ScepError `invalid-argument`.
 */
export function encodeString(type: StringType, text: string): Uint8Array {
  switch (type) {
    case 'utf8':
      return der(TAGS.utf8, Buffer.from(text, 'utf8'));
    case 'bmp':
      return der(TAGS.bmp, Buffer.from(text, 'utf16le').swap16());
    case 'universal':
      return der(TAGS.universal, ...Array.from(text, codePoint));
    case 't61':
      return der(TAGS.t61, singleBytes(text, 0xff));
    default:
      return der(TAGS[type], singleBytes(text, 0x7f));
  }
}

function codePoint(character: string): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(character.codePointAt(0) ?? 0);
  return bytes;
}

function singleBytes(text: string, highest: number): Uint8Array {
  for (const character of text) {
    if ((character.codePointAt(0) ?? 0) > highest)
      throw new ScepError('invalid-argument', 'a character does not fit into the string type asked for');
  }
  return Buffer.from(text, 'latin1');
}

export function stringTypeOf(element: Element): StringType | undefined {
  return TYPES.get(element.tag);
}

/** The text of any string type, T61String taken as Latin-1. Throws ScepError `malformed`. */
export function readString(element: Element, what: string): string {
  const bytes = Buffer.from(readOctets(element));
  switch (stringTypeOf(element)) {
    case undefined:
      throw malformed(`${what}: not a string`);
    case 'utf8':
      return bytes.toString('utf8');
    case 'bmp':
      if (bytes.length % 2 !== 0) throw malformed(`${what}: half a BMPString character`);
      return bytes.swap16().toString('utf16le');
    case 'universal':
      return readUniversal(bytes, what);
    default:
      return bytes.toString('latin1');
  }
}

function readUniversal(bytes: Buffer, what: string): string {
  let text = '';
  for (let offset = 0; offset < bytes.length; offset += 4) {
    const code = offset + 4 <= bytes.length ? bytes.readUInt32BE(offset) : Number.POSITIVE_INFINITY;
    if (code > 0x10ffff) throw malformed(`${what}: not a UniversalString`);
    text += String.fromCodePoint(code);
  }
  return text;
}
