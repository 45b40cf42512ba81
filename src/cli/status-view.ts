import { formatDuration } from '../domain/duration.ts';
import { cleanLine, shorten, wrap } from '../report/columns.ts';
import { drawGrid, type GridColumn } from '../report/grid.ts';
import { plural } from '../report/outcomes.ts';
import type { Paint, Style } from '../report/style.ts';
import type { DeviceState, DeviceStatus } from '../run/state/device-states.ts';
import { UNSPENT_NEXT } from './unspent.ts';

/** A device's state with what status adds to it. */
export interface ShownStatus extends DeviceStatus {
  readonly host?: string;
  readonly isInInventory: boolean;
  readonly next: string;
}

/** What needs somebody comes first. */
const ORDER: readonly DeviceState[] = [
  'half-done',
  'failed',
  'interrupted',
  'pending',
  'skipped',
  'in-work',
  'waiting',
  'never-run',
  'planned',
  'not-due',
  'verified',
];
const WORDS: Readonly<Record<DeviceState, string>> = {
  'half-done': 'half done',
  failed: 'failed',
  interrupted: 'interrupted',
  pending: 'pending',
  skipped: 'skipped',
  'in-work': 'in work now',
  waiting: 'waiting for their turn',
  'never-run': 'never run',
  'not-due': 'not due',
  planned: 'planned',
  verified: 'verified',
};
/** Of those that need nobody so many are listed. */
const CALM: ReadonlySet<DeviceState> = new Set(['verified', 'not-due']);
const MOST_CALM = 50;

export function countStates(devices: readonly ShownStatus[]): Readonly<Record<DeviceState, number>> {
  const counts = Object.fromEntries(ORDER.map((state) => [state, 0])) as Record<DeviceState, number>;
  for (const { state } of devices) counts[state] += 1;
  return counts;
}

/** Counts on top, then the routers by how they stand; each group with what to do next. */
export function drawStatus(
  devices: readonly ShownStatus[],
  { width, now, style }: { readonly width: number; readonly now: Date; readonly style: Style },
): string[] {
  const counts = countStates(devices);
  const words = ORDER.toReversed()
    .filter((state) => counts[state] > 0)
    .map((state) => `${counts[state]} ${WORDS[state]}`);
  const known = devices.filter(({ isInInventory }) => isInInventory);
  const gone = devices.filter(({ isInInventory }) => !isInInventory);
  const look = { width, now, style };
  return [
    ...wrap(`${plural(devices.length, 'router')}: ${words.join(', ')}`, width).map(style.strong),
    ...groupsOf(known).flatMap((group) => ['', ...drawGroup(group, look)]),
    ...(gone.length === 0
      ? []
      : ['', style.strong('not in the inventory any more'), ...drawRows(gone, look)]),
    ...drawUnspent(devices, look),
  ];
}

/** By state, failures by their code too: what to do depends on it. */
function groupsOf(devices: readonly ShownStatus[]): readonly (readonly ShownStatus[])[] {
  const groups = new Map<string, ShownStatus[]>();
  for (const device of devices) {
    const next = nameless(device);
    const key = [device.state, device.state === 'failed' ? device.code : '', next].join(' ');
    groups.set(key, [...(groups.get(key) ?? []), device]);
  }
  const place = (group: readonly ShownStatus[]): number => ORDER.indexOf(group[0]?.state ?? 'verified');
  return [...groups.values()].toSorted((a, b) => place(a) - place(b) || b.length - a.length);
}

interface Look {
  readonly width: number;
  readonly now: Date;
  readonly style: Style;
}

function drawGroup(group: readonly ShownStatus[], look: Look): string[] {
  const [first] = group;
  if (first === undefined) return [];
  const { style, width } = look;
  const code = first.state === 'failed' && first.code !== undefined ? `: ${first.code}` : '';
  const head = `${WORDS[first.state]}${code} (${group.length})`;
  const shown = CALM.has(first.state) ? group.slice(0, MOST_CALM) : group;
  const rest = group.length - shown.length;
  return [
    paintOf(first.state, style)(head),
    ...(first.next === 'nothing' ? [] : wrap(`next: ${nextOf(group)}`, width, '  ').map(style.dim)),
    ...drawRows(shown, look),
    ...(rest === 0 ? [] : [style.dim(`  and ${rest} more: --limit chooses, --json lists all`)]),
  ];
}

