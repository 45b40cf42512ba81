import { ERRORS } from '../../src/domain/errors.ts';
import { FAULTS, type RouterFault } from '../../src/lab/router/faults.ts';
import { RELEASES, type Release } from '../../src/lab/router/personality.ts';
import { STATES } from '../../src/lab/states.ts';
import type { Happened } from './cell.ts';
import { cellKey, type Row } from './row.ts';
import { ROWS } from './rows.ts';

type Results = ReadonlyMap<string, Happened>;

/** The results as people read them in a terminal. */
export function compatibilityTable(results: Results): string {
  const rows = ROWS.map((row) => [row.name, ...RELEASES.map((release) => word(results, row, release))]);
  const table = [['', ...RELEASES], ...rows];
  const widths =
    table[0]?.map((_, column) => Math.max(...table.map((line) => line[column]?.length ?? 0))) ?? [];
  return table
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** The page with its figures and its table brought up to the results; everything else as it is. */
export function compatibilityPage(page: string, results: Results): string {
  return page.replace(/^\d+ routers: .*$/m, summary(results)).replace(/(?:^\|.*\n)+/m, markdown(results));
}

function summary(results: Results): string {
  const all = [...results.values()];
  const enrolled = all.filter(({ left }) => left === 'enrolled').length;
  const later = all.filter(({ afterwards }) => afterwards === 'enrolled').length;
  return `${all.length} routers: ${enrolled} enrolled, ${all.length - enrolled} not; ${later} of these as soon as the fault was gone.`;
}

function markdown(results: Results): string {
  const head = ['awkwardness', 'the router …', ...RELEASES, 'left', 'without it'];
  const rows = ROWS.map((row) => [
    `\`${row.name}\``,
    describe(row),
    ...RELEASES.map((release) => cell(results, row, release)),
    leftIn(results, row),
    afterwardsIn(results, row),
  ]);
  return [head, head.map(() => '---'), ...rows].map((line) => `| ${line.join(' | ')} |\n`).join('');
}

function cell(results: Results, row: Row, release: Release): string {
  const text = word(results, row, release);
  return Object.hasOwn(ERRORS, text) ? `\`${text}\`` : text;
}

/** `enrolled`, `pending` or what it failed as; `–` where it was not tried. */
function word(results: Results, row: Row, release: Release): string {
  const result = results.get(cellKey(row, release));
  if (result === undefined) return '–';
  return result.end === 'verified' ? result.left : result.end;
}

/** How it was left where it was not enrolled. */
function leftIn(results: Results, row: Row): string {
  const left = RELEASES.flatMap((release) => results.get(cellKey(row, release))?.left ?? []);
  return unique(left.filter((word) => word !== 'enrolled'));
}

function afterwardsIn(results: Results, row: Row): string {
  return unique(RELEASES.flatMap((release) => results.get(cellKey(row, release))?.afterwards ?? []));
}

function unique(words: readonly string[]): string {
  return [...new Set(words)].join(', ');
}

function describe(row: Row): string {
  const { name, faults = [], state, consents = [], ca, allowOverwriteNvram, health } = row;
  const parts = [
    ...faults.map(tell),
    ...(state === undefined ? [] : [STATES[state]]),
    ...(ca === 'ndes' ? ['gets its certificate through NDES'] : []),
    ...(ca === 'manual' ? ['meets a CA whose operator has to agree'] : []),
    ...(health === undefined ? [] : ['has to be as well afterwards as before']),
    ...consents.map((consent) => `may be changed: \`--${consent}\``),
    ...(allowOverwriteNvram === true ? ['may be overwritten: `--allow-overwrite-nvram`'] : []),
  ];
  if (parts.length > 4) return 'has nine of these at once';
  return parts.length === 0 && name === 'plain' ? 'does what manuals say' : parts.join('; ');
}

function tell(fault: RouterFault): string {
  if (typeof fault === 'string') return FAULTS[fault];
  if (fault.name === 'denies') return `lets AAA deny ${fault.command}`;
  return fault.name === 'cut' ? FAULTS[`cut-${fault.at}`] : FAULTS[fault.name];
}
