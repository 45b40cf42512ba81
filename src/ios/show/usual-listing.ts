import type { NameAttribute } from '../../domain/certificate.ts';
import { deepFreeze } from '../../domain/deep-freeze.ts';
import type { PrintedCertificate } from '../../domain/printed-certificate.ts';
import { type CertificateDraft, newDraft } from './certificate-draft.ts';
import { readPrintedDate } from './date.ts';
import { attributeName, readNameLines } from './name-lines.ts';
import { outputLines } from './output.ts';

const HEADS: ReadonlyMap<string, PrintedCertificate['kind']> = new Map([
  ['Certificate', 'identity'],
  ['CA Certificate', 'ca'],
  ['Router Self-Signed Certificate', 'self-signed'],
  ['RA Signature Certificate', 'ra-signature'],
]);

const HEAD = `(${[...HEADS.keys()].join('|')})\\n`;
/** The rest of a line, without the blanks around it. */
const VALUE = '(?=\\S)(.*\\S) *\\n';
/** Lines below a label, none less deep than the first. That one is no security warning of recent IOS-XE: they belong to no block. */
const BELOW = ' {4}(?!SECURITY|INSECURE)\\S.*\\n(?: {4} *\\S.*\\n)*';

/** Takes what a line captures into the certificate; false where it is unusual. */
type Take = (draft: CertificateDraft, captured: string) => boolean;

/** The lines of a certificate, each with one group, as IOS 12.4 to IOS-XE 17 print them and in their order. */
const LINES: readonly (readonly [pattern: string, take: Take])[] = [
  [`  Status: ${VALUE}`, takeStatus],
  ['  Certificate Serial Number(?: \\(hex\\))?: (?!0X)([0-9A-Z]+) *\\n', textInto('serial')],
  [`(?:  Certificate Usage: ${VALUE})?`, textInto('usage')],
  [`  Issuer: *\\n(${BELOW})`, nameInto('issuer')],
  [`  Subject: *\\n(?: {4}Name: ${VALUE})?`, textInto('name')],
  [`(?: {4}IP Address: ${VALUE})?`, textInto('ipAddress')],
  [`(?: {4}Serial Number: ${VALUE})?`, textInto('serialNumber')],
  [`(${BELOW})?`, nameInto('subject')],
  [
    `(?:  CRL Distribution Points?: *\\n${BELOW})?  Validity Date: *\\n {4}start date: ${VALUE}`,
    dateInto('startDate'),
  ],
  [` {4}end   date: ${VALUE}`, dateInto('endDate')],
  [`(?: {4}renew date: ${VALUE})?`, dateInto('renewDate')],
  ['  Associated Trustpoints?: (\\S+(?: \\S+)*) *\\n', takeTrustpoints],
  [`(?:  Storage: ${VALUE})?`, textInto('storage')],
  [`(?:  Key Label: ${VALUE})?`, textInto('keyLabel')],
];

/** Found at `lastIndex` or not at all. */
const CERTIFICATE = new RegExp(`\\n*${HEAD}${LINES.map(([pattern]) => pattern).join('')}\\n*`, 'y');
const TAKES = LINES.map(([, take]) => take);

const BLANK = 0x20;
/** Of the lines of a name. */
const INDENT = 4;

/**
 * Reads a listing in which every line is one that routers usually print, where they usually print it: one pattern finds
 * a whole certificate. Undefined as soon as anything is unusual: an unknown label, a value in two lines, a label twice, a
 * pending request. Whatever it does read, certificate-blocks.ts would read the same.
 */
export function readUsualListing(text: string): PrintedCertificate[] | undefined {
  const certificates: PrintedCertificate[] = [];
  for (let at = 0; at < text.length; ) {
    const known = recall(text, at);
    if (known !== undefined) {
      certificates.push(known.certificate);
      at += known.text.length;
      continue;
    }
    CERTIFICATE.lastIndex = at;
    const found = CERTIFICATE.exec(text);
    const head = found?.[1];
    if (found === null || head === undefined) return undefined;
    const draft = newDraft(HEADS.get(head) ?? 'other', head);
    for (let line = 0; line < TAKES.length; line += 1) {
      const captured = found[line + 2];
      if (captured !== undefined && TAKES[line]?.(draft, captured) !== true) return undefined;
    }
    if (draft.kind !== 'identity') remember(found[0], draft);
    certificates.push(draft);
    at = CERTIFICATE.lastIndex;
  }
  return certificates;
}

interface Known {
  readonly text: string;
  readonly certificate: PrintedCertificate;
}

/** The certificates of CAs are the same on every router of a fleet: the last few are kept as they were read. */
const KNOWN: Known[] = [];
const MOST_KNOWN = 4;

function recall(text: string, at: number): Known | undefined {
  for (let index = 0; index < KNOWN.length; index += 1) {
    const known = KNOWN[index];
    if (known === undefined) continue;
    const end = at + known.text.length;
    if (text.slice(at, end) !== known.text) continue;
    // A deeper line would belong to the same certificate.
    if (end === text.length || text.charCodeAt(end) > BLANK) return known;
  }
  return undefined;
}

function remember(text: string, certificate: PrintedCertificate): void {
  KNOWN.unshift({ text, certificate: deepFreeze(certificate) });
  if (KNOWN.length > MOST_KNOWN) KNOWN.pop();
}

function textInto(
  key: 'serial' | 'usage' | 'name' | 'ipAddress' | 'serialNumber' | 'storage' | 'keyLabel',
): Take {
  return (draft, captured) => {
    draft[key] = captured;
    return true;
  };
}

function takeStatus(draft: CertificateDraft, captured: string): boolean {
  draft.status = captured;
  return captured.toLowerCase() !== 'pending';
}

function takeTrustpoints(draft: CertificateDraft, captured: string): boolean {
  draft.trustpoints = captured.includes(' ') ? captured.split(' ') : [captured];
  return true;
}

function dateInto(key: 'startDate' | 'endDate' | 'renewDate'): Take {
  return (draft, captured) => {
    const date = readPrintedDate(captured);
    if (date === undefined) return false;
    draft[key] = date;
    return true;
  };
}

function nameInto(key: 'issuer' | 'subject'): Take {
  return (draft, captured) => {
    const name = readPlainName(captured) ?? readAnyName(captured);
    if (name === undefined) return false;
    draft[key] = name;
    return true;
  };
}

/** A name with one attribute a line, all of well-known types. */
function readPlainName(lines: string): NameAttribute[] | undefined {
  if (lines.includes('+')) return undefined;
  const attributes: NameAttribute[] = [];
  for (let at = INDENT; at < lines.length; ) {
    const end = lines.indexOf('\n', at);
    const equals = lines.indexOf('=', at);
    if (equals < 0 || equals > end) return undefined;
    const type = attributeName(lines.slice(at, equals));
    if (type === undefined) return undefined;
    attributes.push({ type, value: lines.slice(equals + 1, end).trim() });
    at = end + 1 + INDENT;
  }
  return attributes;
}

function readAnyName(lines: string): NameAttribute[] | undefined {
  const { attributes, rest } = readNameLines(outputLines(lines.trimEnd()));
  return rest.length === 0 ? attributes : undefined;
}
