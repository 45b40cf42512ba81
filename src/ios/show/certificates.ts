import type { NameAttribute } from '../../domain/certificate.ts';
import type { Fingerprint } from '../../domain/fingerprint.ts';
import type { PrintedCertificate, PrintedDate } from '../../domain/printed-certificate.ts';
import { type BlockField, type CertificateBlock, readCertificateBlocks } from './certificate-blocks.ts';
import { readPrintedDate } from './date.ts';
import { readFingerprint } from './fingerprint-lines.ts';
import { readNameLines } from './name-lines.ts';
import { unreadable } from './output.ts';
import { isKnownDetail } from './verbose-details.ts';

type Draft = { -readonly [K in keyof PrintedCertificate]: PrintedCertificate[K] } & {
  issuer: readonly NameAttribute[];
  subject: readonly NameAttribute[];
  fingerprints: Fingerprint[];
  requestFingerprints: Fingerprint[];
  trustpoints: string[];
  notUnderstood: string[];
};

/**
 * Reads `show crypto pki certificates [<trustpoint>] [verbose]` of IOS 12 to IOS-XE 17. No output is no
 * certificate. A field that occurs twice in a block is read once; its other lines, and every line that is not
 * known, stand in `notUnderstood`. Throws DeviceError `output-unreadable` for a line outside every certificate
 * and for a certificate without a status.
 */
export function readCertificates(text: string): PrintedCertificate[] {
  return readCertificateBlocks(text).map(readBlock);
}

function readBlock(block: CertificateBlock): PrintedCertificate {
  const draft: Draft = {
    kind: kindOf(block.head),
    head: block.head,
    rollover: /\brollover\b/i.test(block.head),
    status: '',
    issuer: [],
    subject: [],
    trustpoints: [],
    fingerprints: [],
    requestFingerprints: [],
    notUnderstood: [],
  };
  const seen = new Set<string>();
  for (const field of block.fields) {
    const name = canonical(field.label);
    const reader = READERS.find(({ label }) => label.test(name));
    const isRepeated = reader?.once === true && seen.has(reader.label.source);
    if (reader !== undefined) seen.add(reader.label.source);
    if (isRepeated || reader?.read(draft, field, name) !== true) {
      draft.notUnderstood.push(field.line, ...field.children);
    }
  }
  if (draft.status === '')
    throw unreadable('show crypto pki certificates', block.head, 'a certificate without a status');
  return /^pending$/i.test(draft.status) ? asRequest(draft) : draft;
}

/** While a request is pending there is no certificate: every fingerprint printed is the request's. */
function asRequest(draft: Draft): PrintedCertificate {
  const requestFingerprints = [...draft.requestFingerprints, ...draft.fingerprints];
  return { ...draft, fingerprints: [], requestFingerprints };
}

