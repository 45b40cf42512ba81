import type { Fingerprint } from '../../domain/fingerprint.ts';
import type { PrintedDate } from '../../domain/printed-certificate.ts';
import { readPrintedDate } from './date.ts';
import { readFingerprint } from './fingerprint-lines.ts';
import { type NamedBlock, namedBlocks } from './named-blocks.ts';
import { unreadable } from './output.ts';

/** A certificate server on a router, as `show crypto pki server` tells of it. */
export interface CertificateServer {
  readonly name: string;
  /** As printed: `enabled`, or `disabled, Time has not been set`. */
  readonly status: string;
  /** As printed: `enabled`, `check failed`. */
  readonly state?: string;
  /** Status and state say so, and nothing else. */
  readonly enabled: boolean;
  /** Its configuration cannot be changed until it is shut. */
  readonly locked: boolean;
  readonly role: 'root' | 'subordinate' | 'registration-authority';
  /** As configured, in the order of its words. */
  readonly issuer?: string;
  readonly caFingerprint?: Fingerprint;
  readonly upperCaFingerprint?: Fingerprint;
  readonly raFingerprint?: Fingerprint;
  /** `manual`, `auto`, or whatever the release says. */
  readonly grantingMode?: string;
  readonly lastSerial?: string;
  readonly caExpiry?: PrintedDate;
  readonly nextCrl?: PrintedDate;
  readonly rollover?: PrintedDate;
  readonly notUnderstood: readonly string[];
}

type Draft = { -readonly [K in keyof CertificateServer]: CertificateServer[K] } & { notUnderstood: string[] };

const COMMAND = 'show crypto pki server';
const HEAD = /^Certificate Server (?<name>\S+?)\s*:$/i;

/**
 * Reads `show crypto pki server [<name>]`. No output is no server. Throws DeviceError `output-unreadable` for a line
 * outside every server and for a server without a status.
 */
export function readServer(text: string): CertificateServer[] {
  return namedBlocks(text, COMMAND, HEAD, 'certificate server').map(readBlock);
}

function readBlock({ name, lines }: NamedBlock): CertificateServer {
  const draft: Draft = { name, status: '', enabled: false, locked: false, role: 'root', notUnderstood: [] };
  for (const line of lines) {
    const colon = line.indexOf(':');
    const label = line.slice(0, Math.max(0, colon)).trim().toLowerCase();
    const isTaken =
      colon < 0 ? takeWords(draft, line) : takeField(draft, label, line.slice(colon + 1).trim());
    if (!isTaken) draft.notUnderstood.push(line);
  }
  if (draft.status === '') throw unreadable(COMMAND, name, 'a certificate server without a status');
  const says = [draft.status, draft.state ?? draft.status];
  return { ...draft, enabled: says.every((word) => /^enabled$/i.test(word)) };
}

function takeWords(draft: Draft, line: string): boolean {
  const lock = /^\s+Server's configuration is (?<un>un)?locked\b/i.exec(line);
  if (lock !== null) {
    draft.locked = lock.groups?.un === undefined;
    return true;
  }
  if (/^\s+Server configured in RA mode$/i.test(line)) draft.role = 'registration-authority';
  else if (/^\s+Server configured in subordinate(?: server)? mode$/i.test(line)) draft.role = 'subordinate';
  else return /^\s+Auto-Rollover configured, overlap period \d+ days?$/i.test(line);
  return true;
}

const TEXTS: Readonly<Record<string, 'status' | 'state' | 'issuer' | 'grantingMode' | 'lastSerial'>> = {
  status: 'status',
  state: 'state',
  'issuer name': 'issuer',
  'granting mode is': 'grantingMode',
  'last certificate issued serial number (hex)': 'lastSerial',
  'last certificate issued serial number': 'lastSerial',
};
const FINGERPRINTS: Readonly<Record<string, 'caFingerprint' | 'upperCaFingerprint' | 'raFingerprint'>> = {
  'ca cert fingerprint': 'caFingerprint',
  'upper ca cert fingerprint': 'upperCaFingerprint',
  'ra cert fingerprint': 'raFingerprint',
};
const DATES: Readonly<Record<string, 'caExpiry' | 'nextCrl' | 'rollover'>> = {
  'ca certificate expiration timer': 'caExpiry',
  'crl nextupdate timer': 'nextCrl',
  'autorollover timer': 'rollover',
};
/** Understood, and of no use here. */
const KNOWN = /^(?:current (?:primary )?storage dir(?: for \S+ files)?|database level)$/;

function takeField(draft: Draft, label: string, value: string): boolean {
  const text = TEXTS[label];
  if (text !== undefined) return takeOnce(draft, text, value === '' ? undefined : value);
  const fingerprint = FINGERPRINTS[label];
  if (fingerprint !== undefined) return takeOnce(draft, fingerprint, readFingerprint(undefined, value));
  const date = DATES[label];
  return date === undefined ? KNOWN.test(label) : takeOnce(draft, date, readPrintedDate(value));
}

/** False when there is nothing to take, or when it was said before. */
function takeOnce<K extends keyof Draft>(draft: Draft, key: K, value: Draft[K] | undefined): boolean {
  const before = draft[key];
  if (value === undefined || (before !== undefined && before !== '')) return false;
  draft[key] = value;
  return true;
}
