import { isIP } from 'node:net';
import type { NameAttribute } from '../domain/certificate.ts';
import { spellType } from './attribute-types.ts';
import type { DecodedCertificate } from './decode.ts';
import { describeName, parseNameText } from './names.ts';
import type { ExpectedCertificate, Verdict } from './verify.ts';

/** The names of a certificate, or of a request for one. */
export type Named = Pick<DecodedCertificate, 'subject' | 'dnsNames' | 'ipAddresses'>;

export interface NamedEvidence {
  /** A string says why it could not be read. */
  readonly identity: Named | string;
  readonly expected: Pick<ExpectedCertificate, 'subject' | 'fqdn' | 'serialNumberAsked' | 'ipAddress'>;
}

/** CAs are known to drop these from a subject; without them the certificate is still the one asked for. */
const DROPPABLE: ReadonlySet<string> = new Set(['unstructuredname', 'unstructuredaddress', 'serialnumber']);

/** Every attribute asked for stands in the subject with its value. Others may stand there too. */
export function checkSubject({ identity, expected: asked }: NamedEvidence): Verdict {
  const attributes = asked.subject === '' ? [] : parseNameText(asked.subject);
  if ('problem' in attributes) {
    return {
      status: 'unknown',
      expected: asked.subject,
      actual: `the subject asked for cannot be read: ${attributes.problem}`,
    };
  }
  const named = attributes.length === 0 ? 'any subject' : describeName(attributes);
  const expected = [named, ...(asked.serialNumberAsked ? ['serialNumber'] : [])].join(', ');
  if (typeof identity === 'string') return { status: 'unknown', expected, actual: identity };
  const missing = attributes.filter((attribute) => !holds(identity.subject, attribute));
  const isDropped = (attribute: NameAttribute): boolean =>
    DROPPABLE.has(attribute.type) && !identity.subject.some(({ type }) => type === attribute.type);
  const wrong = missing.filter((attribute) => !isDropped(attribute));
  const dropped = missing.filter(isDropped).map(({ type }) => type);
  const address = judgeAddress(identity, asked.ipAddress);
  if (asked.serialNumberAsked && !identity.subject.some(({ type }) => type === 'serialnumber')) {
    dropped.push('serialnumber');
  }
  if (address === 'dropped') dropped.push('unstructuredaddress');
  const subject = describeName(identity.subject);
  if (wrong.length > 0 || address === 'wrong') {
    const words = [
      ...wrong.map((each) => describeName([each])),
      ...(address === 'wrong' ? [asked.ipAddress] : []),
    ];
    return { status: 'fail', expected, actual: `${subject} (${words.join(', ')} missing)` };
  }
  if (dropped.length === 0) return { status: 'pass', expected, actual: subject };
  const names = [...new Set(dropped)].map(spellType).join(', ');
  return { status: 'note', expected, actual: `${subject} (${names} dropped by the CA)` };
}

/** Types are compared in one spelling, values exactly but for runs of white space. */
function holds(subject: readonly NameAttribute[], { type, value }: NameAttribute): boolean {
  return subject.some((each) => each.type === type && collapse(each.value) === collapse(value));
}

function collapse(value: string): string {
  return value.trim().replace(/\s+/g, ' ');
}

/** An interface name stands for an address we do not know: any address will do. */
function judgeAddress(
  { subject, ipAddresses }: Named,
  asked: string | undefined,
): 'right' | 'wrong' | 'dropped' {
  if (asked === undefined) return 'right';
  const held = subject.filter(({ type }) => type === 'unstructuredaddress').map(({ value }) => value.trim());
  const all = [...held, ...ipAddresses];
  if (all.length === 0) return 'dropped';
  return isIP(asked) === 0 || all.some((each) => sameAddress(each, asked)) ? 'right' : 'wrong';
}

function sameAddress(a: string, b: string): boolean {
  return plainAddress(a) === plainAddress(b);
}

function plainAddress(text: string): string {
  return isIP(text) === 6 ? new URL(`http://[${text}]`).hostname : text;
}

/** The name asked for is where a peer looks for it: in the alternative names or the unstructured name. */
export function checkNames({ identity, expected: { fqdn } }: NamedEvidence): Verdict {
  const expected = fqdn ?? 'no name was asked for';
  if (typeof identity === 'string') return { status: 'unknown', expected, actual: identity };
  const held = (type: string): readonly string[] =>
    identity.subject.filter((each) => each.type === type).map(({ value }) => value.trim());
  const { dnsNames } = identity;
  const [unstructured, common] = [held('unstructuredname'), held('cn')];
  const actual = describeNames(dnsNames, unstructured, common);
  if (fqdn === undefined) return { status: 'pass', expected, actual };
  const matches = (names: readonly string[]): boolean =>
    names.some((name) => name.toLowerCase() === fqdn.toLowerCase());
  if (matches(dnsNames) || matches(unstructured)) return { status: 'pass', expected, actual };
  // A peer that finds alternative names does not look at the CN (RFC 6125 section 6.4.4).
  if (matches(common) && dnsNames.length === 0 && unstructured.length === 0) {
    return { status: 'note', expected, actual: `${actual} (unstructuredName dropped by the CA)` };
  }
  return { status: 'fail', expected, actual };
}

function describeNames(
  dnsNames: readonly string[],
  unstructured: readonly string[],
  common: readonly string[],
): string {
  const attributes = [
    ...dnsNames.map((value) => ({ type: 'dNSName', value })),
    ...unstructured.map((value) => ({ type: 'unstructuredname', value })),
    ...common.map((value) => ({ type: 'cn', value })),
  ];
  return attributes.length === 0 ? 'no name' : describeName(attributes);
}
