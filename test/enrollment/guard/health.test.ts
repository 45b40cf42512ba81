import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HealthCheck, HealthRule } from '../../../src/domain/guard.ts';
import { ailmentsAfter, ailmentsBefore, type Reading } from '../../../src/enrollment/guard/health.ts';

const reading = (rule: HealthRule, text: string): readonly Reading[] => {
  const check: HealthCheck = { command: 'show crypto ikev2 sa', rule };
  return [{ check, text }];
};
const whatOf = (rule: HealthRule, before: string, after: string): string | undefined =>
  ailmentsAfter(reading(rule, before), reading(rule, after))[0]?.what;

const EXPECT: HealthRule = { kind: 'expect', pattern: 'READY$' };
const COUNT: HealthRule = { kind: 'count', pattern: 'up +up' };
const SAME: HealthRule = { kind: 'same' };

describe('health before the first change', () => {
  it('is bad where what is expected is not found, whichever line it would be on', () => {
    expect(ailmentsBefore(reading(EXPECT, 'one\n1 READY\nthree'))).toEqual([]);
    expect(ailmentsBefore(reading(EXPECT, '1 READYING'))).toEqual([
      {
        command: 'show crypto ikev2 sa',
        what: '“READY$” was not found',
        detail: 'show crypto ikev2 sa\n1 READYING',
      },
    ]);
  });

  it('is never bad for what is only compared', () => {
    expect(ailmentsBefore([...reading(COUNT, ''), ...reading(SAME, '')])).toEqual([]);
  });
});

describe('health afterwards', () => {
  it('is worse where what was expected has gone', () => {
    expect(whatOf(EXPECT, '1 READY', '1 DELETE')).toBe('“READY$” is not found any more');
    expect(whatOf(EXPECT, '1 READY', '2 READY')).toBeUndefined();
  });

  it('is worse where fewer lines have the pattern', () => {
    const up = (count: number): string => 'Tunnel0 up   up\n'.repeat(count);
    fc.assert(
      fc.property(fc.nat(9), fc.nat(9), (before, after) => {
        expect(whatOf(COUNT, up(before), up(after)) === undefined).toBe(after >= before);
      }),
    );
    expect(whatOf(COUNT, up(2), up(1))).toBe('lines with “up +up”: 1, before: 2');
  });

  it('is the same but for blanks', () => {
    expect(whatOf(SAME, 'a  b\n', ' a b')).toBeUndefined();
    expect(whatOf(SAME, 'a b', 'a c')).toBe('the output is not what it was');
  });

  it('shows both outputs', () => {
    const [ailment] = ailmentsAfter(reading(SAME, 'a'), reading(SAME, 'b'));
    expect(ailment?.detail).toBe('show crypto ikev2 sa, before:\na\nafter:\nb');
  });
});
