import fc from 'fast-check';
import type { Fingerprint, FingerprintHash } from '../../../src/domain/fingerprint.ts';
import type { Release } from '../../../src/lab/router/personality.ts';
import type { Step } from '../../dialogue/script.ts';

/** How a release shows a CA certificate and asks about it. */
export interface Wording {
  /** What stands behind `crypto`. */
  readonly word: 'pki' | 'ca';
  readonly hashes: readonly FingerprintHash[];
  /** The line of one fingerprint, up to its digits. */
  readonly line: (hash: FingerprintHash) => string;
  /** Between the fingerprints and the question. */
  readonly gap: string;
}

const named = (hash: FingerprintHash): string => `${`Fingerprint ${hash}`.padStart(22)}: `;
const TODAY: Wording = { word: 'pki', hashes: ['MD5', 'SHA1'], line: named, gap: '\r\n' };

/** Every release of the lab, and forms that releases to come may print. */
export const WORDINGS: Readonly<Record<Release | 'with SHA2' | 'SHA256 only', Wording>> = {
  '12.2': { word: 'ca', hashes: ['MD5'], line: () => 'Fingerprint: ', gap: '' },
  '12.4': TODAY,
  '15.2': TODAY,
  '15.7': TODAY,
  '16.9': TODAY,
  '17.9': TODAY,
  '17.16': TODAY,
  'with SHA2': {
    ...TODAY,
    hashes: ['MD5', 'SHA1', 'SHA256'],
    line: (hash) => named(hash).replace('SHA256', 'SHA2'),
  },
  'SHA256 only': { ...TODAY, hashes: ['SHA256'] },
};

const DIGITS: Readonly<Record<FingerprintHash, number>> = { MD5: 32, SHA1: 40, SHA256: 64 };
const HASHES: readonly FingerprintHash[] = ['MD5', 'SHA1', 'SHA256'];

export const fingerprint = (hash: FingerprintHash): fc.Arbitrary<Fingerprint> =>
  fc
    .array(fc.constantFrom(...'0123456789ABCDEF'.split('')), {
      minLength: DIGITS[hash],
      maxLength: DIGITS[hash],
    })
    .map((digits) => ({ hash, hex: digits.join('') }));

export const pins: fc.Arbitrary<readonly Fingerprint[]> = fc
  .subarray([...HASHES], { minLength: 1 })
  .chain((hashes) => fc.tuple(...hashes.map(fingerprint)));

/** What a router shows before it asks, and whether that is the pinned certificate beyond doubt. */
export interface Shown {
  readonly steps: readonly Step[];
  readonly isPinned: boolean;
  /** Something shown is not the pinned one, or contradicts another line, or is cut short. */
  readonly isWrong: boolean;
}

/** Of each fingerprint: `right` is the pinned one where there is a pin of that hash. */
type Truth = 'right' | 'other' | 'one digit' | 'cut short' | 'right and nearly' | 'missing';

/**
 * Certificates as that release shows them: with the pinned fingerprints, with others, with nearly the right ones, in any
 * order, and in a company that holds the right digits without being a fingerprint of the certificate.
 */
export function shown(wording: Wording, pinned: readonly Fingerprint[]): fc.Arbitrary<Shown> {
  const truth = fc.oneof(
    { weight: 6, arbitrary: fc.constant<Truth>('right') },
    {
      weight: 5,
      arbitrary: fc.constantFrom<Truth>('other', 'one digit', 'cut short', 'right and nearly', 'missing'),
    },
  );
  const claims = fc
    .shuffledSubarray([...wording.hashes], { minLength: 1 })
    .chain((hashes) => fc.tuple(...hashes.map((hash) => fc.record({ truth, other: fingerprint(hash) }))));
  return fc
    .record({ claims, decoys: fc.array(fc.constantFrom(...decoys(pinned)), { maxLength: 3 }) })
    .map(({ claims: made, decoys: around }) => {
      const printed = made.flatMap(({ truth: is, other }) => digitsOf(is, other, pinned));
      const lines = printed.map(({ hash, digits }) => `${wording.line(hash)}${grouped(digits)} \r\n`);
      const heard = ['Certificate has the following attributes:\r\n', ...lines, ...around, wording.gap];
      return {
        steps: heard.filter((text) => text !== '').map((text): Step => ({ kind: 'hear', text })),
        isPinned:
          printed.some(({ hash }) => pinned.some((pin) => pin.hash === hash)) && !isWrong(printed, pinned),
        isWrong: isWrong(printed, pinned),
      };
    });
}

interface Printed {
  readonly hash: FingerprintHash;
  readonly digits: string;
}

function digitsOf(is: Truth, other: Fingerprint, pinned: readonly Fingerprint[]): Printed[] {
  const { hash } = other;
  const right = pinned.find((pin) => pin.hash === hash) ?? other;
  const print = (...all: readonly string[]): Printed[] => all.map((digits) => ({ hash, digits }));
  switch (is) {
    case 'right':
      return print(right.hex);
    case 'other':
      return print(other.hex);
    case 'one digit':
      return print(nearly(right.hex));
    case 'cut short':
      return print(right.hex.slice(0, -1));
    case 'right and nearly':
      return print(right.hex, nearly(right.hex));
    case 'missing':
      return [];
  }
}

function nearly(digits: string): string {
  return digits.replace(/.$/, (last) => (last === '0' ? '1' : '0'));
}

function isWrong(printed: readonly Printed[], pinned: readonly Fingerprint[]): boolean {
  return printed.some(({ hash, digits }) => {
    const isCut = digits.length !== DIGITS[hash];
    const isContradicted = printed.some((other) => other.hash === hash && other.digits !== digits);
    const pin = pinned.find((one) => one.hash === hash);
    return isCut || isContradicted || (pin !== undefined && pin.hex !== digits);
  });
}

/** The pinned digits, said of something else. */
function decoys(pinned: readonly Fingerprint[]): string[] {
  return pinned.flatMap(({ hash, hex }) => [
    `   Certificate Request Fingerprint ${hash}: ${grouped(hex)} \r\n`,
    `Mar  3 08:15:02.312: CRYPTO_PKI:  Certificate Request Fingerprint ${hash}: ${grouped(hex)} \r\n`,
    `Trustpoint Fingerprint: ${grouped(hex)} \r\n`,
    `  Subject: cn=${hash} ${hex}\r\n`,
    `  ${hash} ${hex}\r\n`,
  ]);
}

function grouped(digits: string): string {
  return digits.replace(/.{8}(?=.)/g, '$& ');
}
