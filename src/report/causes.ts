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

/** What to do, and the devices that it is for: what helps one of a cause may harm another. */
interface SameHint {
  readonly hint: string;
  /** The only one that is shown, and kept, in detail. */
  readonly first: FailedDevice;
  /** The names of devices that failed with the same words. */
  readonly messages: Map<string, string[]>;
  devices: number;
}

const MOST_MESSAGES = 20;
const MOST_NAMES = 200;
const MOST_DETAIL_LINES = 8;
const DETAIL = '      ';

/**
 * What went wrong, by cause, the most frequent first: forty routers that refuse one password are one piece of news.
 * Each cause says what to do, several things where its devices need several; the first device of each is shown in detail.
 */
export function drawCauses(devices: Iterable<DeviceResult>, width: number, style: Style): string[] {
  return [...groupByCode(devices)]
    .map(([code, hints]) => ({ code, hints, count: sum(hints) }))
    .toSorted((a, b) => b.count - a.count)
    .flatMap((cause) => drawCause(cause, width, style));
}

function groupByCode(devices: Iterable<DeviceResult>): ReadonlyMap<ErrorCode, readonly SameHint[]> {
  const groups = new Map<ErrorCode, SameHint[]>();
  for (const { device, outcome, error, transcript } of devices) {
    // A run that was stopped says so itself; what was left alone for another reason has a cause to tell.
    if (error === undefined || (outcome === 'skipped' && error.code === 'interrupted')) continue;
    const failed = { name: cleanLine(device), error, ...(transcript === undefined ? {} : { transcript }) };
    const group = groups.get(error.code) ?? [];
    groups.set(error.code, group);
    addTo(group, failed);
  }
  return groups;
}

function addTo(group: SameHint[], failed: FailedDevice): void {
  const { message, step, hint: said } = failed.error;
  const hint = cleanLine(said);
  const text = cleanLine(step === undefined ? message : `${message} (${step})`);
  const known = group.find((each) => each.hint === hint);
  if (known === undefined) {
    group.push({ hint, first: failed, messages: new Map([[text, [failed.name]]]), devices: 1 });
    return;
  }
  known.devices += 1;
  const names = known.messages.get(text);
  if (names === undefined) known.messages.set(text, [failed.name]);
  else names.push(failed.name);
}

function sum(hints: readonly SameHint[]): number {
  return hints.reduce((total, { devices }) => total + devices, 0);
}

interface Cause {
  readonly code: ErrorCode;
  readonly hints: readonly SameHint[];
  /** Of devices. */
  readonly count: number;
}

function drawCause({ code, hints, count }: Cause, width: number, style: Style): string[] {
  const paint = code === 'interrupted' ? style.warn : style.bad;
  const many = count === 1 ? '' : ` (${count} devices)`;
  return [
    '',
    ...wrap(`${code}: ${ERRORS[code].title}${many}`, width, `${style.marks.fail} `).map(paint),
    ...hints.toSorted((a, b) => b.devices - a.devices).flatMap((hint) => drawHint(hint, width, style)),
  ];
}

function drawHint({ hint, first, messages: grouped }: SameHint, width: number, style: Style): string[] {
  const messages = [...grouped].map(([text, names]) => ({ text, names }));
  const shown = messages.slice(0, MOST_MESSAGES);
  const alone = messages.flatMap(({ names: [one, ...others] }) => (others.length === 0 && one ? [one] : []));
  const widest = Math.min(
    Math.max(0, ...alone.slice(0, MOST_MESSAGES).map(columnsOf)),
    Math.floor(width / 3),
  );
  const drawMessage = ({ text, names }: (typeof messages)[number], index: number): string[] => {
    const detail = index === 0 ? drawDetail(first, width).map(style.dim) : [];
    const [name = ''] = names;
    return names.length === 1
      ? [...wrap(text, width, `  ${pad(shorten(name, widest, 'middle'), widest)}  `), ...detail]
      : [...wrap(text, width, '  '), ...drawNames(names, width, '    '), ...detail];
  };
  const others = messages.slice(MOST_MESSAGES).flatMap(({ names }) => names);
  return [
    ...wrap(hint, width, `  ${style.marks.arrow} `).map(style.strong),
    ...shown.flatMap(drawMessage),
    ...(others.length === 0 ? [] : drawNames(others, width, '  also  ')),
  ];
}

/** By name alone: nobody is left out unless there are hundreds. */
function drawNames(all: readonly string[], width: number, first: string): string[] {
  const names = all.slice(0, MOST_NAMES);
  const hidden = all.length - names.length;
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
