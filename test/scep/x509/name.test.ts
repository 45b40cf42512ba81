import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { decodeName, encodeName, nameFromText, nameToText, ScepError } from '../../../src/scep/index.ts';

describe('a name from text', () => {
  it('is encoded from its end, as RFC 4514 says', () => {
    expect(nameFromText('CN=Lab CA,OU=Labs, O = Example')).toEqual([
      [{ type: 'o', value: 'Example' }],
      [{ type: 'ou', value: 'Labs' }],
      [{ type: 'cn', value: 'Lab CA' }],
    ]);
  });

  it('takes escapes, quotes, several attributes in one part and object identifiers', () => {
    expect(
      nameFromText('CN=a\\,b\\2Bc+serialNumber=7,O="Example, Inc.",2.5.4.10=x\\ ,OU=L\\C3\\BCtz'),
    ).toEqual([
      [{ type: 'ou', value: 'Lütz' }],
      [{ type: 'o', value: 'x ' }],
      [{ type: 'o', value: 'Example, Inc.' }],
      [
        { type: 'cn', value: 'a,b+c' },
        { type: 'serialnumber', value: '7' },
      ],
    ]);
  });

  it.each(['Lab CA', 'CN', 'CN=a,', 'CN=a,,O=b', 'colour=red', 'CN="open', '=x'])('refuses %j', (text) => {
    expect(() => nameFromText(text)).toThrow(expect.objectContaining({ code: 'invalid-argument' }));
  });

  it('reads what nameToText writes, for any values', () => {
    const attribute = fc.record({
      type: fc.constantFrom('cn', 'ou', 'o', 'serialnumber', 'unstructuredname', '1.2.3.4'),
      value: fc.string({ minLength: 1, unit: 'grapheme' }),
    });
    fc.assert(
      fc.property(fc.array(fc.array(attribute, { minLength: 1, maxLength: 3 }), { minLength: 1 }), (name) => {
        expect(nameFromText(nameToText(name))).toEqual(name);
      }),
    );
  });
});

describe('the string type of an attribute', () => {
  const typeOf = (type: string, value: string) => decodeName(encodeName([[{ type, value }]]))[0]?.[0];

  it.each([
    ['cn', 'br-0001.example.net', 'printable'],
    ['cn', 'br_0001', 'utf8'],
    ['dc', 'example', 'ia5'],
    ['unstructuredName', 'br-0001.example.net', 'ia5'],
    ['unstructuredAddress', '192.0.2.1', 'printable'],
    ['O', 'Lütz', 'utf8'],
  ])('of %s=%s is %s', (type, value, string) => {
    expect(typeOf(type, value)).toEqual({ type: type.toLowerCase(), value, string });
  });

  it('can be chosen, and is kept', () => {
    for (const string of [
      'printable',
      'ia5',
      'utf8',
      't61',
      'bmp',
      'universal',
      'visible',
      'numeric',
    ] as const) {
      const name = [[{ type: 'cn', value: '12 34', string }]];
      expect(decodeName(encodeName(name))).toEqual(name);
    }
  });

  it('refuses characters it does not have', () => {
    expect(() => encodeName([[{ type: 'cn', value: 'ü', string: 'printable' }]])).toThrow(ScepError);
    expect(() => encodeName([[{ type: 'cn', value: '→', string: 't61' }]])).toThrow(ScepError);
  });
});
