import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeName, parseNameText } from '../../src/pki/names.ts';

describe('reading an X.500 name', () => {
  it.each([
    ['CN=br-1.example.net,OU=Branches,O=Example', 'CN=br-1.example.net, OU=Branches, O=Example'],
    ['cn = br-1 , ou = Two Words', 'CN=br-1, OU=Two Words'],
    ['CN=br-1 OU=Branches', 'CN=br-1, OU=Branches'],
    ['CN=a = b', 'CN=a = b'],
    ['CN=a;OU=b', 'CN=a, OU=b'],
    ['CN=a+serialNumber=7,O=x', 'CN=a, serialNumber=7, O=x'],
    ['O=Example\\, Inc.,CN=x', 'O=Example\\, Inc., CN=x'],
    ['O="Example, Inc.",CN=x', 'O=Example\\, Inc., CN=x'],
    ['O="say \\"x\\""', 'O=say \\"x\\"'],
    ['O=Z\\C3\\BCrich', 'O=Zürich'],
    ['E=a@b,emailAddress=c@d', 'E=a@b, E=c@d'],
    [
      'hostname=r1,OID.1.2.840.113549.1.9.2=r2,unstructuredName=r3',
      'unstructuredName=r1, unstructuredName=r2, unstructuredName=r3',
    ],
    ['2.5.4.97=x', '2.5.4.97=x'],
    ['CN=', 'CN='],
  ])('takes %s for %s', (text, expected) => {
    const read = parseNameText(text);
    expect('problem' in read ? read.problem : describeName(read)).toBe(expected);
  });

  it.each(['', '  ', 'br-1', 'O=Example, Inc.', 'CN=a,', 'CN=a,,OU=b', '=x', 'O="open', 'O="a"b'])(
    'refuses %j',
    (text) => {
      expect(parseNameText(text)).toHaveProperty('problem');
    },
  );

  it('reads back what is described', () => {
    const value = fc
      .stringMatching(/^[ -~]+$/)
      .map((text) => text.trim())
      .filter((text) => text !== '' && !/ \w+\s*=/.test(text));
    const type = fc.constantFrom('cn', 'ou', 'o', 'serialnumber', 'unstructuredname', '1.2.3');
    fc.assert(
      fc.property(fc.array(fc.record({ type, value }), { minLength: 1, maxLength: 4 }), (attributes) => {
        expect(parseNameText(describeName(attributes))).toEqual(attributes);
      }),
    );
  });

  it('answers any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const read = parseNameText(text);
        if (!('problem' in read)) expect(read.length).toBeGreaterThan(0);
      }),
    );
  });
});
