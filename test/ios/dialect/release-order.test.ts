import { describe, expect, it } from 'vitest';
import { isSince } from '../../../src/ios/dialect/release-order.ts';

describe('isSince', () => {
  it.each([
    ['12.2(15)T17', '12.2(15)T'],
    ['12.2(15)T', '12.2(8)T'],
    ['12.3(1a)', '12.2(15)T'],
    ['12.3(4)T3', '12.3(2)T'],
    ['12.3(12e)', '12.3(12)'],
    ['12.4(1)', '12.3(2)T'],
  ])('%s has what came with %s', (version, first) => {
    expect(isSince(version, first)).toBe(true);
  });

  it.each([
    ['12.2(8)T5', '12.2(15)T'],
    ['12.2(46a)', '12.2(8)T'],
    ['12.3(26)', '12.3(2)T'],
    ['12.3(6)', '12.3(12)'],
    ['12.1(19)E', '12.2(8)T'],
    ['12.2(25)SEE2', '12.2(8)T'],
    ['no release', '12.2(8)T'],
  ])('%s has surely not what came with %s', (version, first) => {
    expect(isSince(version, first)).toBe(false);
  });
});
