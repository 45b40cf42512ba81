import { isWholeSequence } from './der.ts';
import { outputLines, unreadable } from './output.ts';

/** The certificates of one trustpoint as the router prints them in PEM (RFC 7468). */
export interface PemTrustpoint {
  /** Undefined in the output of `crypto pki export`, which names none. */
  readonly trustpoint?: string;
  /** The router says that it holds no certificate of its own here. */
  readonly notEnrolled: boolean;
  readonly certificates: readonly PemCertificate[];
  /** How many private keys were printed. Nothing of their text is kept. */
  readonly privateKeys: number;
  readonly notUnderstood: readonly string[];
}

/** One certificate in PEM, and for what the router keeps it. */
export interface PemCertificate {
  readonly kind: 'ca' | 'self-signed-ca' | 'identity' | 'signature' | 'encryption' | 'other';
  /** The line above it, without percent sign and colon: `General Purpose Certificate`; empty when there is none. */
  readonly label: string;
  readonly der: Uint8Array;
}

type Draft = { -readonly [K in keyof PemTrustpoint]: PemTrustpoint[K] } & {
  certificates: PemCertificate[];
  notUnderstood: string[];
};

const COMMAND = 'show crypto pki certificates pem';
const HEAD = /^-{3,}\s*Trustpoint: (?<name>\S+?)\s*-{3,}$/i;
const BEGIN = /^-----BEGIN (?<what>[A-Z0-9 ]+)-----$/;
const LABEL = /^%(?<label>[^:]*\bcertificate):$/i;
const NOT_ENROLLED = /^%\s*The specified trustpoint is not enrolled\b/i;
const KNOWN = /^(?:%\s*(?:Only export the CA certificate|Key name: )|\s*Usage: \S)/i;

/**
 * Reads `show crypto pki certificates pem [<trustpoint>]`, or what `crypto pki export <trustpoint> pem terminal`
 * prints. Throws DeviceError `output-unreadable` for a PEM block without its end, and for a certificate that is not
 * whole.
 */
export function readPem(text: string): PemTrustpoint[] {
  const found: Draft[] = [];
  const lines = outputLines(text);
  let label = '';
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    const head = HEAD.exec(line)?.groups?.name;
    const what = BEGIN.exec(line)?.groups?.what;
    if (head !== undefined) found.push(newDraft(head));
    else if (what !== undefined) {
      const body = bodyOf(lines, at, what);
      takeBlock(current(found), what, label, body);
      at += body.length + 1;
      label = '';
    } else if (line !== '') label = takeLine(current(found), line) ?? label;
  }
  return found;
}

function newDraft(trustpoint?: string): Draft {
  const name = trustpoint === undefined ? {} : { trustpoint };
  return { ...name, notEnrolled: false, certificates: [], privateKeys: 0, notUnderstood: [] };
}

function current(found: Draft[]): Draft {
  const last = found.at(-1) ?? newDraft();
  if (found.length === 0) found.push(last);
  return last;
}

function bodyOf(lines: readonly string[], at: number, what: string): readonly string[] {
  const end = lines.indexOf(`-----END ${what}-----`, at);
  const next = lines.findIndex((line, index) => index > at && BEGIN.test(line));
  if (end < 0 || (next >= 0 && next < end))
    throw unreadable(COMMAND, lines[at], 'a PEM block without its end');
  return lines.slice(at + 1, end);
}

function takeBlock(draft: Draft, what: string, label: string, body: readonly string[]): void {
  if (what === 'CERTIFICATE')
    draft.certificates.push({ kind: kindOf(label), label, der: derOf(label, body) });
  else if (what.endsWith('PRIVATE KEY')) draft.privateKeys += 1;
  else draft.notUnderstood.push(`-----BEGIN ${what}-----`, ...body);
}

function kindOf(label: string): PemCertificate['kind'] {
  if (/\brollover\b/i.test(label)) return 'other';
  if (/^self-?signed CA certificate$/i.test(label)) return 'self-signed-ca';
  if (/^CA certificate$/i.test(label)) return 'ca';
  if (/^(?:router )?(?:general purpose )?certificate$/i.test(label)) return 'identity';
  if (/^(?:router )?signature certificate$/i.test(label)) return 'signature';
  return /^(?:router )?encryption certificate$/i.test(label) ? 'encryption' : 'other';
}

function derOf(label: string, body: readonly string[]): Uint8Array {
  const odd = body.find((line) => !/^[A-Za-z0-9+/]*={0,2}$/.test(line));
  if (odd !== undefined) throw unreadable(COMMAND, odd, 'not base64');
  const text = body.join('');
  const der = Uint8Array.from(Buffer.from(text, 'base64'));
  if (text.length % 4 !== 0 || !isWholeSequence(der))
    throw unreadable(COMMAND, label || body[0], 'a certificate that is cut short or damaged');
  return der;
}

/** Returns the label that the line is for the next block. */
function takeLine(draft: Draft, line: string): string | undefined {
  const label = LABEL.exec(line)?.groups?.label;
  if (label !== undefined) return label.trim();
  if (NOT_ENROLLED.test(line)) draft.notEnrolled = true;
  else if (!KNOWN.test(line)) draft.notUnderstood.push(line);
  return undefined;
}
