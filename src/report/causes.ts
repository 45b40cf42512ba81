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

const MOST_DEVICES = 20;
const MOST_NAMES = 200;
const MOST_DETAIL_LINES = 8;
const DETAIL = '      ';

/**
 * What went wrong, by cause, the most frequent first: forty routers that refuse one password are one piece of news.
 * Each cause says what to do; the first of its devices is shown in detail.
 */
export function drawCauses(devices: readonly DeviceResult[], width: number, style: Style): string[] {
  return [...groupByCode(devices)]
    .toSorted(([, a], [, b]) => b.length - a.length)
    .flatMap(([code, failed]) => drawCause(code, failed, width, style));
}

function groupByCode(devices: readonly DeviceResult[]): ReadonlyMap<ErrorCode, readonly FailedDevice[]> {
  const groups = new Map<ErrorCode, FailedDevice[]>();
  for (const { device, outcome, error, transcript } of devices) {
    if (error === undefined || outcome === 'skipped') continue;
    const failed = { name: cleanLine(device), error, ...(transcript === undefined ? {} : { transcript }) };
    const group = groups.get(error.code);
    if (group === undefined) groups.set(error.code, [failed]);
    else group.push(failed);
  }
  return groups;
}

function drawCause(code: ErrorCode, failed: readonly FailedDevice[], width: number, style: Style): string[] {
  const [first] = failed;
  if (first === undefined) return [];
  const { marks } = style;
  const paint = code === 'interrupted' ? style.warn : style.bad;
  const count = failed.length === 1 ? '' : ` (${failed.length} devices)`;
  const widest = Math.min(
    Math.max(...failed.slice(0, MOST_DEVICES).map(({ name }) => columnsOf(name))),
    Math.floor(width / 3),
  );
  const device = ({ name, error }: FailedDevice): string[] => {
    const beginning = `  ${pad(shorten(name, widest, 'middle'), widest)}  `;
    const where = error.step === undefined ? '' : ` (${error.step})`;
    return wrap(cleanLine(`${error.message}${where}`), width, beginning);
  };
  return [
    '',
    ...wrap(`${code}: ${ERRORS[code].title}${count}`, width, `${marks.fail} `).map(paint),
    ...wrap(cleanLine(first.error.hint), width, `  ${marks.arrow} `).map(style.strong),
    ...device(first),
    ...drawDetail(first, width).map(style.dim),
    ...failed.slice(1, MOST_DEVICES).flatMap(device),
    ...drawOthers(failed.slice(MOST_DEVICES), width),
  ];
}

/** What was heard, aligned as it was: the caret of `% Invalid input` points at something. */
function drawDetail({ error, transcript }: FailedDevice, width: number): string[] {
  const lines = error.detail
    .split('\n')
    .map(cleanBlanks)
    .filter((line) => line.trim() !== '');
  const shown = lines.slice(0, MOST_DETAIL_LINES).flatMap((line) => {
    const aligned = `${DETAIL}${line}`;
    return columnsOf(aligned) <= width ? [aligned] : wrap(line.trim(), width, DETAIL);
  });
  const hidden = lines.length - MOST_DETAIL_LINES;
  return [
    ...shown,
    ...(hidden > 0 ? [`${DETAIL}and ${plural(hidden, 'more line')}`] : []),
    ...(transcript === undefined ? [] : wrap(cleanLine(transcript), width, `${DETAIL}transcript: `, DETAIL)),
  ];
}

/** The others by name alone: nobody is left out unless there are hundreds. */
function drawOthers(others: readonly FailedDevice[], width: number): string[] {
  if (others.length === 0) return [];
  const names = others.slice(0, MOST_NAMES).map(({ name }) => name);
  const hidden = others.length - names.length;
  const rest = hidden > 0 ? ` and ${hidden} more` : '';
  return wrap(`${names.join(', ')}${rest}`, width, '  also  ');
}
