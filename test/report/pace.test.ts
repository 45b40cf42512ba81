import { describe, expect, it } from 'vitest';
import { Pace } from '../../src/report/pace.ts';
import { at } from './a-run.ts';

function paceOf(ends: readonly number[]): Pace {
  const pace = new Pace();
  pace.start(at(0));
  for (const seconds of ends) pace.finish(at(seconds));
  return pace;
}
const every = (seconds: number, from: number, to: number): number[] =>
  Array.from({ length: Math.floor((to - from) / seconds) }, (_, index) => from + (index + 1) * seconds);

describe('the pace', () => {
  it('is not guessed from a few devices', () => {
    expect(paceOf(every(1, 0, 9)).perMinute(at(9))).toBeUndefined();
  });

  it('is the whole run’s in its first minutes', () => {
    expect(paceOf(every(2, 0, 60)).perMinute(at(60))).toBe(30);
  });

  it('follows a run that slows down', () => {
    const pace = paceOf([...every(1, 0, 600), ...every(10, 600, 900)]);
    expect(pace.perMinute(at(900))).toBeLessThan(7);
  });

  it('counts nothing that was done before the clock was put back as done of late', () => {
    const pace = paceOf([...every(1, 0, 7200), ...every(10, 3000, 3600)]);
    expect(pace.perMinute(at(3605))).toBe(6);
  });

  it('knows no end of a run that stands still', () => {
    expect(paceOf(every(1, 0, 600)).perMinute(at(1200))).toBeUndefined();
  });
});
