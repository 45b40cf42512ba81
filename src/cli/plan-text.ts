import { formatDuration } from '../domain/duration.ts';
import type { DevicePlan } from '../enrollment/planning/device-plan.ts';
import { cleanLine, wrap } from '../report/columns.ts';
import { type Cell, drawGrid, type GridColumn } from '../report/grid.ts';
import { plural } from '../report/outcomes.ts';
import type { Paint, Style } from '../report/style.ts';
import { isWork, PLANNED_AS, type PlanDocument, type PlanEntry, type PlannedAs } from './plan-document.ts';

export interface Look {
  readonly width: number;
  readonly style: Style;
}

/** Up to so many devices each has a row; in a larger fleet those of which the same is planned share one. */
const SMALL_FLEET = 50;

/** What a plan comes to: so many of each kind, the risk, how long it will take. */
export function drawPlanSummary(document: PlanDocument, { width, style }: Look): string[] {
  const { counts, risks, devices, purpose, forecast } = document;
  const parts = (Object.keys(PLANNED_AS) as PlannedAs[])
    .filter((as) => counts[as] > 0)
    .map((as) => `${counts[as]} ${PLANNED_AS[as]}`);
  const what = purpose.kind === 'renew' ? 'renewal plan' : 'plan';
  const total = `${what}: ${plural(devices.length, 'device')}: ${parts.join(', ')}`;
  const levels = (['high', 'medium', 'low'] as const)
    .filter((level) => risks[level] > 0)
    .map((level) => `${risks[level]} ${level}`);
  return [
    ...wrap(total, width).map((line) => style.strong(line)),
    ...(levels.length === 0 ? [] : wrap(levels.join(', '), width, 'risk: ')),
    ...(forecast === undefined ? [] : drawForecast(forecast, width)),
  ];
}

function drawForecast(
  { atLeastMs, atMostMs, bound, slowest, notCounted }: NonNullable<PlanDocument['forecast']>,
  width: number,
): string[] {
  const [from, to] = [formatDuration(atLeastMs), formatDuration(atMostMs)];
  const time = from === to ? from : `${from} to ${to}`;
  const missing =
    notCounted.length === 0 ? '' : `; not counted, for no earlier run tells: ${notCounted.join(', ')}`;
  const link = `; slowest: ${cleanLine(slowest.device)}, ${slowest.commandMs} ms a command`;
  return wrap(`${time}, bound by ${bound}${link}${missing}`, width, 'forecast: ');
}

/** A row for each device, or for all those of which the same is planned. What could not be planned is told elsewhere. */
export function drawPlanTable({ devices }: PlanDocument, { width, style }: Look): string[] {
  const shown = devices.filter(({ as }) => isWork(as) || as === 'unchanged');
  if (shown.length === 0) return [];
  return devices.length <= SMALL_FLEET
    ? drawRows(shown, { width, style })
    : drawGroups(groupAlike(shown), { width, style });
}

function drawRows(entries: readonly PlanEntry[], { width, style }: Look): string[] {
  const columns = [
    { title: 'DEVICE', least: 12, cut: 'middle' },
    { title: 'PLAN', least: 9 },
    { title: 'RISK', least: 6 },
    { title: 'DAYS', align: 'right', least: 4 },
    { title: 'WHAT', least: 12 },
  ] as const satisfies readonly GridColumn[];
  const rows = entries.map(({ device, as, plan }): Cell[] => [
    { text: cleanLine(device) },
    { text: as, paint: paintOf(as, style) },
    riskCell(plan, style),
    { text: daysOf(plan) },
    { text: whatOf(plan) },
  ]);
  return drawGrid({ columns, rows }, width, style.dim);
}

interface Alike {
  readonly first: PlanEntry;
  readonly all: PlanEntry[];
}

