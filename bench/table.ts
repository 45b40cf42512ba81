/** Figures as a table: medians with their ranges, and how many times trustfleet's each one is. */
import type { Column, Outcome, Result } from './race.ts';

/** In GitHub's Markdown, columns aligned. */
export function tableOf(outcome: Outcome): string {
  const { columns, results, ratioOf } = outcome;
  const head = ['', ...columns.map(({ name }) => name), ...(ratioOf === undefined ? [] : ['ratio'])];
  const rows = results.map((result) => [
    result.contender,
    ...(result.missing === undefined
      ? columns.map((column) => cell(column, result))
      : [
          `not measured: ${result.missing.trim().replaceAll(/[|\n]/g, '/')}`,
          ...columns.slice(1).map(() => ''),
        ]),
    ...(ratioOf === undefined ? [] : [ratio(outcome, result)]),
  ]);
  const widths = head.map((_, index) =>
    Math.max(3, ...[head, ...rows].map((row) => row[index]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((text, index) => (index === 0 ? text.padEnd(widths[index] ?? 0) : text.padStart(widths[index] ?? 0))).join(' | ')} |`;
  const rule = `|${widths.map((width, index) => (index === 0 ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`)).join('|')}|`;
  return [line(head), rule, ...rows.map(line)].join('\n');
}

export function median(figures: readonly number[]): number {
  const sorted = figures.toSorted((one, other) => one - other);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

/** `1.93 (1.90–2.04)`: the median, and from the least to the most where they differ. */
function cell({ name, digits }: Column, { figures }: Result): string {
  const all = figures[name];
  if (all === undefined || all.length === 0) return '–';
  const [least, most] = [Math.min(...all), Math.max(...all)].map((value) => value.toFixed(digits));
  const middle = median(all).toFixed(digits);
  return least === most ? middle : `${middle} (${least}–${most})`;
}

/** How many times worse than trustfleet, by the medians. Below 1 the other one is better. */
function ratio({ ratioOf = '', more = false, results }: Outcome, { figures, missing }: Result): string {
  const ours = results.find(({ contender }) => contender.startsWith('trustfleet'))?.figures[ratioOf];
  const theirs = figures[ratioOf];
  if (ours === undefined || theirs === undefined || missing !== undefined) return '–';
  const times = more ? median(ours) / median(theirs) : median(theirs) / median(ours);
  return `${times.toFixed(times < 10 ? 2 : 0)}×`;
}
