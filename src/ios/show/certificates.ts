import type { PrintedCertificate, PrintedDate } from '../../domain/printed-certificate.ts';
import { type BlockField, type CertificateBlock, readCertificateBlocks } from './certificate-blocks.ts';
import { type CertificateDraft, newDraft } from './certificate-draft.ts';
import { readPrintedDate } from './date.ts';
import { readFingerprint } from './fingerprint-lines.ts';
import { readNameLines } from './name-lines.ts';
import { unreadable } from './output.ts';
import { readUsualListing } from './usual-listing.ts';
import { isKnownDetail } from './verbose-details.ts';

/**
 * Reads `show crypto pki certificates [<trustpoint>] [verbose]` of IOS 12 to IOS-XE 17. No output is no
 * certificate. A field that occurs twice in a block is read once; its other lines, and every line that is not
 * known, stand in `notUnderstood`. Throws DeviceError `output-unreadable` for a line outside every certificate
 * and for a certificate without a status.
 */
export function readCertificates(text: string): PrintedCertificate[] {
  return readUsualListing(text) ?? readAnyListing(text);
}

/** The same for listings with anything unusual in them. */
export function readAnyListing(text: string): PrintedCertificate[] {
  return readCertificateBlocks(text).map(readBlock);
}

function readBlock({ head, fields }: CertificateBlock): PrintedCertificate {
  const draft = newDraft(kindOf(head), head);
  draft.rollover = /\brollover\b/i.test(head);
  const seen: FieldReader[] = [];
  for (const field of fields) {
    const name = canonical(field.label);
    const reader = readerOf(name);
    const isRepeated = reader?.once === true && seen.includes(reader);
    if (reader !== undefined) seen.push(reader);
    if (isRepeated || reader?.read(draft, field, name) !== true) {
      draft.notUnderstood.push(field.line, ...field.children);
    }
  }
  if (draft.status === '')
    throw unreadable('show crypto pki certificates', head, 'a certificate without a status');
  return draft.status.toLowerCase() === 'pending' ? asRequest(draft) : draft;
}

/** While a request is pending there is no certificate: every fingerprint printed is the request's. */
function asRequest(draft: CertificateDraft): PrintedCertificate {
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
  const small = label.toLowerCase();
  return READERS.has(small) ? small : small.replace(/\s+/g, ' ').trim();
}

interface FieldReader {
  /** A second occurrence in one block is not believed. */
  readonly once: boolean;
  /** False: the line is not understood. */
  read(draft: CertificateDraft, field: BlockField, label: string): boolean;
}

const FINGERPRINT = /^(?:certificate request )?fingerprint(?: (?<hash>md5|sha-?\d+))?$/;
const FINGERPRINT_READER: FieldReader = { once: false, read: readPrintedFingerprint };

function readerOf(label: string): FieldReader | undefined {
  return READERS.get(label) ?? (FINGERPRINT.test(label) ? FINGERPRINT_READER : undefined);
}

/** By the label in small letters, each blank a single one. */
const READERS: ReadonlyMap<string, FieldReader> = new Map([
  ...under(textInto('status'), 'status'),
  ...under(
    readSerial,
    'certificate serial number',
    'certificate serial number (hex)',
    'certificate serial number(hex)',
  ),
  ...under(textInto('usage'), 'certificate usage', 'key usage'),
  ...under(readIssuer, 'issuer', 'issuer name'),
  ...under(readSubject, 'subject', 'subject name'),
  ...under(readValidity, 'validity date'),
  ...under(readTrustpoints, 'associated trustpoint', 'associated trustpoints'),
  ...under(textInto('storage'), 'storage'),
  ...under(textInto('keyLabel'), 'key label'),
  ...again(readDetails, 'subject key info', 'x509v3 extensions'),
  // Understood, and better read from the DER.
  ...again(
    () => true,
    'version',
    'crl distribution point',
    'crl distribution points',
    'ocsp url',
    'signature algorithm',
    'cert install time',
    'key storage device',
    'trustpool',
  ),
]);

