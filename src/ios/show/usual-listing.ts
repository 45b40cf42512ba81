import type { NameAttribute } from '../../domain/certificate.ts';
import { deepFreeze } from '../../domain/deep-freeze.ts';
import type { PrintedCertificate, PrintedDate } from '../../domain/printed-certificate.ts';
import { readPrintedDate } from './date.ts';
import { attributeName } from './name-lines.ts';

type Draft = { -readonly [K in keyof PrintedCertificate]: PrintedCertificate[K] } & {
  issuer: NameAttribute[];
  subject: NameAttribute[];
};

/** What the lines below a label are. */
type Below = 'nothing' | 'issuer' | 'subject' | 'validity' | 'ignored';

/** A block that is being read. */
interface Reading {
  readonly text: string;
  draft: Draft | undefined;
  /** Bits of the labels that it has had. */
  seen: number;
  below: Below;
  /** Of the label that the lines are below of. */
  labelIndent: number;
  /** Of the first line below it; -1 before that. */
  depth: number;
}

const HEADS: ReadonlyMap<string, PrintedCertificate['kind']> = new Map([
  ['Certificate', 'identity'],
  ['CA Certificate', 'ca'],
  ['Router Self-Signed Certificate', 'self-signed'],
  ['RA Signature Certificate', 'ra-signature'],
]);

interface Label {
  readonly bit: number;
  readonly below: Below;
  readonly text?: 'status' | 'usage' | 'storage' | 'keyLabel' | 'serial' | 'trustpoints';
}

/** As IOS 12.4 to IOS-XE 17 print them. */
const LABELS: ReadonlyMap<string, Label> = new Map<string, Label>([
  ['Status', { bit: 1, below: 'nothing', text: 'status' }],
  ['Certificate Serial Number (hex)', { bit: 2, below: 'nothing', text: 'serial' }],
  ['Certificate Serial Number', { bit: 2, below: 'nothing', text: 'serial' }],
  ['Certificate Usage', { bit: 4, below: 'nothing', text: 'usage' }],
  ['Issuer', { bit: 8, below: 'issuer' }],
  ['Subject', { bit: 16, below: 'subject' }],
  ['CRL Distribution Points', { bit: 0, below: 'ignored' }],
  ['Validity Date', { bit: 32, below: 'validity' }],
  ['Associated Trustpoints', { bit: 64, below: 'nothing', text: 'trustpoints' }],
  ['Associated Trustpoint', { bit: 64, below: 'nothing', text: 'trustpoints' }],
  ['Storage', { bit: 128, below: 'nothing', text: 'storage' }],
  ['Key Label', { bit: 256, below: 'nothing', text: 'keyLabel' }],
]);

const BLANK = 0x20;
const LINE_END = 0x0a;

/**
 * Reads a listing in which every line is one that routers usually print, a single time from its first to its last
 * character. Undefined as soon as anything is unusual: an unknown label, a value in two lines, a label twice, a pending
 * request, anything but ASCII. Whatever it does read, certificate-blocks.ts would read the same.
 */
export function readUsualListing(text: string): PrintedCertificate[] | undefined {
  if (text.includes('\r') || text.includes('\u2028') || text.includes('\u2029')) return undefined;
  const certificates: PrintedCertificate[] = [];
  const reading: Reading = { text, draft: undefined, seen: 0, below: 'nothing', labelIndent: 0, depth: -1 };
  const length = text.length;
  let start = 0;
  let lastEnd = 0;
  for (let at = 0; at < length; ) {
    const newline = text.indexOf('\n', at);
    const end = newline < 0 ? length : newline;
    let first = at;
    while (first < end && text.charCodeAt(first) === BLANK) first += 1;
    let stop = end;
    while (stop > first && text.charCodeAt(stop - 1) === BLANK) stop -= 1;
    if (stop === first) {
      at = end + 1;
      continue;
    }
    if (!isSign(text, first) || !isSign(text, stop - 1)) return undefined;
    if (first > at) {
      if (!readLine(reading, first - at, first, stop)) return undefined;
    } else {
      if (!finish(reading, certificates, start, lastEnd)) return undefined;
      const known = recall(text, at);
      if (known !== undefined) {
        certificates.push(known.certificate);
        at += known.text.length;
        continue;
      }
      if (!open(reading, text.slice(at, stop))) return undefined;
      start = at;
    }
    lastEnd = end;
    at = end + 1;
  }
  return finish(reading, certificates, start, lastEnd) ? certificates : undefined;
}

/** Neither a blank of any kind nor beyond ASCII. */
function isSign(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code > BLANK && code < 0x7f;
}

function open(reading: Reading, head: string): boolean {
  const kind = HEADS.get(head);
  if (kind === undefined) return false;
  reading.draft = {
    kind,
    head,
    rollover: false,
    status: '',
    issuer: [],
    subject: [],
    trustpoints: [],
    fingerprints: [],
    requestFingerprints: [],
    notUnderstood: [],
  };
  reading.seen = 0;
  reading.below = 'nothing';
  return true;
}

