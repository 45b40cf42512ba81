import { describe, expect, it, vi } from 'vitest';
import { createLiveView } from '../../src/report/terminal-live.ts';
import { aResult } from '../run/a-device.ts';
import { AT, aFailure, aRun, at, finished, started } from './a-run.ts';
import { aTerminal, linesOf, widest } from './screen.ts';

const names = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `br-${String(index + 1).padStart(4, '0')}`);

describe('createLiveView', () => {
  it.each([80, 120])(
    'keeps to %i columns, shows failures as lines, and leaves the window clean',
    (columns) => {
      const terminal = aTerminal({ columns, rows: 24 });
      const view = createLiveView(terminal, () => at(10));
      const devices = names(2000);

      view.onEvent(started(devices));
      for (const device of devices.slice(0, 200)) view.onEvent({ type: 'device-started', device, at: AT });
      view.onEvent(finished(aFailure('br-0001', 'login-refused', 'Permission denied for netops@192.0.2.1')));
      view.onEvent(finished(aResult('br-0002')));
      view.onEvent({ type: 'run-finished', result: aRun([]), at: at(10) });

      const { text } = terminal.stream;
      expect(text).toContain('✗ br-0001  login-refused: Permission denied for netops@192.0.2.1\n');
      expect(text).toContain('enroll 1/2000');
      expect(widest(terminal.stream.writes.flatMap(linesOf))).toBeLessThanOrEqual(columns);
      expect(text.endsWith('\u001b[?25h\n')).toBe(true);
    },
  );

  it('leaves the window to a question, and to what is typed behind it', async () => {
    vi.useFakeTimers();
    try {
      const terminal = aTerminal({ columns: 80 });
      const view = createLiveView(terminal, () => AT);
      const drawnIn = (milliseconds: number): string => {
        const before = terminal.stream.writes.length;
        vi.advanceTimersByTime(milliseconds);
        return terminal.stream.writes.slice(before).join('');
      };
      view.onEvent(started(['br-1', 'br-2']));
      expect(drawnIn(1000)).toContain('enroll 0/2');
      expect(await terminal.asking(async () => drawnIn(1000))).toBe('');
      expect(drawnIn(1000)).toContain('enroll 0/2');
      view.onEvent({ type: 'run-finished', result: aRun([]), at: AT });
      await terminal.asking(async () => undefined);
      expect(drawnIn(1000)).toBe('');
    } finally {
      vi.useRealTimers();
    }
  });

  it('draws nothing in a window that does not know its size', () => {
    const terminal = aTerminal({ columns: 0 });
    const view = createLiveView(terminal, () => AT);

    view.onEvent(started(['br-1']));
    view.onEvent({ type: 'run-finished', result: aRun([]), at: AT });

    expect(terminal.stream.text).toBe('');
  });

  it('costs no redraw per event', () => {
    const terminal = aTerminal({ columns: 80 });
    const view = createLiveView(terminal, () => AT);
    view.onEvent(started(names(2000)));
    const before = terminal.stream.writes.length;

    for (const device of names(2000)) {
      view.onEvent({ type: 'device-started', device, at: AT });
      view.onEvent(finished(aResult(device)));
    }
    const after = terminal.stream.writes.length;
    view.onEvent({ type: 'run-finished', result: aRun([]), at: AT });

    expect(after).toBe(before);
  });
});
