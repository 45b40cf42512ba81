import { ERRORS } from '../../src/domain/errors.ts';
import { FAULTS, type RouterFault } from '../../src/lab/router/faults.ts';
import { PERSONALITIES, RELEASES, type Release } from '../../src/lab/router/personality.ts';
import { STATES } from '../../src/lab/states.ts';
import type { Happened } from './cell.ts';
import { cellKey, cells, type Row } from './row.ts';
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

/**
 * The page with its figures, its table and what it says of old releases brought up to the results; everything else as
 * it is. Throws an Error when the page lacks the place for one of these.
 */
export function compatibilityPage(page: string, results: Results): string {
  const withSummary = replaced(page, /^\d+ routers: .*$/m, summary(results));
  const withTable = replaced(withSummary, /(?:^\|.*\n)+/m, markdown(results));
  return replaced(withTable, /^.* knows `crypto ca` only.*\n(?:.+\n)*/m, oldWords(results));
}

function replaced(page: string, place: RegExp, text: string): string {
  if (!place.test(page)) throw new Error(`the page has no ${place.source}`);
  return page.replace(place, () => text);
}

function summary(results: Results): string {
  const all = [...results.values()];
  const enrolled = all.filter(({ left }) => left === 'enrolled').length;
  const later = all.filter(({ afterwards }) => afterwards === 'enrolled').length;
  return `${all.length} routers: ${enrolled} enrolled, ${all.length - enrolled} not; ${later} of these as soon as the fault was gone.`;
}

/** What became of the releases that do not know `crypto pki`. */
function oldWords(results: Results): string {
  const old = RELEASES.filter((release) => PERSONALITIES[release].pkiWord === 'ca');
  return old
    .map((release) => {
      const all = cells(ROWS).flatMap((cell) =>
        cell.release === release ? (results.get(cell.key) ?? []) : [],
      );
      const enrolled = all.filter(({ left }) => left === 'enrolled').length;
      const typed =
        enrolled > 0 ? 'which trustfleet types there' : 'which trustfleet does not get anywhere with';
      return `${release} knows \`crypto ca\` only, ${typed}: of its ${all.length} routers ${enrolled} enrolled.\n`;
    })
    .join('');
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
  const {
    name,
    faults = [],
    state,
    consents = [],
    ca,
    impostor,
    unpinned,
    allowOverwriteNvram,
    health,
  } = row;
  const parts = [
    ...faults.map(tell),
    ...(state === undefined ? [] : [STATES[state]]),
    ...(ca === 'ndes' ? ['gets its certificate through NDES'] : []),
    ...(ca === 'manual' ? ['meets a CA whose operator has to agree'] : []),
    ...(impostor === true ? ['meets another CA under the address of its own'] : []),
    ...(unpinned === true ? ['has no pin in its trustpoint, so that it asks'] : []),
    ...(health === undefined ? [] : ['has to be as well afterwards as before']),
    ...consents.map((consent) => `may be changed: \`--${consent}\``),
    ...(allowOverwriteNvram === true ? ['may be overwritten: `--allow-overwrite-nvram`'] : []),
  ];
  if (parts.length === 9) return 'has nine of these at once';
  return parts.length === 0 && name === 'plain' ? 'does what manuals say' : parts.join('; ');
}

function tell(fault: RouterFault): string {
  if (typeof fault === 'string') return FAULTS[fault];
  if (fault.name === 'denies') return `lets AAA deny ${fault.command}`;
  if (fault.name === 'cut-behind') return `cuts the connection behind ${fault.line}`;
  return fault.name === 'cut' ? FAULTS[`cut-${fault.at}`] : FAULTS[fault.name];
}