/** A field that a block has once, whichever of these names it goes by. */
function under(read: FieldReader['read'], ...labels: readonly string[]): [string, FieldReader][] {
  const reader = { once: true, read };
  return labels.map((label) => [label, reader]);
}

/** Fields that may come again. */
function again(read: FieldReader['read'], ...labels: readonly string[]): [string, FieldReader][] {
  return labels.map((label) => [label, { once: false, read }]);
}

function textInto(key: 'status' | 'usage' | 'storage' | 'keyLabel') {
  return (draft: CertificateDraft, { value }: BlockField): boolean => {
    if (value !== '') draft[key] = value;
    return value !== '';
  };
}

function readDetails(draft: CertificateDraft, { children }: BlockField): boolean {
  draft.notUnderstood.push(...children.filter((line) => !isKnownDetail(line)));
  return true;
}

function readSerial(draft: CertificateDraft, { value }: BlockField): boolean {
  const serial = value.startsWith('0x') || value.startsWith('0X') ? value.slice(2) : value;
  if (!/^[0-9A-Z]+$/i.test(serial)) return false;
  draft.serial = serial.toUpperCase();
  return true;
}

function readIssuer(draft: CertificateDraft, { value, children }: BlockField): boolean {
  if (value !== '') return false;
  const { attributes, rest } = readNameLines(children);
  draft.issuer = attributes;
  draft.notUnderstood.push(...rest);
  return true;
}

const ABOUT = /^\s*(?<label>Name|Serial Number|IP Address)\s*:\s?(?<value>.*)$/i;

/** A subject opens with lines of its own (`Name:`, `Serial Number:`, `IP Address:`); the name's RDNs follow. */
function readSubject(draft: CertificateDraft, { value, children }: BlockField): boolean {
  if (value !== '') return false;
  let at = 0;
  for (; at < children.length; at += 1) {
    const groups = ABOUT.exec(children[at] ?? '')?.groups;
    if (groups === undefined || !takeAbout(draft, groups.label ?? '', groups.value ?? '')) break;
  }
  const { attributes, rest } = readNameLines(at === 0 ? children : children.slice(at));
  draft.subject = attributes;
  draft.notUnderstood.push(...rest);
  return true;
}

function takeAbout(draft: CertificateDraft, label: string, value: string): boolean {
  const key = ABOUT_KEYS[label.toLowerCase()];
  if (key === undefined || draft[key] !== undefined) return false;
  draft[key] = value.trim();
  return true;
}

const ABOUT_KEYS: Readonly<Record<string, 'name' | 'serialNumber' | 'ipAddress'>> = {
  name: 'name',
  'serial number': 'serialNumber',
  'ip address': 'ipAddress',
};

function readValidity(draft: CertificateDraft, { value, children }: BlockField): boolean {
  if (value !== '') return false;
  for (const line of children) {
    const label = VALIDITY.exec(line)?.[0];
    const date = label === undefined ? undefined : readPrintedDate(line.slice(label.length));
    if (label === undefined || date === undefined || !takeDate(draft, label, date)) {
      draft.notUnderstood.push(line);
    }
  }
  return true;
}

const VALIDITY = /^\s*(?:start|end|renew)\s+date:/i;

function takeDate(draft: CertificateDraft, label: string, date: PrintedDate): boolean {
  const word = label.trimStart().charAt(0).toLowerCase();
  const key = word === 's' ? 'startDate' : word === 'e' ? 'endDate' : 'renewDate';
  if (draft[key] !== undefined) return false;
  draft[key] = date;
  return true;
}

function readTrustpoints(draft: CertificateDraft, { value, children }: BlockField): boolean {
  const names = children.length === 0 ? value : [value, ...children].join(' ');
  draft.trustpoints = names.split(/\s+/).filter((name) => name !== '');
  return true;
}

function readPrintedFingerprint(draft: CertificateDraft, { value }: BlockField, label: string): boolean {
  const hash = FINGERPRINT.exec(label)?.groups?.hash;
  const fingerprint = readFingerprint(hash, value);
  if (fingerprint === undefined) return false;
  const list = label.startsWith('certificate request') ? draft.requestFingerprints : draft.fingerprints;
  list.push(fingerprint);
  return true;
}
