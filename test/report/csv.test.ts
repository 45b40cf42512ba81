import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toCsv } from '../../src/report/csv.ts';
import { aResult } from '../run/a-device.ts';
import { aMaterial, twoBatches } from './a-material.ts';
import { aCertificate, aRun } from './a-run.ts';

const rowsOf = (text: string): Record<string, string>[] => parse(text, { columns: true });

describe('toCsv', () => {
  it('has a row for each device and trustpoint, with the labels of the inventory', () => {
    const rows = rowsOf(toCsv(aMaterial({}, twoBatches())));

    expect(rows).toHaveLength(6);
    expect(rows[0]).toMatchObject({
      run: '20261121T020000Z-enroll-1f3a',
      device: 'br-0001',
      outcome: 'verified',
      code: '',
      batch: '1',
      seconds: '42.000',
      trustpoint: 'BRANCH',
      serial: '1A2B3C',
      notAfter: '2027-11-21T00:00:00.000Z',
      daysLeft: '364',
      'connect seconds': '1.500',
      'enroll seconds': '20.250',
      'save seconds': '',
      'label site': 'Lyon',
      'label group': 'emea branch',
    });
    expect(rows[1]).toMatchObject({ code: 'login-refused', step: 'connect', attempts: '2', serial: '' });
  });

  it('gives a device with two trustpoints two rows', () => {
    const certificates = [aCertificate(), aCertificate({ trustpoint: 'WAN' })];
    const rows = rowsOf(toCsv(aMaterial({ result: aRun([aResult('br-1', 'verified', { certificates })]) })));
    expect(rows.map(({ trustpoint }) => trustpoint)).toEqual(['BRANCH', 'WAN']);
  });

  it('tells the certificates of usage keys apart', () => {
    const certificates = [aCertificate({ use: 'signature' }), aCertificate({ use: 'encryption' })];
    const rows = rowsOf(toCsv(aMaterial({ result: aRun([aResult('br-1', 'verified', { certificates })]) })));
    expect(rows.map(({ trustpoint, use }) => [trustpoint, use])).toEqual([
      ['BRANCH', 'signature'],
      ['BRANCH', 'encryption'],
    ]);
  });

  it.each(['=cmd|calc', '+1', '-1', '@SUM(A1)', '\t=1', ' =1', '\ufeff=1', '＝1+1', '%0A'])(
    'keeps a spreadsheet from running %j',
    (subject) => {
      const device = aResult('br-1', 'verified', { certificates: [aCertificate({ subject })] });
      expect(rowsOf(toCsv(aMaterial({ result: aRun([device]) })))[0]?.subject).toBe(`'${subject}`);
    },
  );

  it('is read back as it was, whatever a router is called', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (name) => {
        const rows = rowsOf(toCsv(aMaterial({ result: aRun([aResult(name)]) })));
        expect([name, `'${name}`]).toContain(rows[0]?.device);
      }),
    );
  });
});
