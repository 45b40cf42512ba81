import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clockSetArgument, routerInstant } from '../../src/enrollment/router-time.ts';

const at = (text: string): Date => new Date(text);

describe('routerInstant', () => {
  it.each([
    ['a router left at UTC', 'UTC', [], '2026-03-01T12:00:00Z'],
    ['a zone east of UTC', 'CET', ['clock timezone CET 1 0'], '2026-03-01T11:00:00Z'],
    ['a zone with a negative half hour', 'NST', ['clock timezone NST -3 30'], '2026-03-01T15:30:00Z'],
    ['a plus sign', 'GMT', ['clock timezone GMT +8'], '2026-03-01T04:00:00Z'],
    [
      'summer time by its name',
      'CEST',
      ['clock timezone CET 1 0', 'clock summer-time CEST recurring last Sun Mar 2:00 last Sun Oct 3:00'],
      '2026-03-01T10:00:00Z',
    ],
    [
      'summer time with its own offset',
      'LHDT',
      ['clock timezone LHST 10 30', 'clock summer-time LHDT recurring 1 Sun Oct 2:00 1 Sun Apr 2:00 30'],
      '2026-03-01T01:00:00Z',
    ],
    [
      'the short summer rule',
      'MDT',
      ['clock timezone MST -7 0', 'clock summer-time MDT recurring'],
      '2026-03-01T18:00:00Z',
    ],
  ])('knows %s', (_name, zone, lines, expected) => {
    expect(routerInstant({ local: at('2026-03-01T12:00:00Z'), zone }, lines)).toEqual(at(expected));
  });

  it('knows nothing of a zone no line names', () => {
    expect(routerInstant({ local: at('2026-03-01T12:00:00Z'), zone: 'EST' }, [])).toBeUndefined();
  });

  it('does not choose between two zones of one name', () => {
    const lines = ['clock timezone EST 10 0', 'clock summer-time EST recurring'];
    expect(routerInstant({ local: at('2026-03-01T12:00:00Z'), zone: 'EST' }, lines)).toBeUndefined();
  });
});

describe('clockSetArgument', () => {
  it('gives local time, day, month and year', () => {
    expect(clockSetArgument(at('2026-12-31T23:30:05Z'), 60)).toBe('00:30:05 1 Jan 2027');
  });

  it('is read back to the same second in any zone', () => {
    fc.assert(
      fc.property(
        fc.date({ min: at('1993-01-02T00:00:00Z'), max: at('2035-12-30T00:00:00Z'), noInvalidDate: true }),
        fc.integer({ min: -12, max: 14 }),
        (instant, hours) => {
          const [time, day, month, year] = clockSetArgument(instant, hours * 60).split(' ');
          const local = new Date(`${month} ${day}, ${year} ${time} UTC`);
          const shown = routerInstant({ local, zone: 'X' }, [`clock timezone X ${hours} 0`]);
          expect(shown?.getTime()).toBe(Math.floor(instant.getTime() / 1000) * 1000);
        },
      ),
    );
  });
});
