import { formatDuration } from '../domain/duration.ts';
import { cleanLine, columnsOf, pad, shorten } from './columns.ts';
import type { FleetState, InFlight } from './fleet-state.ts';
import { lookOf, OUTCOME_ORDER, plural } from './outcomes.ts';
import type { Style } from './style.ts';

export interface ViewFrame {
  readonly columns: number;
  /** Lines there is room for, the head included. */
  readonly rows: number;
  readonly now: Date;
  readonly style: Style;
}

const MOST_DEVICES = 8;
const MOST_AUTHORITIES = 3;
const STEP_COLUMNS = 24;

/** The fleet at a glance: counts, a bar, scarce challenge passwords, and the devices longest in work. */
export function drawFleet(state: FleetState, frame: ViewFrame): string[] {
  const head = [
    headLine(state, frame),
    barLine(state, frame),
    ...paceLine(state, frame),
    ...slotLines(state, frame),
    ...causeLine(state, frame),
  ];
  return [...head, ...deviceLines(state, frame, frame.rows - head.length)];
}

function headLine(state: FleetState, { columns, style }: ViewFrame): string {
  const title = `${state.command} ${state.finished}/${state.total}`;
  let room = columns - columnsOf(title);
  let line = style.strong(title);
  for (const outcome of OUTCOME_ORDER) {
    if (state.counts[outcome] === 0) continue;
    const { mark, paint } = lookOf(outcome, style);
    const text = `  ${mark} ${state.counts[outcome]} ${outcome}`;
    room -= columnsOf(text);
    if (room < 0) break;
    line += paint(text);
  }
  return line;
}

function barLine(state: FleetState, { columns, now, style }: ViewFrame): string {
  const share = state.total === 0 ? 1 : state.finished / state.total;
  const elapsed = now.getTime() - state.startedAt.getTime();
  const left = timeLeft(state, now);
  const words = [
    `${Math.floor(share * 100)}%`,
    `${state.running} running`,
    `${state.waiting} waiting`,
    formatAge(elapsed),
    ...(left === undefined ? [] : [`about ${formatAge(left)} left`]),
  ].join('  ');
  const width = Math.max(0, Math.min(24, columns - columnsOf(words) - 4));
  const full = Math.round(share * width);
  const bar = style.accent(style.marks.full.repeat(full)) + style.dim(style.marks.empty.repeat(width - full));
  return `  ${bar}  ${shorten(words, columns - width - 4)}`;
}

/** By the pace of late; undefined while that says nothing. */
function timeLeft(state: FleetState, now: Date): number | undefined {
  const perMinute = state.pace.perMinute(now);
  const left = state.total - state.finished;
  return perMinute === undefined || left <= 0 ? undefined : (left / perMinute) * 60_000;
}

/** Batch, pace, end and retries, as far as there is anything to say. */
function paceLine(state: FleetState, { columns, now, style }: ViewFrame): string[] {
  const { batch, retries, stopped } = state;
  const perMinute = state.pace.perMinute(now);
  const left = timeLeft(state, now);
  const parts = [
    ...(batch === undefined
      ? []
      : [`batch ${batch.index} of ${batch.of}: ${state.finishedInBatch}/${batch.devices.size}`]),
    ...(perMinute === undefined ? [] : [`${perMinute.toFixed(perMinute < 10 ? 1 : 0)} devices/min`]),
    ...(left === undefined || stopped !== undefined
      ? []
      : [`end about ${clock(new Date(now.getTime() + left))}`]),
    ...(retries === 0 ? [] : [plural(retries, 'retry', 'retries')]),
  ];
  return [
    ...(parts.length === 0 ? [] : [style.dim(shorten(`  ${parts.join('  ')}`, columns))]),
    ...(stopped === undefined ? [] : [style.bad(shorten(`  stopped: ${cleanLine(stopped)}`, columns))]),
  ];
}

/** The most frequent first. */
function causeLine({ causes }: FleetState, { columns, style }: ViewFrame): string[] {
  if (causes.size === 0) return [];
  const sorted = [...causes].toSorted(([, a], [, b]) => b - a);
  const words = sorted.map(([code, count]) => `${code} ${count}`).join('  ');
  return [style.bad(shorten(`  ${style.marks.fail} ${words}`, columns))];
}

function slotLines(state: FleetState, { columns, style }: ViewFrame): string[] {
  return state
    .slots()
    .slice(0, MOST_AUTHORITIES)
    .map(({ authority, used, capacity, waiting, fullUntil }) => {
      const queue = waiting > 0 ? `, ${waiting} waiting` : '';
      const full = fullUntil === undefined || waiting === 0 ? '' : `, full until ${clock(fullUntil)}`;
      const text = `  challenges of ${cleanLine(authority)}: ${used} of ${capacity} in use${queue}${full}`;
      return style.dim(shorten(text, columns));
    });
}

function deviceLines(state: FleetState, frame: ViewFrame, rows: number): string[] {
  const { columns, style } = frame;
  const most = Math.min(MOST_DEVICES, Math.max(0, rows - 1));
  const shown: InFlight[] = [];
  for (const device of state.inFlight()) {
    if (shown.length >= most) break;
    shown.push(device);
  }
  const names = shown.map(({ device }) => cleanLine(device));
  const widest = Math.min(Math.max(0, ...names.map(columnsOf)), Math.floor(columns / 2));
  const lines = shown.map((device, index) => {
    const name = pad(shorten(names[index] ?? '', widest, 'middle'), widest);
    const step = cleanLine([device.step ?? 'starting', device.trustpoint].filter(Boolean).join(' '));
    const age = formatAge(frame.now.getTime() - device.since.getTime());
    const room = columns - widest - columnsOf(age) - 6;
    return `  ${name}  ${pad(shorten(step, room), Math.min(STEP_COLUMNS, room))}  ${style.dim(age)}`;
  });
  const hidden = state.running - shown.length;
  return hidden > 0 && rows > 0 ? [...lines, style.dim(`  and ${hidden} more`)] : lines;
}

/** A time of day, UTC. */
function clock(at: Date): string {
  return `${at.toISOString().slice(11, 16)}Z`;
}

/** Whole seconds: tenths would flicker. */
function formatAge(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  return seconds < 10 ? `${seconds}s` : formatDuration(seconds * 1000);
}
