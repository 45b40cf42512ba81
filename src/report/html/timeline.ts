import type { DeviceOutcome } from '../../domain/step.ts';
import { chosen, type EndedRun } from '../../run/result.ts';
import { finishedAt } from '../material.ts';
import { OUTCOME_ORDER, plural } from '../outcomes.ts';
import type { BatchHistory } from '../run-history.ts';
import { escapeHtml } from './escape.ts';

const WIDTH = 960;
const LEFT = 44;
const RIGHT = 12;
const TOP = 26;
const HEIGHT = 130;
const BOTTOM = 24;
const BINS = 60;

/** When the routers were done, as bars by outcome with the batches behind them: a still SVG. */
export function drawTimeline(result: EndedRun, batches: readonly BatchHistory[]): string {
  const worked = chosen(result.devices, ({ outcome, durationMs }) => outcome !== 'skipped' || durationMs > 0);
  if (worked.length === 0) return '';
  const start = result.startedAt.getTime();
  const span = Math.max(1000, finishedAt(result).getTime() - start);
  const place = (at: Date): number => LEFT + clamp((at.getTime() - start) / span) * (WIDTH - LEFT - RIGHT);
  const bins = Array.from({ length: BINS }, () => new Map<DeviceOutcome, number>());
  for (const device of worked) {
    const done = device.startedAt.getTime() + device.durationMs - start;
    const bin = bins[Math.min(BINS - 1, Math.floor(clamp(done / span) * BINS))];
    bin?.set(device.outcome, (bin.get(device.outcome) ?? 0) + 1);
  }
  // Even, so that the half has a number too.
  const most = 2 * Math.ceil(Math.max(1, ...bins.map((bin) => sum(bin.values()))) / 2);
  return [
    `<svg class="chart" viewBox="0 0 ${WIDTH} ${TOP + HEIGHT + BOTTOM}" role="img" aria-label="Routers done over time">`,
    ...batches.map((batch) => drawBatch(batch, place)),
    ...[0, 0.5, 1].map((share) => drawLevel(share, most)),
    ...bins.map((bin, index) => drawBin(bin, index, most, { start, span })),
    ...[0, 0.25, 0.5, 0.75, 1].map((share) => drawTick(share, new Date(start + share * span), span)),
    '</svg>',
  ].join('\n');
}

function drawBatch(
  { index, of, devices, startedAt, finishedAt: ended }: BatchHistory,
  place: (at: Date) => number,
): string {
  const x = place(startedAt);
  const width = Math.max(2, (ended === undefined ? WIDTH - RIGHT : place(ended)) - x);
  const title = `batch ${index} of ${of}: ${plural(devices, 'router')}`;
  const label = width > 150 ? title : width > 60 ? `batch ${index}` : width > 14 ? String(index) : '';
  return (
    `<g><title>${escapeHtml(title)}</title>` +
    `<rect class="batch" x="${round(x)}" y="4" width="${round(width)}" height="${TOP + HEIGHT - 4}" rx="3"/>` +
    `<text class="label" x="${round(x + 5)}" y="18">${escapeHtml(label)}</text></g>`
  );
}

function drawLevel(share: number, most: number): string {
  const y = TOP + HEIGHT * (1 - share);
  return (
    `<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y}" y2="${y}"/>` +
    `<text class="tick" x="${LEFT - 6}" y="${y + 4}" text-anchor="end">${most * share}</text>`
  );
}

function drawBin(
  bin: ReadonlyMap<DeviceOutcome, number>,
  index: number,
  most: number,
  { start, span }: { readonly start: number; readonly span: number },
): string {
  const step = (WIDTH - LEFT - RIGHT) / BINS;
  let y = TOP + HEIGHT;
  const bars = OUTCOME_ORDER.flatMap((outcome) => {
    const count = bin.get(outcome) ?? 0;
    if (count === 0) return [];
    const height = (count / most) * HEIGHT;
    y -= height;
    return [
      `<rect class="o-${outcome}" x="${round(LEFT + index * step + 1)}" y="${round(y)}" width="${round(step - 2)}" height="${round(height)}"/>`,
    ];
  });
  if (bars.length === 0) return '';
  const words = [...bin].map(([outcome, count]) => `${count} ${outcome}`).join(', ');
  return `<g><title>${clock(new Date(start + (index * span) / BINS), true)}: ${words}</title>${bars.join('')}</g>`;
}

function drawTick(share: number, at: Date, span: number): string {
  const anchor = share === 0 ? 'start' : share === 1 ? 'end' : 'middle';
  const x = LEFT + share * (WIDTH - LEFT - RIGHT);
  return `<text class="tick" x="${round(x)}" y="${TOP + HEIGHT + 17}" text-anchor="${anchor}">${clock(at, span < 600_000)}</text>`;
}

function clock(at: Date, withSeconds: boolean): string {
  return at.toISOString().slice(11, withSeconds ? 19 : 16);
}

function clamp(share: number): number {
  return Math.min(1, Math.max(0, share));
}

function sum(values: Iterable<number>): number {
  return [...values].reduce((total, each) => total + each, 0);
}

function round(value: number): string {
  return String(Math.round(value * 10) / 10);
}
