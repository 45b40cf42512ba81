import { formatDuration } from '../domain/duration.ts';
import type { DeviceResult } from '../domain/result.ts';
import type { Reporter, RunEvent } from '../run/events.ts';
import { cleanLine } from './columns.ts';
import { causeInWords, FleetState } from './fleet-state.ts';
import { lookOf, plural } from './outcomes.ts';
import { requestInWords } from './requests.ts';
import type { Terminal } from './terminal.ts';

/** Runs so small that every step is worth a line. */
const FEW_DEVICES = 3;

/**
 * One line for each event that matters, with its time (UTC): for logs, pipes and windows that cannot be redrawn.
 * Lines are not cut, so that they can be searched.
 */
export function createPlainView(terminal: Terminal): Reporter {
  const state = new FleetState();
  const say = (at: Date, text: string): void => {
    terminal.write([`${at.toISOString().slice(11, 19)}Z ${text}`]);
  };

  return {
    onEvent(event: RunEvent): void {
      state.hear(event);
      switch (event.type) {
        case 'run-started':
          say(event.at, `${event.command}: ${plural(event.devices.length, 'device')}`);
          break;
        case 'step-finished': {
          if (state.total > FEW_DEVICES) break;
          const where = [event.device, event.step, event.trustpoint].filter(Boolean).join(' ');
          const note = event.note === undefined ? '' : `: ${event.note}`;
          say(event.at, cleanLine(`${where} ${event.outcome} (${formatDuration(event.durationMs)})${note}`));
          break;
        }
        case 'device-finished':
          if (event.result.outcome !== 'skipped' || event.result.error === undefined) {
            say(event.at, `${describe(event.result, terminal)} [${state.finished}/${state.total}]`);
          }
          break;
        case 'batch-started':
          say(
            event.at,
            `batch ${event.batch.index} of ${event.batch.of}: ${plural(event.devices.length, 'device')}`,
          );
          break;
        case 'device-retried': {
          const wait = formatDuration(event.afterMs);
          const cause = causeInWords(event.cause);
          say(
            event.at,
            cleanLine(`${event.device} attempt ${event.attempt} of ${event.of} in ${wait}: ${cause}`),
          );
          break;
        }
        case 'device-waits': {
          const requests = event.requests.map(requestInWords).join('; ');
          const about = requests === '' ? '' : `: ${requests}`;
          say(
            event.at,
            cleanLine(
              `${event.device} waits for the CA, looked at again in ${formatDuration(event.afterMs)}${about}`,
            ),
          );
          break;
        }
        case 'run-stopped':
          say(event.at, terminal.style.bad(cleanLine(`stopped: ${event.reason}`)));
          break;
        case 'batch-finished':
        case 'device-started':
        case 'step-started':
        case 'challenge-slots':
        case 'run-finished':
          break;
      }
    },
  };
}

function describe({ device, outcome, durationMs, error }: DeviceResult, { style }: Terminal): string {
  const { mark, paint } = lookOf(outcome, style);
  const cause = error === undefined ? '' : `, ${causeInWords(error)}`;
  return paint(cleanLine(`${mark} ${device} ${outcome} in ${formatDuration(durationMs)}${cause}`));
}
