import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matches, parseSearch, sortKey, unknownKey } from '../../../src/report/html/filter.js';
import type { PageRow } from '../../../src/report/html/page-types.ts';

const row = (more: Partial<PageRow> = {}): PageRow => ({
  device: 'br-0001',
  host: '192.0.2.1',
  outcome: 'verified',
  release: 'IOS-XE 17.9.4',
  seconds: 42,
  labels: { site: 'New York', size: 'small' },
  certificates: [
    {
      trustpoint: 'BRANCH',
      serial: '1A2B',
      subject: 'CN=br-0001',
      notAfter: '2027-01-15T00:00:00.000Z',
      daysLeft: 55,
    },
  ],
  ...more,
});
const failed = row({
  device: 'br-0002',
  outcome: 'failed',
  code: 'timeout',
  message: 'no answer to enroll',
  batch: 2,
  certificates: [],
});

describe('the search of the page', () => {
  it.each([
    ['s:failed', [false, true]],
    ['status:fail', [false, true]],
    ['-s:failed', [true, false]],
    ['code:timeout', [false, true]],
    ['code:login-refused,timeout', [false, true]],
    ['site:york', [true, true]],
    ['site:"new york" s:verified', [true, false]],
    ['size:large', [false, false]],
    ['0002', [false, true]],
    ['"no answer"', [false, true]],
    ['no answer enroll', [false, true]],
    ['batch:2', [false, true]],
    ['days:<60', [true, false]],
    ['days:>=56', [false, false]],
    ['ends:2027-01', [true, false]],
    ['ends:<2027-01-15', [false, false]],
    ['ends:>=2027', [true, false]],
    ['tp:branch', [true, false]],
    ['seconds:>40', [true, true]],
    ['release:17.9', [true, true]],
    ['', [true, true]],
  ])('%s', (text, expected) => {
    const terms = parseSearch(text);
    expect([matches(row(), terms), matches(failed, terms)]).toEqual(expected);
  });

  it('says which key nobody has', () => {
    const labels = new Set(['site']);
    expect(unknownKey(parseSearch('s:failed site:x word'), labels)).toBeUndefined();
    expect(unknownKey(parseSearch('sight:x'), labels)).toBe('sight');
  });

  it('takes whatever is typed', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(typeof matches(row(), parseSearch(text))).toBe('boolean');
      }),
    );
  });

  it('finds a router by its own name, whatever that is', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[^"]+$/).filter((text) => text.trim() !== ''),
        (device) => {
          expect(matches(row({ device }), parseSearch(`"${device}"`))).toBe(true);
        },
      ),
    );
  });
});

describe('the order of the table', () => {
  it('puts what needs attention first, and what is missing last', () => {
    expect(sortKey(failed, 'outcome')).toBeLessThan(Number(sortKey(row(), 'outcome')));
    expect(sortKey(failed, 'ends') > sortKey(row(), 'ends')).toBe(true);
  });
});
