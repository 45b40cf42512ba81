import { describe, expect, it } from 'vitest';
import { drawCalendar } from '../../../src/report/html/calendar.ts';
import { drawTimeline } from '../../../src/report/html/timeline.ts';
import { aResult } from '../../run/a-device.ts';
import { aRun, at } from '../a-run.ts';

const columns = (svg: string): readonly string[] =>
  [...svg.matchAll(/<title>(?<title>[^<]+)</g)].map(({ groups }) => groups?.title ?? '');

describe('the calendar', () => {
  const now = new Date('2026-11-21T02:00:00Z');

  it('counts what ends in 24 months, what has ended, and what comes later', () => {
    const ends = [
      '2026-11-20',
      '2026-11-21T01:59:59Z',
      '2026-11-30',
      '2027-01-01',
      '2027-01-31T23:59:59Z',
      '2028-10-31',
      '2028-11-01',
      '2040-01-01',
    ];
    expect(
      columns(
        drawCalendar(
          ends.map((end) => new Date(end)),
          now,
        ),
      ),
    ).toEqual([
      'ended: 2 certificates',
      'Nov 2026: 1 certificate',
      'Jan 2027: 2 certificates',
      'Oct: 1 certificate',
      'later: 2 certificates',
    ]);
  });

  it('goes by months of the calendar, also from a 31st', () => {
    const svg = drawCalendar([new Date('2027-02-28T12:00:00Z')], new Date('2027-01-31T12:00:00Z'));
    expect(columns(svg)).toEqual(['Feb: 1 certificate']);
  });

  it('is not there without certificates', () => {
    expect(drawCalendar([], now)).toBe('');
  });
});

describe('the timeline', () => {
  it('shows when routers were done, by outcome', () => {
    const devices = [
      aResult('br-1', 'verified', { startedAt: at(0), durationMs: 1_000 }),
      aResult('br-2', 'failed', { startedAt: at(0), durationMs: 1_500 }),
      aResult('br-3', 'verified', { startedAt: at(110), durationMs: 10_000 }),
      aResult('br-4', 'skipped', { durationMs: 0 }),
    ];
    const svg = drawTimeline(aRun(devices, { durationMs: 120_000 }), []);
    expect(columns(svg)).toEqual(['02:00:00: 1 verified, 1 failed', '02:01:58: 1 verified']);
    expect(svg).not.toContain('NaN');
  });

  it('is not there when nothing was worked on', () => {
    expect(drawTimeline(aRun([aResult('br-1', 'skipped', { durationMs: 0 })]), [])).toBe('');
  });

  it('bears a run of no time at all', () => {
    expect(drawTimeline(aRun([aResult('br-1')], { durationMs: 0 }), [])).not.toMatch(/NaN|Infinity/);
  });
});
