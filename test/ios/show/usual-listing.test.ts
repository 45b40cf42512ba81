import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readAnyListing, readCertificates } from '../../../src/ios/show/certificates.ts';
import { readUsualListing } from '../../../src/ios/show/usual-listing.ts';
import { allFixtures } from './fixture.ts';

const LISTINGS = allFixtures()
  .filter(({ name }) => name.includes('certificates'))
  .map(({ text }) => text);

const block = (head: string, number: string, more = ''): string => `${head}
  Status: Available
  Certificate Serial Number (hex): ${number}
  Certificate Usage: General Purpose
  Issuer: 
    cn=Issuing CA
    o=Example
  Subject:
    Name: br-1.example.net
    Serial Number: 9ABC
    cn=br-1.example.net
    ou=Branches
  CRL Distribution Points: 
    http://pki.example.net/crl/a+b.crl
  Validity Date: 
    start date: 08:15:42 UTC Sep 1 2026
    end   date: 08:15:42 UTC Sep 1 2027
    renew date: 08:15:42 UTC Aug 2 2027
  Associated Trustpoints: BRANCH OTHER 
  Storage: nvram:Issuing#B17.cer
${more}`;
const USUAL = `${block('Certificate', '5D00')}\n${block('CA Certificate', '2A00')}\n${block('CA Certificate', '2A01', '  Key Label: K\n')}\n`;

/** What a listing is damaged with. */
const LINES = [
  ...USUAL.split('\n'),
  ...LISTINGS.flatMap((text) => text.split('\n')),
  'Load for five secs: 1%/0%; one minute: 2%; five minutes: 2%',
  'Time source is NTP, 08:15:42.000 UTC Sat Nov 21 2026',
  '     SECURITY WARNING - Module: PKI, Command: x, Reason: y',
  '  Name: again',
  '    Name: again',
  '    IP Address: 192.0.2.1',
  '     SA',
  '   ',
  '   cn=less',
  '    cn=',
  '    cn= blank',
  '    cn=a+ou=b',
  '    serialNumber=1+hostname=a',
  '    ou=\u2028',
  '  Status: Pending',
  '  Associated Trustpoints: ',
  '  Associated Trustpoints: A\tB',
  '\tStatus: Available',
  'Status: Available',
];
const SIGNS = [' ', '  ', '\t', ':', '=', '+', '\r', '\r\n', '\n', '\u00a0', '\u2028', 'é', '0x', '(', ''];

/** A listing with up to a few wounds: a line put in, taken out or moved to another depth, a character put in. */
const damaged = fc
  .tuple(
    fc.constantFrom(USUAL, ...LISTINGS),
    fc.array(
      fc.record({
        kind: fc.constantFrom('insert', 'remove', 'double', 'indent', 'sign'),
        where: fc.nat(200),
        line: fc.constantFrom(...LINES),
        sign: fc.constantFrom(...SIGNS),
        column: fc.nat(60),
      }),
      { maxLength: 3 },
    ),
  )
  .map(([text, wounds]) => {
    const lines = text.split('\n');
    for (const { kind, where, line, sign, column } of wounds) {
      const at = where % lines.length;
      const old = lines[at] ?? '';
      if (kind === 'insert') lines.splice(at, 0, line);
      else if (kind === 'remove') lines.splice(at, 1);
      else if (kind === 'double') lines.splice(at, 0, old);
      else if (kind === 'indent') lines[at] = `${' '.repeat(column % 7)}${old.trimStart()}`;
      else lines[at] = `${old.slice(0, column)}${sign}${old.slice(column)}`;
    }
    return lines.join('\n');
  });

describe('the quick reader of certificate listings', () => {
  it('reads what routers usually print', () => {
    const certificates = readUsualListing(USUAL);
    expect(certificates?.map(({ kind, serial, keyLabel }) => [kind, serial, keyLabel])).toEqual([
      ['identity', '5D00', undefined],
      ['ca', '2A00', undefined],
      ['ca', '2A01', 'K'],
    ]);
    expect(certificates).toEqual(readAnyListing(USUAL));
    expect(readUsualListing(`\n${USUAL}`)).toEqual(certificates);
    expect(readUsualListing('')).toEqual([]);
    expect(readCertificates('\n \n')).toEqual([]);
  });

  it('reads a listing as the careful reader does, or leaves it to that one', () => {
    let quick = 0;
    let left = 0;
    fc.assert(
      fc.property(damaged, (text) => {
        const read = readUsualListing(text);
        if (read === undefined) left += 1;
        else {
          quick += 1;
          expect(read).toEqual(readAnyListing(text));
        }
      }),
      { numRuns: 2_000 },
    );
    expect(quick).toBeGreaterThan(20);
    expect(left).toBeGreaterThan(20);
  });

  it('takes the certificate of a CA as it read it before, unless anything of it differs', () => {
    const [, first] = readCertificates(USUAL);
    const [again] = readCertificates(`${block('CA Certificate', '2A00')}\n`);
    expect(again).toBe(first);
    expect(Object.isFrozen(again)).toBe(true);
    const [longer] = readCertificates(`${block('CA Certificate', '2A00', '  Key Label: K\n')}`);
    expect(longer).toMatchObject({ serial: '2A00', keyLabel: 'K' });
    const [deeper] = readCertificates(`${block('CA Certificate', '2A00')}\n  Key Label: K\n`);
    expect(deeper).toMatchObject({ serial: '2A00', keyLabel: 'K' });
  });
});
