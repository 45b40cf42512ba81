import ora from 'ora';
import type { Reporter, RunEvent } from '../run/events.ts';
import { FailureFeed } from './failure-feed.ts';
import { FleetState } from './fleet-state.ts';
import { drawFleet } from './fleet-view.ts';
import type { Terminal } from './terminal.ts';

/** Redraws a second: enough to see life, little enough for a slow line. */
const FRAME_MS = 200;
const SPINNER = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const ASCII_SPINNER = ['-', '\\', '|', '/'];
/** The spinner and the blanks round it. */
const SPINNER_COLUMNS = 3;
/** Rows left free, so that the window does not scroll at each frame. */
const FREE_ROWS = 2;

/**
 * A view of the whole fleet that redraws itself; failures stay above it as lines. For windows only: use it when
 * `terminal.canRedraw`.
 */
export function createLiveView(terminal: Terminal, now: () => Date): Reporter {
  const state = new FleetState();
  const failures = new FailureFeed(terminal);
  const spinner = ora({
    stream: terminal.stream,
    isEnabled: terminal.canRedraw,
    isSilent: !terminal.canRedraw,
    // Raw mode would take Ctrl-C away from the process.
    discardStdin: false,
    color: terminal.style.color ? 'cyan' : false,
    spinner: { frames: terminal.style.unicode ? SPINNER : ASCII_SPINNER, interval: FRAME_MS },
    suffixText: frame,
  });

  /** Asked for by the spinner when it draws, so that events cost nothing. */
  function frame(): string {
    const lines = drawFleet(state, {
      columns: terminal.columns() - SPINNER_COLUMNS - 1,
      rows: (terminal.rows() ?? 24) - FREE_ROWS,
      now: now(),
      style: terminal.style,
    });
    return terminal.safe(lines.join('\n'));
  }

  let isRunning = false;
  terminal.onAsking((isAsked) => {
    if (!isRunning) return;
    if (isAsked) spinner.stop();
    else spinner.start('');
  });

  return {
    onEvent(event: RunEvent): void {
      state.hear(event);
      if (event.type === 'run-started') {
        isRunning = true;
        spinner.start('');
      }
      if (event.type === 'device-finished') failures.show(event.result);
      if (event.type === 'run-finished') {
        isRunning = false;
        spinner.stop();
        if (failures.shown > 0) terminal.write(['']);
      }
    },
  };
}
