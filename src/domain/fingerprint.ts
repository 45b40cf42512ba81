import { anyCase } from './any-case.ts';

/** The hashes in which a CA certificate's fingerprint is printed or pinned. */
export type FingerprintHash = 'MD5' | 'SHA1' | 'SHA256';

const DIGITS: Readonly<Record<FingerprintHash, number>> = { MD5: 32, SHA1: 40, SHA256: 64 };
const ALIASES: Readonly<Record<string, FingerprintHash>> = {
  MD5: 'MD5',
  SHA1: 'SHA1',
  'SHA-1': 'SHA1',
  SHA256: 'SHA256',
  'SHA-256': 'SHA256',
  SHA2: 'SHA256',
};

/** A fingerprint of a DER certificate: the hash's name and its upper-case hex digits without separators. */
export interface Fingerprint {
  readonly hash: FingerprintHash;
  readonly hex: string;
}

/**
 * Reads a fingerprint in any usual spelling: `SHA1:AB:CD…`, `MD5 ABCD1234 …`, bare hex of 32, 40 or 64 digits,
 * with blanks, colons or dashes between groups. Returns a sentence that says what is wrong otherwise.
 */
export function parseFingerprint(text: string): Fingerprint | { readonly problem: string } {
  const named = /^\s*(MD5|SHA-?1|SHA-?256|SHA2)\b\s*(?:fingerprint)?\s*[:=]?\s*/i.exec(text);
  const namedHash = named?.[1] === undefined ? undefined : ALIASES[named[1].toUpperCase()];
  const digits = text.slice(named?.[0].length ?? 0).replace(/[\s:-]/g, '');
  if (!/^[0-9a-f]*$/i.test(digits))
    return { problem: 'a fingerprint holds only hex digits, blanks, colons and dashes' };
  const hash = namedHash ?? hashOfLength(digits.length);
  if (hash === undefined) {
    return { problem: `${digits.length} hex digits, expected 32 (MD5), 40 (SHA1) or 64 (SHA256)` };
  }
  if (digits.length !== DIGITS[hash]) {
    return { problem: `${digits.length} hex digits, expected ${DIGITS[hash]} for ${hash}` };
  }
  return { hash, hex: digits.toUpperCase() };
}

/** What {@link parseFingerprint} takes, as the source of a regular expression without flags: for the JSON Schema. */
export const FINGERPRINT_PATTERN = `^(?:${(Object.keys(DIGITS) as FingerprintHash[]).map(spellings).join('|')})[\\s:-]*$`;

function spellings(hash: FingerprintHash): string {
  const names = Object.keys(ALIASES).filter((alias) => ALIASES[alias] === hash);
  const name = `(?:${names.map(anyCase).join('|')})\\b`;
  return String.raw`(?:\s*${name}\s*(?:${anyCase('fingerprint')})?\s*[:=]?)?(?:[\s:-]*[0-9A-Fa-f]){${DIGITS[hash]}}`;
}

function hashOfLength(length: number): FingerprintHash | undefined {
  return (Object.keys(DIGITS) as FingerprintHash[]).find((hash) => DIGITS[hash] === length);
}

/** `MD5 FA3654F3 94F533B3 …`: the hash's name, then the digits in groups of eight as IOS prints them. */
export function formatFingerprint({ hash, hex }: Fingerprint): string {
  return `${hash} ${hex.replace(/(.{8})(?=.)/g, '$1 ')}`;
}

export function sameFingerprint(a: Fingerprint, b: Fingerprint): boolean {
  return a.hash === b.hash && a.hex === b.hex;
}
