import { type Fingerprint, formatFingerprint, sameFingerprint } from '../../domain/fingerprint.ts';
import { readFingerprint } from '../show/fingerprint-lines.ts';

/** The fingerprints in what the router said, by what they are of. */
export interface PrintedFingerprints {
  /** Of the certificate the CA sent, or of a request where the line names no owner. */
  readonly shown: readonly Fingerprint[];
  /** Of the trustpoint's own `fingerprint` line, which the router says it compared. */
  readonly configured: readonly Fingerprint[];
  /** Of a certificate request. */
  readonly requested: readonly Fingerprint[];
  /** Lines that claim to be a fingerprint and could not be read. */
  readonly unreadable: readonly string[];
}

/** `none`: nothing that can be compared, or a line that could not be read. Never take it for equal. */
export type Judgement = 'equal' | 'different' | 'none';

const LINE =
  /^[^\S\n]*(?<owner>(?:\w+ ){0,3})Fingerprint(?:[^\S\n]+(?<hash>[\w-]+))?[^\S\n]*[:=](?<digits>[^\n]*)$/gim;
const KNOWN_HASH = /^(?:MD5|SHA-?1|SHA-?256|SHA2)$/i;

/**
 * Finds every `Fingerprint …:` line. 12.2 prints one without a hash's name, later releases MD5 and SHA1; a hash that
 * we do not know is passed over, since it can be compared with no pin.
 */
export function findFingerprints(text: string): PrintedFingerprints {
  const found = {
    shown: [] as Fingerprint[],
    configured: [] as Fingerprint[],
    requested: [] as Fingerprint[],
  };
  const unreadable: string[] = [];
  for (const { 0: line, groups } of text.matchAll(LINE)) {
    const { owner = '', hash, digits = '' } = groups ?? {};
    if (hash !== undefined && !KNOWN_HASH.test(hash)) continue;
    const list = OWNERS.find(({ pattern }) => pattern.test(owner.trim()))?.list;
    const fingerprint = list === undefined ? undefined : readFingerprint(hash, digits);
    if (list === undefined || fingerprint === undefined) unreadable.push(line.trim());
    else found[list].push(fingerprint);
  }
  return { ...found, unreadable };
}

const OWNERS = [
  { pattern: /^(?:CA|certificate|CA certificate)?$/i, list: 'shown' },
  { pattern: /^trustpoint$/i, list: 'configured' },
  { pattern: /^(?:certificate request|CSR)$/i, list: 'requested' },
] as const;

/**
 * Equal only when at least one printed fingerprint has the hash of a pin, and every pair of one hash agrees.
 * One that differs decides, whatever else could not be read. Two that contradict each other are of two certificates.
 */
export function judge(
  printed: readonly Fingerprint[],
  pins: readonly Fingerprint[],
  unreadable: readonly string[],
): Judgement {
  const pairs = printed.flatMap((shown) =>
    pins.filter(({ hash }) => hash === shown.hash).map((pin) => sameFingerprint(shown, pin)),
  );
  if (pairs.includes(false)) return 'different';
  return pairs.length > 0 && unreadable.length === 0 && !contradicts(printed) ? 'equal' : 'none';
}

function contradicts(printed: readonly Fingerprint[]): boolean {
  return printed.some((one) => printed.some(({ hash, hex }) => hash === one.hash && hex !== one.hex));
}

/** For messages: `SHA1 C7478143 D5249…, MD5 …`, or `none`. */
export function listFingerprints(fingerprints: readonly Fingerprint[]): string {
  return fingerprints.length === 0 ? 'none' : fingerprints.map(formatFingerprint).join(', ');
}
