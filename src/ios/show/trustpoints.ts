import type { NameAttribute } from '../../domain/certificate.ts';
import { readNameLines } from './name-lines.ts';
import { type NamedBlock, namedBlocks } from './named-blocks.ts';
import { indentOf } from './output.ts';

/** One trustpoint of `show crypto pki trustpoints`. What it says of certificates is said of the CA's. */
export interface ListedTrustpoint {
  readonly name: string;
  /** The CA certificate is there; `Certificate configured.` says nothing of the router's own. */
  readonly caConfigured: boolean;
  /** The trustpoint of the router's own self-signed certificate. */
  readonly selfSigned: boolean;
  /** Of the CA certificate, or of the self-signed one. */
  readonly subject: readonly NameAttribute[];
  /** Upper-case hex as printed. */
  readonly serial?: string;
  readonly keyLabel?: string;
  /** With the path that the router asks at, without `/pkiclient.exe`. */
  readonly scepUrl?: string;
  readonly crlQueryUrl?: string;
  readonly notUnderstood: readonly string[];
}

type Draft = { -readonly [K in keyof ListedTrustpoint]: ListedTrustpoint[K] } & { notUnderstood: string[] };

const COMMAND = 'show crypto pki trustpoints';
const HEAD = /^Trustpoint (?<name>\S+?):?$/;
const SUBJECT = /^\s+Subject Name\s*:$/i;
const SERIAL = /^\s+Serial Number(?: ?\(hex\))?\s*: *(?<value>[0-9A-F]+)$/i;

/**
 * Reads `show crypto pki trustpoints` (`show crypto ca trustpoints` before 12.3(7)T). A trustpoint without a CA
 * certificate is a line with its name. Throws DeviceError `output-unreadable` for a line outside every trustpoint.
 */
export function readTrustpoints(text: string): ListedTrustpoint[] {
  return namedBlocks(text, COMMAND, HEAD, 'trustpoint').map(readBlock);
}

function readBlock({ name, lines }: NamedBlock): ListedTrustpoint {
  const draft: Draft = { name, caConfigured: false, selfSigned: false, subject: [], notUnderstood: [] };
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    if (!SUBJECT.test(line) || draft.subject.length > 0) {
      if (!takeField(draft, line)) draft.notUnderstood.push(line);
      continue;
    }
    const end = endOfName(lines, at + 1);
    const { attributes, rest } = readNameLines(lines.slice(at + 1, end));
    draft.subject = attributes;
    draft.notUnderstood.push(...rest);
    at = end - 1;
  }
  return draft;
}

/** A value broken at a comma goes on one column deeper than the name, so nothing there is taken for a field. */
function endOfName(lines: readonly string[], from: number): number {
  const base = indentOf(lines[from] ?? '');
  const end = lines.findIndex(
    (line, at) => at >= from && indentOf(line) !== base + 1 && takeField(emptyDraft(), line),
  );
  return end < 0 ? lines.length : end;
}

function emptyDraft(): Draft {
  return { name: '', caConfigured: false, selfSigned: false, subject: [], notUnderstood: [] };
}

const TEXTS = [
  { key: 'serial', pattern: SERIAL },
  { key: 'keyLabel', pattern: /^\s+Using key label (?<value>\S+)$/i },
  { key: 'scepUrl', pattern: /^\s+(?:SCEP|CEP|Enrollment) URL\s*: *(?<value>\S+)$/i },
  { key: 'crlQueryUrl', pattern: /^\s+CRL query url\s*: *(?<value>\S+)$/i },
] as const;

/** False when the line is none of the fields, or says a second time what was said. */
function takeField(draft: Draft, line: string): boolean {
  for (const { key, pattern } of TEXTS) {
    const value = pattern.exec(line)?.groups?.value;
    if (value === undefined) continue;
    if (draft[key] !== undefined) return false;
    draft[key] = key === 'serial' ? value.toUpperCase() : value;
    return true;
  }
  if (/^\s+Persistent self-?signed certificate trust ?point\.?$/i.test(line)) draft.selfSigned = true;
  else if (/^\s+Certificate configured\.?$/i.test(line)) draft.caConfigured = true;
  else return /^\s+Certificate not configured\.?$/i.test(line);
  return true;
}
