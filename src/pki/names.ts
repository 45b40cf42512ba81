import type { CertificateFacts, NameAttribute } from '../domain/certificate.ts';
import type { CertificateSummary } from '../domain/result.ts';
import { canonicalType, isKnownType, spellType } from './attribute-types.ts';

/** `CN=br-1.example.net, OU=Branches`, for people; what a terminal would take as a command is shown as hex. */
export function describeName(attributes: readonly NameAttribute[]): string {
  if (attributes.length === 0) return '(empty)';
  return attributes.map(({ type, value }) => `${spellType(type)}=${showValue(value)}`).join(', ');
}

function showValue(value: string): string {
  const escaped = value.replace(/[,+"\\<>;]/g, '\\$&');
  return escaped.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (character) => {
    const hex = (character.codePointAt(0) ?? 0).toString(16).toUpperCase();
    return `\\${hex.padStart(2, '0')}`;
  });
}

/** What results and reports say of a certificate. */
export function summarize(facts: CertificateFacts, trustpoint: string): CertificateSummary {
  const fingerprint = (hash: string): string =>
    facts.fingerprints.find((each) => each.hash === hash)?.hex ?? '';
  return {
    trustpoint,
    serial: facts.serial,
    subject: describeName(facts.subject),
    issuer: describeName(facts.issuer),
    notBefore: facts.notBefore,
    notAfter: facts.notAfter,
    sha1: fingerprint('SHA1'),
    sha256: fingerprint('SHA256'),
    key: `${facts.keyAlgorithm} ${facts.keyBits}`,
    signature: facts.signatureAlgorithm,
    names: [...facts.dnsNames, ...facts.ipAddresses],
  };
}

/**
 * Reads an X.500 name as a `subject-name` line takes it: attributes with commas, `+` or blanks between them,
 * `\,` and quotes around values that hold one (RFC 4514, and the older RFC 1779). Returns a sentence that says
 * what is wrong otherwise.
 */
export function parseNameText(text: string): readonly NameAttribute[] | { readonly problem: string } {
  const attributes: NameAttribute[] = [];
  let rest = text.trim();
  if (rest === '') return { problem: 'it is empty' };
  while (rest !== '') {
    const type = /^(?<type>[A-Za-z][A-Za-z0-9-]*|(?:OID\.)?\d+(?:\.\d+)+)\s*=\s*/i.exec(rest);
    if (type === null) return { problem: `“${rest}” does not begin with an attribute such as OU=` };
    const read = readValue(rest.slice(type[0].length));
    if (read === undefined) return { problem: `the quotation mark in “${rest}” is not closed` };
    attributes.push({ type: canonicalType(type.groups?.type ?? ''), value: read.value });
    rest = read.rest.trimStart();
    const separator = /^[,;+]\s*/.exec(rest)?.[0] ?? '';
    rest = rest.slice(separator.length);
    if (separator !== '' && rest === '') return { problem: `it ends with “${separator.trim()}”` };
  }
  return attributes;
}

interface ReadValue {
  readonly value: string;
  readonly rest: string;
}

function readValue(text: string): ReadValue | undefined {
  const quoted = /^"(?<value>(?:[^"\\]|\\.)*)"(?=\s*(?:[,;+]|$))/s.exec(text);
  if (quoted !== null) {
    return { value: unescapeText(quoted.groups?.value ?? ''), rest: text.slice(quoted[0].length) };
  }
  if (text.startsWith('"')) return undefined;
  const plain = /^(?:[^,;+\\]|\\[\s\S])*/.exec(text)?.[0] ?? '';
  const end = nextAttribute(plain) ?? plain.length;
  return { value: unescapeText(plain.slice(0, end).replace(/(?<!\\)\s+$/, '')), rest: text.slice(end) };
}

/** Blanks separate too, where the word behind them is a known attribute: `CN=a OU=b`. */
function nextAttribute(value: string): number | undefined {
  for (const { index, groups } of value.matchAll(/\s+(?=(?<type>[A-Za-z][A-Za-z0-9-]*)\s*=)/g)) {
    if (isKnownType(groups?.type ?? '')) return index;
  }
  return undefined;
}

/** `\,` is a comma; `\C3\BC` are bytes of UTF-8. */
function unescapeText(text: string): string {
  return text.replace(/(?:\\[0-9a-f]{2})+|\\./gis, (run: string) =>
    /^\\[0-9a-f]{2}/i.test(run)
      ? Buffer.from(run.replaceAll('\\', ''), 'hex').toString('utf8')
      : run.slice(1),
  );
}
