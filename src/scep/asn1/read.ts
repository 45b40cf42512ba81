import { type BaseBlock, fromBER, ObjectIdentifier } from 'asn1js';

import { malformed } from '../errors.ts';
import { concatBytes } from './bytes.ts';
import { TAG } from './tags.ts';

/** One decoded element of BER or DER. The byte arrays are views of the input. */
export interface Element {
  /** Identifier octet without the constructed bit: see TAG and contextTag. `-1` for tag numbers above 30. */
  readonly tag: number;
  readonly constructed: boolean;
  /** The whole element as received, header included. */
  readonly raw: Uint8Array;
  /** The octets of a primitive element; empty for a constructed one. */
  readonly content: Uint8Array;
  readonly children: readonly Element[];
  /** The dotted form of an OBJECT IDENTIFIER. */
  readonly oid?: string;
}

/** A CRL or a certificate set may be large; a request never is. asn1js limits the depth to 100 by itself. */
const MAX_NODES = 200_000;

/**
 * Decodes exactly one element that fills the whole input. Indefinite lengths are accepted on input.
 * Throws ScepError `malformed`; `what` names the structure in the message.
 */
export function readElement(bytes: Uint8Array, what: string): Element {
  let parsed: ReturnType<typeof fromBER>;
  try {
    parsed = fromBER(bytes, { maxNodes: MAX_NODES, parseEmbedded: false, copyInput: false });
  } catch (cause) {
    throw malformed(`${what}: not ASN.1`, cause);
  }
  if (parsed.offset === -1) throw malformed(`${what}: not ASN.1`);
  if (parsed.offset !== bytes.length) throw malformed(`${what}: bytes follow its end`);
  return toElement(parsed.result);
}

const CLASS_BITS: Readonly<Record<number, number>> = { 1: 0x00, 2: 0x40, 3: 0x80, 4: 0xc0 };

function toElement(block: BaseBlock): Element {
  const { tagClass, tagNumber, isConstructed } = block.idBlock;
  const raw = block.valueBeforeDecodeView;
  const bits = CLASS_BITS[tagClass];
  const inner = isConstructed && 'value' in block.valueBlock ? block.valueBlock.value : [];
  return {
    tag: bits === undefined || tagNumber > 30 ? -1 : bits + tagNumber,
    constructed: isConstructed,
    raw,
    content: isConstructed
      ? new Uint8Array()
      : raw.subarray(block.idBlock.blockLength + block.lenBlock.blockLength),
    children: Array.isArray(inner) ? inner.map((child: BaseBlock) => toElement(child)) : [],
    ...(block instanceof ObjectIdentifier ? { oid: block.getValue() } : {}),
  };
}

/** Walks the members of a SEQUENCE in order; every slip is a ScepError `malformed` that names the place. */
export class Cursor {
  readonly #what: string;
  readonly #members: readonly Element[];
  #next = 0;

  constructor(members: readonly Element[], what: string) {
    this.#members = members;
    this.#what = what;
  }

  /** The next member, which must have this tag. */
  take(tag: number, name: string): Element {
    const member = this.#members[this.#next];
    if (member?.tag !== tag) throw malformed(`${this.#what}: ${name} is missing or of another type`);
    this.#next += 1;
    return member;
  }

  /** The next member when it has this tag. */
  optional(tag: number): Element | undefined {
    return this.#members[this.#next]?.tag === tag ? this.#members[this.#next++] : undefined;
  }

  /** The next member whatever its tag. */
  any(name: string): Element {
    const member = this.#members[this.#next];
    if (member === undefined) throw malformed(`${this.#what}: ${name} is missing`);
    this.#next += 1;
    return member;
  }

  peek(): Element | undefined {
    return this.#members[this.#next];
  }

  sequence(name: string): Cursor {
    return new Cursor(this.take(TAG.sequence, name).children, `${this.#what} ${name}`);
  }

  oid(name: string): string {
    return readOid(this.take(TAG.oid, name));
  }

  end(): void {
    if (this.#next < this.#members.length) throw malformed(`${this.#what}: it has more members than known`);
  }
}

/** A cursor over the members of `bytes`, which must be one SEQUENCE. */
export function readSequence(bytes: Uint8Array, what: string): Cursor {
  const element = readElement(bytes, what);
  if (element.tag !== TAG.sequence) throw malformed(`${what}: not a SEQUENCE`);
  return new Cursor(element.children, what);
}

/** The dotted form of an OBJECT IDENTIFIER. */
export function readOid(element: Element): string {
  if (element.tag !== TAG.oid) throw malformed('an object identifier is missing or of another type');
  const text = element.oid ?? '';
  if (!/^\d+(?:\.\d+)+$/.test(text)) throw malformed('an object identifier cannot be read');
  return text;
}

/** The octets of an OCTET STRING or an implicitly tagged one, its chunks joined when it is constructed. */
export function readOctets(element: Element): Uint8Array {
  return element.constructed ? concatBytes(element.children.map(readOctets)) : element.content;
}

/** The bytes of a BIT STRING whose length is a multiple of eight bits, as keys and signatures are. */
export function readBitString(element: Element, what: string): Uint8Array {
  if (element.constructed) throw malformed(`${what}: a BIT STRING in parts`);
  if (element.content[0] !== 0) throw malformed(`${what}: not whole bytes`);
  return element.content.subarray(1);
}

/** A small non-negative INTEGER such as a version. */
export function readSmallInteger(element: Element, what: string): number {
  const [value] = element.content;
  if (element.content.length !== 1 || value === undefined || value > 127)
    throw malformed(`${what} is out of range`);
  return value;
}
