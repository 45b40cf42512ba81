import { ERRORS, type ErrorCode } from '../domain/errors.ts';
import type { DeviceResult, ErrorReport } from '../domain/result.ts';
import { cleanBlanks, cleanLine, columnsOf, pad, shorten, wrap } from './columns.ts';
import { plural } from './outcomes.ts';
import type { Style } from './style.ts';

interface FailedDevice {
  readonly name: string;
  readonly error: ErrorReport;
  readonly transcript?: string;
}

const MOST_MESSAGES = 20;
const MOST_NAMES = 200;
const MOST_DETAIL_LINES = 8;
const DETAIL = '      ';

/**
 * What went wrong, by cause, the most frequent first: forty routers that refuse one password are one piece of news.
 * Each cause says what to do, several things where its devices need several; the first device of each is shown in detail.
 */
export function drawCauses(devices: readonly DeviceResult[], width: number, style: Style): string[] {
  return [...groupByCode(devices)]
    .toSorted(([, a], [, b]) => b.length - a.length)
    .flatMap(([code, failed]) => drawCause(code, failed, width, style));
}

function groupByCode(devices: readonly DeviceResult[]): ReadonlyMap<ErrorCode, readonly FailedDevice[]> {
  const groups = new Map<ErrorCode, FailedDevice[]>();
  for (const { device, outcome, error, transcript } of devices) {
    // A run that was stopped says so itself; what was left alone for another reason has a cause to tell.
    if (error === undefined || (outcome === 'skipped' && error.code === 'interrupted')) continue;
    const failed = { name: cleanLine(device), error, ...(transcript === undefined ? {} : { transcript }) };
    const group = groups.get(error.code);
    if (group === undefined) groups.set(error.code, [failed]);
    else group.push(failed);
  }
  return groups;
}

function drawCause(code: ErrorCode, failed: readonly FailedDevice[], width: number, style: Style): string[] {
  const paint = code === 'interrupted' ? style.warn : style.bad;
  const count = failed.length === 1 ? '' : ` (${failed.length} devices)`;
  return [
    '',
    ...wrap(`${code}: ${ERRORS[code].title}${count}`, width, `${style.marks.fail} `).map(paint),
    ...groupByHint(failed).flatMap(([hint, devices]) => drawHint(hint, devices, width, style)),
  ];
}

/** What to do, and the devices that it is for: what helps one of a cause may harm another. */
function drawHint(hint: string, failed: readonly FailedDevice[], width: number, style: Style): string[] {
  const [first] = failed;
  if (first === undefined) return [];
  const messages = groupByMessage(failed);
  const alone = messages.flatMap(({ devices: [one, ...others] }) =>
    others.length === 0 && one ? [one] : [],
  );
  const widest = Math.min(
    Math.max(0, ...alone.slice(0, MOST_MESSAGES).map(({ name }) => columnsOf(name))),
    Math.floor(width / 3),
  );
  const drawMessage = ({ text, devices }: SameMessage, index: number): string[] => {
    const detail = index === 0 ? drawDetail(first, width).map(style.dim) : [];
    const [{ name }] = devices;
    return devices.length === 1
      ? [...wrap(text, width, `  ${pad(shorten(name, widest, 'middle'), widest)}  `), ...detail]
      : [...wrap(text, width, '  '), ...drawNames(devices, width, '    '), ...detail];
  };
  const others = messages.slice(MOST_MESSAGES).flatMap(({ devices }) => devices);
  return [
    ...wrap(hint, width, `  ${style.marks.arrow} `).map(style.strong),
    ...messages.slice(0, MOST_MESSAGES).flatMap(drawMessage),
    ...(others.length === 0 ? [] : drawNames(others, width, '  also  ')),
  ];
}

function groupByHint(failed: readonly FailedDevice[]): readonly [string, readonly FailedDevice[]][] {
  const groups = new Map<string, FailedDevice[]>();
  for (const device of failed) {
    const hint = cleanLine(device.error.hint);
    const group = groups.get(hint);
    if (group === undefined) groups.set(hint, [device]);
    else group.push(device);
  }
  return [...groups].toSorted(([, a], [, b]) => b.length - a.length);
}

/** Devices that failed with the same words. */
interface SameMessage {
  readonly text: string;
  readonly devices: readonly [FailedDevice, ...FailedDevice[]];
}

function groupByMessage(failed: readonly FailedDevice[]): readonly SameMessage[] {
  const groups = new Map<string, [FailedDevice, ...FailedDevice[]]>();
  for (const device of failed) {
    const { message, step } = device.error;
    const text = cleanLine(step === undefined ? message : `${message} (${step})`);
    const group = groups.get(text);
    if (group === undefined) groups.set(text, [device]);
    else group.push(device);
  }
  return [...groups].map(([text, devices]) => ({ text, devices }));
}

/** By name alone: nobody is left out unless there are hundreds. */
function drawNames(devices: readonly FailedDevice[], width: number, first: string): string[] {
  const names = devices.slice(0, MOST_NAMES).map(({ name }) => name);
  const hidden = devices.length - names.length;
  return wrap(`${names.join(', ')}${hidden > 0 ? ` and ${hidden} more` : ''}`, width, first);
}

/** What was heard last is what these are about. */
const TOLD_BY_THE_END: ReadonlySet<ErrorCode> = new Set([
  'unexpected-question',
  'timeout',
  'connection-lost',
]);

/** What was heard, aligned as it was: the caret of `% Invalid input` points at something. */
function drawDetail({ error, transcript }: FailedDevice, width: number): string[] {
  const lines = error.detail
    .split('\n')
    .map(cleanBlanks)
    .filter((line) => line.trim() !== '');
  const fromEnd = TOLD_BY_THE_END.has(error.code);
  const chosen = fromEnd ? lines.slice(-MOST_DETAIL_LINES) : lines.slice(0, MOST_DETAIL_LINES);
  const shown = chosen.flatMap((line) => {
    const aligned = `${DETAIL}${line}`;
    return columnsOf(aligned) <= width ? [aligned] : wrap(line.trim(), width, DETAIL);
  });
  const hidden = lines.length - MOST_DETAIL_LINES;
  const cut =
    hidden > 0
      ? [
          `${DETAIL}${fromEnd ? '…' : 'and'} ${plural(hidden, fromEnd ? 'line' : 'more line')}${fromEnd ? ' before' : ''}`,
        ]
      : [];
  return [
    ...(fromEnd ? [...cut, ...shown] : [...shown, ...cut]),
    ...(transcript === undefined ? [] : drawTranscript(cleanLine(transcript), width)),
  ];
}

/** Always in one piece, to be copied: a terminal that is too narrow breaks it by itself, and still copies it whole. */
function drawTranscript(file: string, width: number): string[] {
  const label = `${DETAIL}transcript:`;
  const line = `${label} ${file}`;
  return columnsOf(line) <= width ? [line] : [label, `${DETAIL}${file}`];
}
