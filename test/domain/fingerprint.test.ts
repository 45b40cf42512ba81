import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  FINGERPRINT_PATTERN,
  type Fingerprint,
  formatFingerprint,
  parseFingerprint,
  sameFingerprint,
} from '../../src/domain/fingerprint.ts';

const MD5 = 'FA3654F394F533B3C2E0D1A7B6A5948F';
const SHA1 = '5A100C6BF21D97448E03BC712FE839D560AA174C';
const SHA256 = '9B1F0E63C2D84A75B6E0137FD95C28A44E7A61D08B3C5F2296EE10D7B84F3A5C';

const anyFingerprint = fc
  .constantFrom<[Fingerprint['hash'], number]>(['MD5', 32], ['SHA1', 40], ['SHA256', 64])
  .chain(([hash, length]) =>
    fc
      .array(fc.constantFrom(...Array.from('0123456789ABCDEF')), { minLength: length, maxLength: length })
      .map((digits) => ({ hash, hex: digits.join('') })),
  );

describe('parseFingerprint', () => {
  it.each([
    ['bare', SHA1, 'SHA1', SHA1],
    ['lower case', SHA256.toLowerCase(), 'SHA256', SHA256],
    ['with colons', 'SHA1:5A:10:0C:6B:F2:1D:97:44:8E:03:BC:71:2F:E8:39:D5:60:AA:17:4C', 'SHA1', SHA1],
    ['as IOS prints it', 'Fingerprint MD5: FA3654F3 94F533B3 C2E0D1A7 B6A5948F'.slice(12), 'MD5', MD5],
    ['as OpenSSL prints it', `sha256 Fingerprint=${SHA256.match(/../g)?.join(':')}`, 'SHA256', SHA256],
    ['with a dash in the name', `SHA-1 ${SHA1}`, 'SHA1', SHA1],
    ['as newer IOS prints it', `SHA2: ${SHA256}`, 'SHA256', SHA256],
    ['as Windows prints it', SHA1.toLowerCase().match(/../g)?.join(' ') ?? '', 'SHA1', SHA1],
  ])('reads one %s', (_title, text, hash, hex) => {
    expect(parseFingerprint(text)).toEqual({ hash, hex });
  });

  it.each([
    [SHA1.slice(1), '39 hex digits, expected 32 (MD5), 40 (SHA1) or 64 (SHA256)'],
    [`MD5 ${SHA1}`, '40 hex digits, expected 32 for MD5'],
    [`SHA256 ${MD5}`, '32 hex digits, expected 64 for SHA256'],
    ['', '0 hex digits, expected 32 (MD5), 40 (SHA1) or 64 (SHA256)'],
    ['SHA1:hello', 'a fingerprint holds only hex digits, blanks, colons and dashes'],
    [`SHA512 ${SHA256}`, 'a fingerprint holds only hex digits, blanks, colons and dashes'],
  ])('refuses "%s"', (text, problem) => {
    expect(parseFingerprint(text)).toEqual({ problem });
  });

  it('reads back what formatFingerprint writes', () => {
    fc.assert(
      fc.property(anyFingerprint, (fingerprint) => {
        expect(parseFingerprint(formatFingerprint(fingerprint))).toEqual(fingerprint);
      }),
    );
  });

  it('never throws, and what it reads has the length of its hash', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const read = parseFingerprint(text);
        if ('hex' in read) expect([32, 40, 64]).toContain(read.hex.length);
      }),
    );
  });
});

describe('FINGERPRINT_PATTERN', () => {
  const words = ['MD5', 'sha1', 'SHA-1', 'Sha256', 'SHA-256', 'SHA2', 'SHA-2', 'sha512', '', 'Fingerprint'];
  const marks = [' ', ':', '=', '-', '\t', '5A', 'f', 'g'];
  const part = fc.constantFrom(...words, ...marks, MD5, SHA1, SHA256);

  it('takes what parseFingerprint reads, and nothing else', () => {
    const pattern = new RegExp(FINGERPRINT_PATTERN, 'u');
    const texts = fc.oneof(
      fc.array(part, { maxLength: 7 }).map((parts) => parts.join('')),
      anyFingerprint.map(formatFingerprint),
    );
    fc.assert(
      fc.property(texts, (text) => {
        expect(pattern.test(text)).toBe('hex' in parseFingerprint(text));
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('formatFingerprint', () => {
  it('groups eight digits as IOS does', () => {
    expect(formatFingerprint({ hash: 'MD5', hex: MD5 })).toBe('MD5 FA3654F3 94F533B3 C2E0D1A7 B6A5948F');
  });
});

describe('sameFingerprint', () => {
  it('compares hash and digits', () => {
    fc.assert(
      fc.property(anyFingerprint, anyFingerprint, (a, b) => {
        expect(sameFingerprint(a, { ...a })).toBe(true);
        expect(sameFingerprint(a, b)).toBe(a.hash === b.hash && a.hex === b.hex);
      }),
    );
  });
});
