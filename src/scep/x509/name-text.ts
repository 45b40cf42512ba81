import { ScepError } from '../errors.ts';
import type { NameValue, RelativeName } from './name.ts';
import { attributeOid, attributeType } from './name-types.ts';

/**
 * Reads `CN=Lab CA,O=Example` as RFC 4514 writes names: the text is in the reverse of the encoded order,
 * so the last part comes first in the result. `+` joins attributes of one part; `\,` `\+` `\"` `\\` and `\C3`
 * escape; double quotes around a value work as in RFC 2253. Throws ScepError `invalid-argument`.
 */
export function nameFromText(text: string): RelativeName[] {
  const relatives: NameValue[][] = [];
  let joined = false;
  let rest = text.trimStart();
  while (rest !== '') {
    const type = /^(?<type>[A-Za-z][A-Za-z0-9-]*|\d+(?:\.\d+)+) *= */.exec(rest);
    if (type?.groups?.type === undefined) throw notAName();
    const value = readValue(rest.slice(type[0].length));
    const attribute = { type: attributeType(attributeOid(type.groups.type)), value: value.text };
    if (joined) relatives.at(-1)?.push(attribute);
    else relatives.push([attribute]);
    joined = value.separator === '+';
    rest = value.rest.trimStart();
    if (value.separator !== '' && rest === '') throw notAName();
  }
  return relatives.toReversed();
}

interface ReadValue {
  readonly text: string;
  readonly separator: string;
  readonly rest: string;
}

function readValue(source: string): ReadValue {
  const quoted = /^"(?<body>(?:\\.|[^"\\])*)" *(?<separator>[,;+]|$)/s.exec(source);
  const plain = /^(?<body>(?:\\.|[^,;+"\\])*)(?<separator>[,;+]|$)/s.exec(source);
  const match = quoted ?? plain;
  if (match?.groups === undefined) throw notAName();
  const { body = '', separator = '' } = match.groups;
  return {
    text: unescaped(quoted === null ? trimPlain(body) : body),
    separator,
    rest: source.slice(match[0].length),
  };
}

/** Blanks around a value do not belong to it, unless escaped. */
function trimPlain(body: string): string {
  const trimmed = body.replace(/^ +| +$/g, '');
  return /(?:^|[^\\])(?:\\\\)*\\$/.test(trimmed) ? `${trimmed} ` : trimmed;
}

function unescaped(body: string): string {
  return body.replace(/(?:\\[0-9A-Fa-f]{2})+|\\(?<literal>.)/gs, (whole, literal: string | undefined) =>
    literal === undefined ? Buffer.from(whole.replaceAll('\\', ''), 'hex').toString('utf8') : literal,
  );
}

function notAName(): ScepError {
  return new ScepError('invalid-argument', 'the text is not a name such as CN=Lab CA,O=Example');
}

/** The name as RFC 4514 writes it, with attribute types in capitals: `CN=Lab CA,O=Example`. */
export function nameToText(name: readonly RelativeName[]): string {
  return name
    .toReversed()
    .map((relative) => relative.map(({ type, value }) => `${type.toUpperCase()}=${escaped(value)}`).join('+'))
    .join(',');
}

function escaped(value: string): string {
  return value.replace(/[,+"\\<>;]/g, '\\$&').replace(/^[# ]| $/g, '\\$&');
}