function finish(reading: Reading, certificates: PrintedCertificate[], start: number, end: number): boolean {
  const { draft, text } = reading;
  if (draft === undefined) return true;
  reading.draft = undefined;
  if (draft.status === '' || draft.status.toLowerCase() === 'pending') return false;
  certificates.push(draft);
  if (draft.kind !== 'identity') remember(text.slice(start, end), draft);
  return true;
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
    if (text.slice(at, end) === known.text && endsAt(text, end)) return known;
  }
  return undefined;
}

/** Whether nothing but empty lines stand between this end of a line and the next block: deeper lines would belong to this one. */
function endsAt(text: string, end: number): boolean {
  const length = text.length;
  let at = end;
  while (at < length) {
    if (text.charCodeAt(at) !== LINE_END) return false;
    at += 1;
    const start = at;
    while (text.charCodeAt(at) === BLANK) at += 1;
    if (at < length && text.charCodeAt(at) !== LINE_END) return at === start;
  }
  return true;
}

function remember(text: string, certificate: PrintedCertificate): void {
  KNOWN.unshift({ text, certificate: deepFreeze(certificate) });
  if (KNOWN.length > MOST_KNOWN) KNOWN.pop();
}

function readLine(reading: Reading, indent: number, first: number, stop: number): boolean {
  const { text, draft } = reading;
  if (draft === undefined) return false;
  if (reading.below !== 'nothing') {
    if (reading.depth < 0 && indent > reading.labelIndent) reading.depth = indent;
    if (reading.depth >= 0 && indent >= reading.depth) {
      return readBelow(reading, draft, indent, first, stop);
    }
    reading.below = 'nothing';
  }
  const colon = text.indexOf(':', first);
  if (colon < 0 || colon >= stop) return false;
  const label = LABELS.get(text.slice(first, colon));
  if (label === undefined || (reading.seen & label.bit) !== 0) return false;
  reading.seen |= label.bit;
  const isEmpty = colon === stop - 1;
  if (label.below !== 'nothing') {
    reading.below = label.below;
    reading.labelIndent = indent;
    reading.depth = -1;
    return isEmpty;
  }
  if (isEmpty || text.charCodeAt(colon + 1) !== BLANK) return false;
  let from = colon + 2;
  while (text.charCodeAt(from) === BLANK) from += 1;
  return (
    isSign(text, from) && label.text !== undefined && takeValue(draft, label.text, text.slice(from, stop))
  );
}

function takeValue(draft: Draft, key: NonNullable<Label['text']>, value: string): boolean {
  if (key === 'trustpoints') draft.trustpoints = isWord(value) ? [value] : value.split(/\s+/);
  else if (key !== 'serial') draft[key] = value;
  else if (isSerial(value)) draft.serial = value;
  else return false;
  return true;
}

function isWord(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) if (!isSign(text, at)) return false;
  return true;
}

/** Digits and capital letters; `0x` is left to the careful reader. */
function isSerial(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (!((code >= 0x30 && code <= 0x39) || (code >= 0x41 && code <= 0x5a))) return false;
  }
  return !text.startsWith('0X');
}

function readBelow(reading: Reading, draft: Draft, indent: number, first: number, stop: number): boolean {
  const { text, below } = reading;
  // The security warnings of recent IOS-XE begin with these, and belong to no block.
  if (below === 'ignored') return text.charCodeAt(first) !== 0x53 && text.charCodeAt(first) !== 0x49;
  if (indent !== reading.depth) return false;
  if (below === 'validity') return takeDate(draft, text, first, stop);
  if (below === 'subject' && draft.subject.length === 0 && isAbout(text, first, stop)) {
    return takeAbout(draft, text, first, stop);
  }
  return takeAttribute(below === 'issuer' ? draft.issuer : draft.subject, text, first, stop);
}

function takeDate(draft: Draft, text: string, first: number, stop: number): boolean {
  const key = text.startsWith('start date: ', first)
    ? 'startDate'
    : text.startsWith('end   date: ', first)
      ? 'endDate'
      : text.startsWith('renew date: ', first)
        ? 'renewDate'
        : undefined;
  if (key === undefined || draft[key] !== undefined) return false;
  const date: PrintedDate | undefined = readPrintedDate(text.slice(first + 12, stop));
  if (date === undefined) return false;
  draft[key] = date;
  return true;
}

const ABOUT = [
  ['Name: ', 'name'],
  ['Serial Number: ', 'serialNumber'],
  ['IP Address: ', 'ipAddress'],
] as const;

function isAbout(text: string, first: number, stop: number): boolean {
  const colon = text.indexOf(':', first);
  return colon >= 0 && colon < stop;
}

function takeAbout(draft: Draft, text: string, first: number, stop: number): boolean {
  for (const [label, key] of ABOUT) {
    if (!text.startsWith(label, first)) continue;
    if (draft[key] !== undefined) return false;
    draft[key] = text.slice(first + label.length, stop).trimStart();
    return true;
  }
  return false;
}

function takeAttribute(attributes: NameAttribute[], text: string, first: number, stop: number): boolean {
  const equals = text.indexOf('=', first);
  if (equals < 0 || equals >= stop) return false;
  const type = attributeName(text.slice(first, equals));
  if (type === undefined) return false;
  const value = text.slice(equals + 1, stop);
  if (value.includes('+')) return false;
  attributes.push({ type, value: isSign(text, equals + 1) ? value : value.trimStart() });
  return true;
}