function kindOf(head: string): PrintedCertificate['kind'] {
  if (/^Certificate(?: ?\(|$)/i.test(head)) return 'identity';
  if (/^CA Certificate(?: ?\(|$)/i.test(head)) return 'ca';
  if (/^Router Self-?Signed Certificate(?: ?\(|$)/i.test(head)) return 'self-signed';
  if (/^RA Signature Certificate$/i.test(head)) return 'ra-signature';
  if (/^RA (?:Key ?Encipher(?:ment)?|Encryption) Certificate$/i.test(head)) return 'ra-encryption';
  return 'other';
}

function canonical(label: string): string {
  return label.toLowerCase().replace(/\s+/g, ' ').trim();
}

interface FieldReader {
  readonly label: RegExp;
  /** A second occurrence in one block is not believed. */
  readonly once: boolean;
  /** False: the line is not understood. */
  read(draft: Draft, field: BlockField, label: string): boolean;
}

const READERS: readonly FieldReader[] = [
  { label: /^status$/, once: true, read: textInto('status') },
  { label: /^certificate serial number(?: ?\(hex\))?$/, once: true, read: readSerial },
  {
    label: /^(?:certificate|key) usage$/,
    once: true,
    read: textInto('usage'),
  },
  { label: /^issuer(?: name)?$/, once: true, read: readIssuer },
  { label: /^subject(?: name)?$/, once: true, read: readSubject },
  { label: /^validity date$/, once: true, read: readValidity },
  { label: /^associated trustpoints?$/, once: true, read: readTrustpoints },
  { label: /^storage$/, once: true, read: textInto('storage') },
  { label: /^key label$/, once: true, read: textInto('keyLabel') },
  { label: /^fingerprint(?: (?:md5|sha-?\d+))?$/, once: false, read: readPrintedFingerprint },
  {
    label: /^certificate request fingerprint(?: (?:md5|sha-?\d+))?$/,
    once: false,
    read: readPrintedFingerprint,
  },
  // Understood, and better read from the DER.
  {
    label:
      /^(?:version|crl distribution points?|ocsp url|signature algorithm|cert install time|key storage device|trustpool)$/,
    once: false,
    read: () => true,
  },
  { label: /^(?:subject key info|x509v3 extensions)$/, once: false, read: readDetails },
];

function textInto(key: 'status' | 'usage' | 'storage' | 'keyLabel') {
  return (draft: Draft, { value }: BlockField): boolean => {
    if (value !== '') draft[key] = value;
    return value !== '';
  };
}

function readDetails(draft: Draft, { children }: BlockField): boolean {
  draft.notUnderstood.push(...children.filter((line) => !isKnownDetail(line)));
  return true;
}

function readSerial(draft: Draft, { value }: BlockField): boolean {
  const serial = value.replace(/^0x/i, '');
  if (!/^[0-9A-Z]+$/i.test(serial)) return false;
  draft.serial = serial.toUpperCase();
  return true;
}

function readIssuer(draft: Draft, { value, children }: BlockField): boolean {
  if (value !== '') return false;
  const { attributes, rest } = readNameLines(children);
  draft.issuer = attributes;
  draft.notUnderstood.push(...rest);
  return true;
}

const ABOUT = /^\s*(?<label>Name|Serial Number|IP Address)\s*:\s?(?<value>.*)$/i;

/** A subject opens with lines of its own (`Name:`, `Serial Number:`, `IP Address:`); the name's RDNs follow. */
function readSubject(draft: Draft, { value, children }: BlockField): boolean {
  if (value !== '') return false;
  let at = 0;
  for (; at < children.length; at += 1) {
    const groups = ABOUT.exec(children[at] ?? '')?.groups;
    if (groups === undefined || !takeAbout(draft, canonical(groups.label ?? ''), groups.value ?? '')) break;
  }
  const { attributes, rest } = readNameLines(children.slice(at));
  draft.subject = attributes;
  draft.notUnderstood.push(...rest);
  return true;
}

function takeAbout(draft: Draft, label: string, value: string): boolean {
  const key = ABOUT_KEYS[label];
  if (key === undefined || draft[key] !== undefined) return false;
  draft[key] = value.trim();
  return true;
}

const ABOUT_KEYS: Readonly<Record<string, 'name' | 'serialNumber' | 'ipAddress'>> = {
  name: 'name',
  'serial number': 'serialNumber',
  'ip address': 'ipAddress',
};

function readValidity(draft: Draft, { value, children }: BlockField): boolean {
  if (value !== '') return false;
  for (const line of children) {
    const groups = /^\s*(?<label>start|end|renew)\s+date:\s*(?<date>.*)$/i.exec(line)?.groups;
    const date = readPrintedDate(groups?.date ?? '');
    if (date === undefined || !takeDate(draft, (groups?.label ?? '').toLowerCase(), date)) {
      draft.notUnderstood.push(line);
    }
  }
  return true;
}

function takeDate(draft: Draft, label: string, date: PrintedDate): boolean {
  const key = label === 'start' ? 'startDate' : label === 'end' ? 'endDate' : 'renewDate';
  if (draft[key] !== undefined) return false;
  draft[key] = date;
  return true;
}

function readTrustpoints(draft: Draft, { value, children }: BlockField): boolean {
  draft.trustpoints = [value, ...children]
    .join(' ')
    .split(/\s+/)
    .filter((name) => name !== '');
  return true;
}

function readPrintedFingerprint(draft: Draft, { value }: BlockField, label: string): boolean {
  const hash = /(?<hash>md5|sha-?\d+)$/.exec(label)?.groups?.hash;
  const fingerprint = readFingerprint(hash, value);
  if (fingerprint === undefined) return false;
  const list = label.startsWith('certificate request') ? draft.requestFingerprints : draft.fingerprints;
  list.push(fingerprint);
  return true;
}
