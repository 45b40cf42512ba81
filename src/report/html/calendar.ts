import { plural } from '../outcomes.ts';

const MONTHS = 24;
const WIDTH = 960;
const TOP = 22;
const HEIGHT = 96;
const BOTTOM = 36;
const DAY_MS = 86_400_000;
/** A month that is over so soon is marked. */
const SOON_DAYS = 31;
const NAMES = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

interface Column {
  readonly label: string;
  /** Shown below the label where a year begins. */
  readonly year: string;
  /** What the table is searched for when the column is chosen. */
  readonly search: string;
  readonly count: number;
  readonly look: 'expired' | 'soon' | 'later';
}

/** How many certificates end in which month: those that have ended, 24 months, and the rest. A still SVG. */
export function drawCalendar(ends: readonly Date[], now: Date): string {
  if (ends.length === 0) return '';
  const columns = columnsOf(ends, now);
  const most = Math.max(1, ...columns.map(({ count }) => count));
  const step = WIDTH / columns.length;
  return [
    `<svg class="chart" viewBox="0 0 ${WIDTH} ${TOP + HEIGHT + BOTTOM}" role="group" aria-label="Certificates by the month in which they end">`,
    `<line class="grid" x1="0" x2="${WIDTH}" y1="${TOP + HEIGHT}" y2="${TOP + HEIGHT}"/>`,
    ...columns.map((column, index) => drawColumn(column, index * step, step, most)),
    '</svg>',
  ].join('\n');
}

function columnsOf(ends: readonly Date[], now: Date): readonly Column[] {
  const expired = ends.filter((end) => end <= now).length;
  const soon = now.getTime() + SOON_DAYS * DAY_MS;
  const months = Array.from({ length: MONTHS }, (_, index): Column => {
    const first = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + index, 1));
    const next = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + index + 1, 1));
    const month = first.toISOString().slice(0, 7);
    return {
      label: NAMES[first.getUTCMonth()] ?? '',
      year: index === 0 || first.getUTCMonth() === 0 ? String(first.getUTCFullYear()) : '',
      search: `ends:${month} days:>=0`,
      count: ends.filter((end) => end > now && end.toISOString().startsWith(month)).length,
      look: next.getTime() <= soon ? 'soon' : 'later',
    };
  });
  const last = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + MONTHS, 1));
  return [
    { label: 'ended', year: '', search: 'days:<0', count: expired, look: 'expired' },
    ...months,
    {
      label: 'later',
      year: '',
      search: `ends:>=${last.toISOString().slice(0, 10)}`,
      count: ends.filter((end) => end >= last).length,
      look: 'later',
    },
  ];
}

function drawColumn(
  { label, year, search, count, look }: Column,
  x: number,
  step: number,
  most: number,
): string {
  const height = count === 0 ? 0 : Math.max(2, (count / most) * HEIGHT);
  const middle = (x + step / 2).toFixed(1);
  const y = TOP + HEIGHT - height;
  const bar = `<rect class="e-${look}" x="${(x + 3).toFixed(1)}" y="${y.toFixed(1)}" width="${(step - 6).toFixed(1)}" height="${height.toFixed(1)}" rx="1.5"/>`;
  const words = `<text class="tick" x="${middle}" y="${TOP + HEIGHT + 16}" text-anchor="middle">${label}</text><text class="tick" x="${middle}" y="${TOP + HEIGHT + 31}" text-anchor="middle">${year}</text>`;
  if (count === 0) return `<g>${words}</g>`;
  const title = `${label} ${year}`.trim();
  return (
    `<g class="choice" tabindex="0" role="button" data-search="${search.replaceAll('>', '&gt;').replaceAll('<', '&lt;')}"><title>${title}: ${plural(count, 'certificate')}</title>` +
    `<rect class="hit" x="${x.toFixed(1)}" y="0" width="${step.toFixed(1)}" height="${TOP + HEIGHT + BOTTOM}"/>` +
    `${bar}<text class="value" x="${middle}" y="${(y - 5).toFixed(1)}" text-anchor="middle">${count}</text>${words}</g>`
  );
}