/** One sentence for the group: where it names one device, any of them is meant. */
function nextOf([first, ...others]: readonly ShownStatus[]): string {
  const { next = '', device = '' } = first ?? {};
  return others.length === 0 ? next : nameless({ next, device });
}

function nameless({ next, device }: Pick<ShownStatus, 'next' | 'device'>): string {
  return next.replaceAll(/--(?<option>limit|retire) (?<name>\S+)/g, (text, option: string, name: string) =>
    name === device ? `--${option} <device>` : text,
  );
}

function drawRows(rows: readonly ShownStatus[], { width, now, style }: Look): string[] {
  const columns: readonly GridColumn[] = [
    { title: 'DEVICE', least: 12, cut: 'middle' },
    { title: 'SINCE', least: 17 },
    { title: 'FOR', align: 'right', least: 6 },
    { title: 'WHAT', least: 10 },
  ];
  const cells = rows.map((row) => [
    { text: cleanLine(row.device) },
    { text: row.since === undefined ? '' : `${row.since.slice(0, 16).replace('T', ' ')}Z`, paint: style.dim },
    { text: ageOf(row, now), paint: style.dim },
    { text: cleanLine(whatOf(row)) },
  ]);
  const [head = '', ...lines] = drawGrid({ columns, rows: cells }, width - 2, style.dim);
  const isBare = rows.every((row) => row.since === undefined && whatOf(row) === '');
  return isBare ? drawNames(rows, width) : [head, ...lines].map((line) => `  ${line}`);
}

/** Of routers about which nothing is known their names are all there is to say. */
function drawNames(rows: readonly ShownStatus[], width: number): string[] {
  return wrap(rows.map(({ device }) => cleanLine(device)).join(' '), width, '  ');
}

/** A clock that was put back would make it less than nothing. */
function ageOf({ since }: ShownStatus, now: Date): string {
  const age = since === undefined ? Number.NaN : now.getTime() - Date.parse(since);
  if (!(age >= 0)) return '';
  return (
    formatDuration(age)
      .split('.')[0]
      ?.replace(/^(\d+)$/, '$1s') ?? ''
  );
}

function whatOf({ state, message, validUntil, before, step, run, process }: ShownStatus): string {
  const was =
    before === undefined ? '' : `; before: ${WORDS[before.state]} since ${before.since.slice(0, 10)}`;
  switch (state) {
    case 'verified':
    case 'not-due':
      return validUntil === undefined ? '' : `certificate until ${validUntil.slice(0, 10)}`;
    case 'in-work':
    case 'waiting': {
      const by = process === undefined ? '' : `, process ${process.pid} on ${process.host}`;
      return `${step === undefined ? '' : `step ${step}, `}run ${run ?? ''}${by}`;
    }
    case 'half-done':
    case 'interrupted':
      return `${message ?? ''} (run ${run ?? ''})${was}`;
    case 'skipped':
      return `${message ?? ''}${was}`;
    case 'failed':
    case 'pending':
    case 'planned':
    case 'never-run':
      return message ?? '';
  }
}

function drawUnspent(devices: readonly ShownStatus[], { width, style }: Look): string[] {
  const unspent = devices.flatMap(({ device, unspent: all }) => all.map((one) => ({ device, ...one })));
  if (unspent.length === 0) return [];
  return [
    '',
    style.warn(`challenge passwords that may be unspent (${unspent.length})`),
    ...wrap(`next: ${UNSPENT_NEXT}`, width, '  ').map(style.dim),
    ...unspent.map(({ device, trustpoint, authority, until }) => {
      const end = until === undefined ? 'nobody knows until when' : `until ${until.slice(0, 19)}Z`;
      return shorten(`  ${cleanLine(device)} ${trustpoint}, ${authority}: ${end}`, width);
    }),
  ];
}

function paintOf(state: DeviceState, style: Style): Paint {
  if (state === 'failed' || state === 'half-done') return style.bad;
  if (state === 'verified') return style.good;
  return ['interrupted', 'pending', 'skipped'].includes(state) ? style.warn : style.accent;
}
