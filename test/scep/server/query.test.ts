import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { decodeMessageParameter, encodeMessageParameter, parseScepQuery } from '../../../src/scep/index.ts';

const BYTES = Uint8Array.from({ length: 200 }, (_, index) => (index * 251 + 62) & 0xff);
const BASE64 = Buffer.from(BYTES).toString('base64');

function received(query: string): Uint8Array | undefined {
  return decodeMessageParameter(parseScepQuery(query)?.message ?? '');
}

describe('the message of a GET', () => {
  it('has every awkward character in this test', () => {
    expect(BASE64).toMatch(/\+/);
    expect(BASE64).toMatch(/\//);
    expect(BASE64).toMatch(/=$/);
  });

  it.each([
    ['IOS: escaped, 64 columns, a line end after each', encodeMessageParameter(BYTES, 'ios')],
    ['RFC 8894: escaped, one line', encodeMessageParameter(BYTES)],
    ['strongSwan: only + escaped', BASE64.replaceAll('+', '%2B').replace(/.{64}/g, '$&%0A')],
    ['macOS: + and / raw, = escaped', BASE64.replaceAll('=', '%3D')],
    ['nothing escaped', BASE64],
    ['+ turned into blanks by a form decoder', BASE64.replaceAll('+', ' ')],
    ['+ turned into escaped blanks', BASE64.replaceAll('+', '%20')],
    ['the URL-safe alphabet without padding', Buffer.from(BYTES).toString('base64url')],
    ['CR LF line ends', BASE64.replace(/.{76}/g, '$&%0D%0A')],
  ])('is read from %s', (_, message) => {
    expect(received(`operation=PKIOperation&message=${message}`)).toEqual(BYTES);
    expect(received(`?Message=${message}&OPERATION=PKIOperation`)).toEqual(BYTES);
  });

  it.each(['', 'not base64!', '%zz', 'AAAAA', 'AA=AA'])('is refused when it is %j', (message) => {
    expect(received(`operation=PKIOperation&message=${message}`)).toBeUndefined();
  });

  it('survives the way there for any octets', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 300 }),
        fc.constantFrom('ios', 'rfc8894'),
        (bytes, style) => {
          expect(received(`operation=PKIOperation&message=${encodeMessageParameter(bytes, style)}`)).toEqual(
            bytes,
          );
        },
      ),
    );
  });

  it('is not looked for without an operation', () => {
    expect(parseScepQuery('message=AAAA')).toBeUndefined();
    expect(parseScepQuery('')).toBeUndefined();
    expect(parseScepQuery('operation=GetCACaps')).toEqual({ operation: 'GetCACaps' });
  });
});
