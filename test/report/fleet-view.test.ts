import { describe, expect, it } from 'vitest';
import type { DeviceOutcome } from '../../src/domain/step.ts';
import { FleetState } from '../../src/report/fleet-state.ts';
import { drawFleet } from '../../src/report/fleet-view.ts';
import { createStyle } from '../../src/report/style.ts';
import { aResult } from '../run/a-device.ts';
import { AT, aFailure, anError, at, finished, started } from './a-run.ts';
import { widest } from './screen.ts';

const style = createStyle({ color: false, unicode: true });

function aFleet(total: number, ended: Partial<Record<DeviceOutcome, number>>, running: number): FleetState {
  const names = Array.from({ length: total }, (_, index) => `br-${String(index + 1).padStart(4, '0')}`);
  const state = new FleetState();
  state.hear(started(names));
  let next = 0;
  const start = (): string => {
    const device = names[next] ?? '';
    next += 1;
    state.hear({ type: 'device-started', device, at: AT });
    return device;
  };
  for (const [outcome, count] of Object.entries(ended) as [DeviceOutcome, number][]) {
    for (let n = 0; n < count; n += 1) state.hear(finished(aResult(start(), outcome)));
  }
  for (let n = 0; n < running; n += 1) {
    state.hear({
      type: 'step-started',
      device: start(),
      step: 'await-grant',
      trustpoint: 'BRANCH',
      at: at(60 + n),
    });
  }
  return state;
}

describe('the live view', () => {
  it('shows where the fleet stands', () => {
    const state = aFleet(200, { verified: 80, unchanged: 5, failed: 2 }, 50);
    state.hear({
      type: 'challenge-slots',
      authority: 'branch-ca',
      used: 5,
      capacity: 5,
      waiting: 12,
      at: AT,
    });
    state.hear({ type: 'challenge-slots', authority: 'idle-ca', used: 0, capacity: 5, waiting: 0, at: AT });

    expect(drawFleet(state, { columns: 79, rows: 30, now: at(72), style })).toEqual([
      'enroll 87/200  ✓ 80 verified  ✓ 5 unchanged  ✗ 2 failed',
      '  █████████░░░░░░░░░░░░  43%  50 running  63 waiting  1m 12s  about 1m 33s left',
      '  73 devices/min  end about 02:02Z',
      '  challenges of branch-ca: 5 of 5 in use, 12 waiting',
      '  br-0088  await-grant BRANCH        12s',
      '  br-0089  await-grant BRANCH        11s',
      '  br-0090  await-grant BRANCH        10s',
      '  br-0091  await-grant BRANCH        9s',
      '  br-0092  await-grant BRANCH        8s',
      '  br-0093  await-grant BRANCH        7s',
      '  br-0094  await-grant BRANCH        6s',
      '  br-0095  await-grant BRANCH        5s',
      '  and 42 more',
    ]);
  });

  it('shows the batch, retries, what failed, and how long passwords are scarce', () => {
    const state = aFleet(200, { verified: 20 }, 2);
    const devices = Array.from({ length: 40 }, (_, index) => `br-${String(index + 1).padStart(4, '0')}`);
    state.hear({ type: 'batch-started', batch: { index: 2, of: 4 }, devices, at: at(30) });
    for (const code of ['timeout', 'login-refused', 'timeout'] as const) {
      state.hear(finished(aFailure('br-0021', code, 'x')));
    }
    const cause = anError('unreachable', 'no route');
    state.hear({
      type: 'device-retried',
      device: 'br-0022',
      attempt: 2,
      of: 3,
      afterMs: 10,
      cause,
      at: at(60),
    });
    state.hear({
      type: 'challenge-slots',
      authority: 'branch-ca',
      used: 5,
      capacity: 5,
      waiting: 12,
      fullUntil: at(1800),
      at: AT,
    });
    state.hear({ type: 'run-stopped', reason: '3 of 40 failed', at: at(70) });

    expect(drawFleet(state, { columns: 79, rows: 30, now: at(72), style }).slice(2)).toEqual([
      '  batch 2 of 4: 3/40  19 devices/min  1 retry',
      '  stopped: 3 of 40 failed',
      '  challenges of branch-ca: 5 of 5 in use, 12 waiting, full until 02:30Z',
      '  ✗ timeout 2  login-refused 1',
    ]);
  });

  it.each([40, 76, 80, 120])('keeps to %i columns with 2,000 devices', (columns) => {
    const state = aFleet(
      2000,
      { verified: 900, unchanged: 300, pending: 99, failed: 88, interrupted: 77 },
      200,
    );
    state.hear({
      type: 'challenge-slots',
      authority: 'a'.repeat(100),
      used: 5,
      capacity: 5,
      waiting: 100,
      at: AT,
    });

    const lines = drawFleet(state, { columns, rows: 20, now: at(5000), style });

    expect(widest(lines)).toBeLessThanOrEqual(columns);
    expect(lines.length).toBeLessThanOrEqual(20);
  });

  it.each([1, 3, 5, 8])('keeps to a window of %i rows', (rows) => {
    const lines = drawFleet(aFleet(100, {}, 50), { columns: 80, rows, now: at(60), style });
    expect(lines.length).toBeLessThanOrEqual(Math.max(2, rows));
  });

  it('promises no end before it has seen a pace', () => {
    const [, bar] = drawFleet(aFleet(100, { verified: 3 }, 10), {
      columns: 80,
      rows: 20,
      now: at(60),
      style,
    });
    expect(bar).not.toContain('left');
  });

  it('lets no escape sequence of a name through', () => {
    const state = new FleetState();
    state.hear(started(['x']));
    state.hear({ type: 'device-started', device: '\u001b[2Jx', at: AT });
    expect(drawFleet(state, { columns: 80, rows: 20, now: AT, style }).join('')).not.toContain('\u001b');
  });
});
