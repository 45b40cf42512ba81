import { describe, expect, it } from 'vitest';
import { createPlainView } from '../../src/report/terminal-plain.ts';
import type { RunEvent } from '../../src/run/events.ts';
import { aResult } from '../run/a-device.ts';
import { AT, aFailure, anError, at, finished, started } from './a-run.ts';
import { aTerminal } from './screen.ts';

const step: RunEvent = {
  type: 'step-finished',
  device: 'br-1',
  step: 'configure',
  trustpoint: 'BRANCH',
  outcome: 'done',
  durationMs: 1200,
  note: '12 lines typed',
  at: at(5),
};

describe('createPlainView', () => {
  it('tells every step of a small run', () => {
    const terminal = aTerminal();
    const view = createPlainView(terminal);

    view.onEvent(started(['br-1']));
    view.onEvent({ type: 'device-started', device: 'br-1', at: AT });
    view.onEvent(step);
    view.onEvent(finished(aResult('br-1')));

    expect(terminal.stream.text).toBe(
      [
        '02:00:00Z enroll: 1 device',
        '02:00:05Z br-1 configure BRANCH done (1.2s): 12 lines typed',
        '02:01:30Z ✓ br-1 verified in 42s [1/1]',
        '',
      ].join('\n'),
    );
  });

  it('tells only the end of each device of a large run', () => {
    const terminal = aTerminal();
    const view = createPlainView(terminal);

    view.onEvent(started(['br-1', 'br-2', 'br-3', 'br-4']));
    view.onEvent(step);
    view.onEvent(finished(aFailure('br-1', 'unreachable', 'connection refused')));
    view.onEvent(finished(aResult('br-2', 'skipped', { error: anError('interrupted', 'stopped') })));

    expect(terminal.stream.text).toBe(
      [
        '02:00:00Z enroll: 4 devices',
        '02:01:30Z ✗ br-1 failed in 1.2s, unreachable: connection refused [1/4]',
        '',
      ].join('\n'),
    );
  });
});
