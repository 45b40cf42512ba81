import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanBlanks, cleanLine, columnsOf, pad, shorten, wrap } from '../../src/report/columns.ts';

const text = fc.string({
  unit: fc.oneof(fc.constantFrom(' ', 'a', '机', '👍', 'é', '’'), fc.string({ minLength: 1, maxLength: 3 })),
});

describe('cleanLine', () => {
  it.each([
    ['\u001b[2J\u001b[31mred\u001b[0m', 'red'],
    ['two\r\nlines\tand  blanks ', 'two lines and blanks'],
    ['bell\u0007 and \u009b31m csi', 'bell and csi'],
    ['\u202eright to left', 'right to left'],
  ])('makes %j harmless', (given, clean) => {
    expect(cleanLine(given)).toBe(clean);
  });

  it('leaves no control character of any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (any) => !/[\p{Cc}\u2028\u2029]/u.test(cleanLine(any))),
    );
  });
});

describe('cleanBlanks', () => {
  it('keeps the caret where it points', () => {
    expect(cleanBlanks('      \t^\r')).toBe(`${' '.repeat(14)}^`);
  });
});

describe('columnsOf', () => {
  it.each([
    ['br-0001', 7],
    ['机场', 4],
    ['👍', 2],
    ['e\u0301', 1],
    ['… ✓ →', 5],
  ])('%j takes %i columns', (given, columns) => {
    expect(columnsOf(given)).toBe(columns);
  });
});

describe('shorten', () => {
  it('cuts the end, or the middle of what differs at both ends', () => {
    expect(shorten('0123456789', 6)).toBe('01234…');
    expect(shorten('0123456789', 7, 'middle')).toBe('012…789');
    expect(shorten('0123', 4)).toBe('0123');
  });

  it('never takes more columns than it may', () => {
    fc.assert(
      fc.property(text, fc.nat(30), fc.constantFrom('end' as const, 'middle' as const), (any, room, cut) => {
        expect(columnsOf(shorten(any, room, cut))).toBeLessThanOrEqual(room);
      }),
    );
  });
});

describe('pad', () => {
  it('fills on either side and cuts nothing', () => {
    expect([pad('ab', 4), pad('ab', 4, 'right'), pad('abcde', 4), pad('机', 4)]).toEqual([
      'ab  ',
      '  ab',
      'abcde',
      '机  ',
    ]);
  });
});

describe('wrap', () => {
  it('breaks at blanks and indents what follows', () => {
    expect(wrap('check the address and the route', 20, '-> ')).toEqual([
      '-> check the address',
      '   and the route',
    ]);
  });

  it('breaks a word that is longer than a line', () => {
    expect(wrap('see http://ndes.example.net/certsrv', 14, '', '  ')).toEqual([
      'see',
      '  http://ndes.',
      '  example.net/',
      '  certsrv',
    ]);
  });

  it('loses nothing and keeps to the width', () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 8, max: 40 }), (any, width) => {
        const lines = wrap(cleanLine(any), width, '* ');
        expect(lines.map(columnsOf).filter((columns) => columns > width)).toEqual([]);
        expect(lines.join('').replaceAll(' ', '')).toBe(`*${cleanLine(any).replaceAll(' ', '')}`);
      }),
    );
  });
});
