import { columnsOf, pad, shorten } from './columns.ts';
import type { Paint } from './style.ts';

export interface GridColumn {
  readonly title: string;
  readonly align?: 'left' | 'right';
  /** It is not made narrower than this. */
  readonly least: number;
  /** Which part of a text that is too long goes. */
  readonly cut?: 'end' | 'middle';
}

export interface Cell {
  readonly text: string;
  readonly paint?: Paint;
}

export interface Grid {
  readonly columns: readonly GridColumn[];
  readonly rows: readonly (readonly Cell[])[];
}

const GAP = 2;

/**
 * A table in lines of at most `width` columns, heads first. Columns give way, the widest first, down to their least;
 * where that is not enough the last ones are left out.
 */
export function drawGrid(grid: Grid, width: number, head: Paint): string[] {
  const { columns, rows } = leaveOut(grid, width);
  const widths = columnWidths(columns, rows, width);
  const line = (cells: readonly Cell[]): string =>
    cells
      .map(({ text, paint }, index) => {
        const { align, cut } = columns[index] ?? {};
        const room = widths[index] ?? 0;
        const last = index === cells.length - 1 && align !== 'right';
        const fitted = shorten(text, room, cut);
        const padded = last ? fitted : pad(fitted, room, align);
        return paint === undefined ? padded : paint(padded);
      })
      .join(' '.repeat(GAP))
      .trimEnd();
  const heads = columns.map(({ title }): Cell => ({ text: title, paint: head }));
  return [line(heads), ...rows.map(line)];
}

function leaveOut(grid: Grid, width: number): Grid {
  const least = naturalWidths(grid.columns, grid.rows).map((natural, index) =>
    Math.min(natural, grid.columns[index]?.least ?? natural),
  );
  let kept = least.length;
  while (kept > 1 && total(least.slice(0, kept)) > width) kept -= 1;
  return { columns: grid.columns.slice(0, kept), rows: grid.rows.map((row) => row.slice(0, kept)) };
}

function naturalWidths(columns: readonly GridColumn[], rows: readonly (readonly Cell[])[]): number[] {
  return columns.map(({ title }, index) =>
    rows.reduce((most, row) => Math.max(most, columnsOf(row[index]?.text ?? '')), columnsOf(title)),
  );
}

function total(widths: readonly number[]): number {
  return widths.reduce((sum, each) => sum + each, GAP * (widths.length - 1));
}

function columnWidths(
  columns: readonly GridColumn[],
  rows: readonly (readonly Cell[])[],
  width: number,
): readonly number[] {
  const widths = naturalWidths(columns, rows);
  let surplus = total(widths) - width;
  while (surplus > 0) {
    const widest = widths
      .map((each, index) => ({ index, slack: each - (columns[index]?.least ?? 0) }))
      .filter(({ slack }) => slack > 0)
      .toSorted((a, b) => (widths[b.index] ?? 0) - (widths[a.index] ?? 0))[0];
    if (widest === undefined) break;
    widths[widest.index] = (widths[widest.index] ?? 0) - 1;
    surplus -= 1;
  }
  return widths;
}
