import { formatDuration } from '../domain/duration.ts';
import type { DeviceResult } from '../domain/result.ts';
import type { Reporter, RunEvent } from '../run/events.ts';
import { chosen, countOutcomes, type DeviceResults, digestsOf, type EndedRun } from '../run/result.ts';
import { drawCauses } from './causes.ts';
import { cleanLine, wrap } from './columns.ts';
import { drawDecisions } from './decisions.ts';
import { drawFindings } from './findings.ts';
import { drawNotes } from './notes.ts';
import { countsInWords, plural } from './outcomes.ts';
import { drawRecap } from './recap.ts';
import { drawRequests } from './requests.ts';
import { RunHistory } from './run-history.ts';
import type { Style } from './style.ts';
import { drawResultTable } from './table.ts';
import type { Terminal } from './terminal.ts';

/** The result of a run for a person, printed when the run is over. */
export function createSummary(terminal: Terminal): Reporter {
  const history = new RunHistory();
  return {
    onEvent(event: RunEvent): void {
      history.hear(event);
      if (event.type === 'run-finished') {
        terminal.write(drawSummary(event.result, terminal.columns(), terminal.style, history));
      }
    },
  };
}

/** What a command is about comes first, then what went wrong and what to do, and the counts last, where the eye is. */
export function drawSummary(
  result: EndedRun,
  columns: number,
  style: Style,
  history: RunHistory = new RunHistory(),
): string[] {
  const width = columns - 1;
  const { devices } = result;
  return [
    ...drawSubject(result, width, style),
    ...drawCauses(causesToTell(result), width, style),
    ...drawNotes(devices, width, style),
    ...drawRequests(devices, width, style),
    ...drawRecap(result, history, width, style),
    ...(devices.length === 0 ? [] : ['']),
    ...drawTotals(result, width, style),
  ];
}

function drawSubject(result: EndedRun, width: number, style: Style): string[] {
  const now = new Date(result.startedAt.getTime() + result.durationMs);
  if (result.command === 'verify') return drawFindings(result.devices, width, style);
  if (result.command !== 'renew') return drawResultTable(result.devices, { width, now, style });
  const decisions = drawDecisions(result.devices, width, style);
  const renewed = chosen(result.devices, ({ outcome }) => outcome !== 'unchanged');
  const table = drawResultTable(renewed, { width, now, style });
  return decisions.length > 0 && table.length > 0 ? [...decisions, '', ...table] : [...decisions, ...table];
}

/** A verification has shown its findings already. */
function causesToTell({ command, devices }: EndedRun): Iterable<DeviceResult> {
  const failed = chosen(devices, ({ code }) => code !== undefined);
  return command === 'verify' ? withoutFindings(failed) : failed;
}

function* withoutFindings(devices: DeviceResults): Generator<DeviceResult> {
  for (const device of devices) {
    if (device.error?.code !== 'verification-failed' || device.findings.length === 0) yield device;
  }
}

function drawTotals(
  { command, durationMs, interrupted, stopped, devices }: EndedRun,
  width: number,
  style: Style,
): string[] {
  const counts = countOutcomes(digestsOf(devices));
  const bad = counts.failed > 0;
  const waiting = counts.pending + counts.interrupted + counts.skipped > 0;
  const paint = bad ? style.bad : waiting ? style.warn : style.good;
  const total = `${command}: ${plural(devices.length, 'device')} in ${formatDuration(durationMs)}: ${countsInWords(counts)}`;
  return [
    ...wrap(total, width).map((line) => style.strong(paint(line))),
    ...(counts.pending > 0
      ? wrap(
          'Pending requests wait for the CA’s operator: have them granted, then run the same command again.',
          width,
        )
      : []),
    ...(stopped === undefined ? [] : wrap(cleanLine(`Stopped: ${stopped}`), width).map(style.bad)),
    ...(interrupted && waiting
      ? wrap('The run was stopped: run the same command again, it continues where this run stopped.', width)
      : []),
  ];
}
