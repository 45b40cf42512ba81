import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import {
  decodeType7,
  encodeType5,
  encodeType7,
  matchesType5,
} from '../../../../src/lab/router/config/passwords.ts';

describe('type 7', () => {
  it('is the well-known encoding', () => {
    expect(encodeType7('cisco', 7)).toBe('070C285F4D06');
    expect(decodeType7('070C285F4D06')).toBe('cisco');
    expect(decodeType7('xyz')).toBeUndefined();
  });

  it('comes back as it went in', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary-ascii' }), fc.integer({ min: 0, max: 15 }), (text, offset) => {
        expect(decodeType7(encodeType7(text, offset))).toBe(text);
      }),
    );
  });
});

describe('type 5', () => {
  it.each([
    ['secret123', '$1$abcd$TwAnxn7/WBwixBdZHlTve/'],
    ['a-much-longer-password-than-16', '$1$wxyz$Oyr9Sau4NOupbyjbvtZXr1'],
  ])('of %j is what openssl passwd -1 makes', (password, secret) => {
    expect(encodeType5(password, secret.split('$')[2])).toBe(secret);
    expect(matchesType5(secret, password)).toBe(true);
    expect(matchesType5(secret, `${password}x`)).toBe(false);
  });
});