function groupAlike(entries: readonly PlanEntry[]): readonly Alike[] {
  const groups = new Map<string, Alike>();
  for (const entry of entries) {
    const key = JSON.stringify([entry.as, entry.plan?.risk.level, whatOf(entry.plan)]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { first: entry, all: [entry] });
    else group.all.push(entry);
  }
  return [...groups.values()].toSorted((a, b) => b.all.length - a.all.length);
}

function drawGroups(groups: readonly Alike[], { width, style }: Look): string[] {
  const columns = [
    { title: 'COUNT', align: 'right', least: 5 },
    { title: 'PLAN', least: 9 },
    { title: 'RISK', least: 6 },
    { title: 'WHAT', least: 20 },
    { title: 'DEVICES', least: 16 },
  ] as const satisfies readonly GridColumn[];
  const rows = groups.map(({ first, all }): Cell[] => [
    { text: String(all.length) },
    { text: first.as, paint: paintOf(first.as, style) },
    riskCell(first.plan, style),
    { text: whatOf(first.plan) },
    { text: namesOf(all) },
  ]);
  return drawGrid({ columns, rows }, width, style.dim);
}

const MOST_NAMES = 3;

function namesOf(entries: readonly PlanEntry[]): string {
  const names = entries.slice(0, MOST_NAMES).map(({ device }) => cleanLine(device));
  return entries.length > MOST_NAMES ? `${names.join(', ')}, …` : names.join(', ');
}

function riskCell(plan: DevicePlan | undefined, style: Style): Cell {
  const level = plan?.risk.level ?? 'none';
  return level === 'none' ? { text: '' } : { text: level, paint: paintOfRisk(level, style) };
}

export function paintOfRisk(level: DevicePlan['risk']['level'], style: Style): Paint {
  return { none: style.dim, low: style.good, medium: style.warn, high: style.bad }[level];
}

export function paintOf(as: PlannedAs, style: Style): Paint {
  if (as === 'unchanged') return style.good;
  if (isWork(as)) return style.accent;
  return as === 'not-read' ? style.warn : style.bad;
}

/** Days left of the certificate that ends first. */
function daysOf(plan: DevicePlan | undefined): string {
  const days = plan?.trustpoints.flatMap(({ certificate }) => certificate?.daysLeft ?? []) ?? [];
  return days.length === 0 ? '' : String(Math.min(...days));
}

const WORDS: Readonly<Record<DevicePlan['actions'][number]['kind'], string>> = {
  'set-clock': 'clock',
  'remove-trustpoint': 'remove trustpoint',
  configure: 'lines',
  'generate-keypair': 'key pair',
  authenticate: 'CA',
  enroll: 'request',
  import: 'PKCS#12',
  'configure-beside': 'lines beside',
  'await-grant': 'wait',
  switch: 'switch',
  retire: 'retire',
  save: 'save',
};

/** `clock, 11 lines, key pair, CA, request, save`: a waiting goes without saying where something is requested. */
function whatOf(plan: DevicePlan | undefined): string {
  if (plan === undefined) return 'nothing to do';
  const { actions, diff, decisions } = plan;
  if (actions.length === 0) return waitsFor(decisions) || 'nothing to do';
  const isRequested = (name: string | undefined): boolean =>
    actions.some(({ kind, trustpoint }) => kind === 'enroll' && trustpoint === name);
  const words = actions
    .filter(({ kind, trustpoint }) => kind !== 'await-grant' || !isRequested(trustpoint))
    .map(({ kind, trustpoint }) => {
      if (kind !== 'configure') return WORDS[kind];
      const lines = diff.find(({ about }) => about === `trustpoint ${trustpoint}`)?.lines ?? [];
      return plural(lines.filter((line) => line.kind === 'added').length, 'line');
    });
  return [...new Set(words)].join(', ');
}

/** `outside-window`: why nothing is done now, where it is not simply that nothing is due. */
function waitsFor(decisions: DevicePlan['decisions']): string {
  const names = decisions.map(({ decision }) => decision).filter((name) => name !== 'not-due');
  return [...new Set(names)].join(', ');
}
