import { describe, expect, it } from 'vitest';
import { drawRecap } from '../../src/report/recap.ts';
import { RunHistory } from '../../src/report/run-history.ts';
import { createStyle } from '../../src/report/style.ts';
import { drawSummary } from '../../src/report/summary.ts';
import { aResult } from '../run/a-device.ts';
import { aMaterial, twoBatches } from './a-material.ts';
import { aFailure, anError, aRun, at } from './a-run.ts';
import { widest } from './screen.ts';

const style = createStyle({ color: false, unicode: true });

describe('the recap', () => {
  it('says of a small run without batches nothing that stands above it', () => {
    expect(
      drawRecap(aRun([aResult('br-1'), aFailure('br-2', 'timeout', '')]), new RunHistory(), 79, style),
    ).toEqual([]);
  });

  it('tells batches, causes, retries, the slowest and what was scarce', () => {
    const devices = Array.from({ length: 30 }, (_, index) =>
      index % 10 === 9
        ? { ...aFailure(`br-${index}`, index === 9 ? 'timeout' : 'unreachable', 'x'), batch: 2 }
        : aResult(`br-${index}`, 'verified', { batch: index < 2 ? 1 : 2, durationMs: 1000 * index }),
    );
    const left = aResult('br-30', 'skipped', { durationMs: 0 });
    const cause = anError('unreachable', 'no route');
    const { history } = aMaterial({}, [
      ...twoBatches(),
      { type: 'device-retried', device: 'br-1', attempt: 2, of: 3, afterMs: 100, cause, at: at(5) },
      { type: 'device-retried', device: 'br-9', attempt: 2, of: 3, afterMs: 100, cause, at: at(5) },
      {
        type: 'device-retried',
        device: 'br-9',
        attempt: 3,
        of: 3,
        afterMs: 100,
        cause: anError('timeout', ''),
        at: at(9),
      },
    ]);

    expect(drawRecap(aRun([...devices, left]), history, 79, style)).toEqual([
      '',
      'Recap',
      '  batch 1 of 2  2 verified in 50s',
      '  batch 2 of 2  25 verified, 3 failed in 1m',
      '  not begun     1 skipped',
      '  causes        unreachable 2, timeout 1',
      '  retries       3 on 2 devices (unreachable 2, timeout 1); 1 of them well now',
      '  slowest       br-28 28s, br-27 27s, br-26 26s',
      '  challenges    branch-ca: at most 5 of 5 in use, up to 7 waiting',
    ]);
  });

  it.each([40, 80, 120])('keeps to %i columns', (columns) => {
    const { history, result } = aMaterial({}, twoBatches());
    const stopped = {
      ...result,
      stopped: 'more than 3% of the devices of a batch failed, which is more than was allowed',
    };
    expect(widest(drawSummary(stopped, columns, style, history))).toBeLessThan(columns);
  });

  it('gives the reason why a run stopped its own line', () => {
    expect(drawSummary(aRun([aResult('br-1')], { stopped: '3 of 40 failed' }), 80, style)).toContain(
      'Stopped: 3 of 40 failed',
    );
  });
});
