import { element } from './elements.js';
import { matches, sortKey } from './filter.js';
import { causeOrSerial, firstToEnd, formatSeconds, markOf } from './format.js';

/** @import { PageData, PageRow } from './page-types.ts' */
/** @import { Term } from './filter.js' */

/** Days left below which an end is shown as near. */
const SOON = 30;

/**
 * The table of routers: filtered, sorted, and walked through with the keyboard.
 * @param {HTMLElement} table
 * @param {PageData} data
 * @param {(place: number) => void} open
 */
export function createTable(table, { rows, columns }, open) {
  const heads = [
    { column: 'device', title: 'Router' },
    ...(columns.site ? [{ column: 'site', title: 'Site' }] : []),
    { column: 'outcome', title: 'Outcome' },
    { column: 'cause', title: 'Cause or serial' },
    { column: 'ends', title: 'Valid until' },
    ...(columns.release ? [{ column: 'release', title: 'Release' }] : []),
    ...(columns.batch ? [{ column: 'batch', title: 'Batch' }] : []),
    { column: 'seconds', title: 'Time' },
  ];
  const buttons = heads.map(({ column, title }) =>
    element('button', { type: 'button', class: 'sort', 'data-column': column }, title),
  );
  const cells = heads.map(({ column }, index) =>
    element('th', { scope: 'col', class: `c-${column}` }, buttons[index]),
  );
  table.querySelector('thead')?.append(element('tr', {}, ...cells));
  const body = table.querySelector('tbody');
  const lines = rows.map((row, place) => drawRow(row, place, heads));
  body?.append(...lines);
  let order = rows.map((_, place) => place);
  let sortedBy = '';
  let active = 0;

  /** @param {string} column */
  function sortBy(column) {
    const down = sortedBy === column;
    sortedBy = down ? '' : column;
    order = rows
      .map((_, place) => place)
      .sort((a, b) => compare(rows[a], rows[b], column) * (down ? -1 : 1) || a - b);
    body?.append(...order.flatMap((place) => lines[place] ?? []));
    for (const [index, head] of heads.entries()) {
      const isThis = head.column === column;
      if (isThis) cells[index]?.setAttribute('aria-sort', down ? 'descending' : 'ascending');
      else cells[index]?.removeAttribute('aria-sort');
    }
  }

  /** @returns {number[]} */
  function visible() {
    return order.filter((place) => lines[place]?.hidden === false);
  }

  /** @param {number} place */
  function focus(place) {
    lines[active]?.setAttribute('tabindex', '-1');
    active = place;
    lines[place]?.setAttribute('tabindex', '0');
    lines[place]?.focus();
  }

  /**
   * The place of the visible router so many lines from this one.
   * @param {number} from
   * @param {number} by
   */
  function neighbor(from, by) {
    const shown = visible();
    const at = shown.indexOf(from);
    return at < 0 ? shown[0] : shown[Math.min(shown.length - 1, Math.max(0, at + by))];
  }

  for (const [index, button] of buttons.entries()) {
    button.addEventListener('click', () => sortBy(heads[index]?.column ?? ''));
  }
  body?.addEventListener('click', (event) => {
    const line = event.target instanceof Element ? event.target.closest('tr') : null;
    const place = Number(line?.dataset.place ?? Number.NaN);
    if (Number.isInteger(place)) {
      focus(place);
      open(place);
    }
  });

  return {
    focus,
    neighbor,
    current: () => (lines[active]?.hidden === false ? active : visible()[0]),
    /**
     * Shows what the terms leave; returns how many.
     * @param {readonly Term[]} terms
     */
    show(terms) {
      let count = 0;
      for (const [place, row] of rows.entries()) {
        const line = lines[place];
        if (line === undefined) continue;
        line.hidden = !matches(row, terms);
        if (!line.hidden) count += 1;
      }
      const first = visible()[0];
      if (first !== undefined && lines[active]?.hidden !== false) {
        lines[active]?.setAttribute('tabindex', '-1');
        active = first;
      }
      lines[active]?.setAttribute('tabindex', '0');
      return count;
    },
  };
}

/**
 * @param {PageRow | undefined} a
 * @param {PageRow | undefined} b
 * @param {string} column
 */
function compare(a, b, column) {
  if (a === undefined || b === undefined) return 0;
  const [left, right] = [sortKey(a, column), sortKey(b, column)];
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  return String(left).localeCompare(String(right), 'en', { numeric: true });
}

/**
 * @param {PageRow} row
 * @param {number} place
 * @param {readonly { column: string }[]} heads
 */
function drawRow(row, place, heads) {
  const cells = heads.map(({ column }) => element('td', { class: `c-${column}` }, ...drawCell(row, column)));
  return element(
    'tr',
    { 'data-place': String(place), tabindex: place === 0 ? '0' : '-1', class: `o-${row.outcome}` },
    ...cells,
  );
}

/**
 * @param {PageRow} row
 * @param {string} column
 * @returns {(Node | string)[]}
 */
function drawCell(row, column) {
  switch (column) {
    case 'site':
      return [row.labels.site ?? ''];
    case 'outcome':
      return [element('span', { class: `word o-${row.outcome}` }, `${markOf(row.outcome)} ${row.outcome}`)];
    case 'cause':
      return [element('span', { title: row.message }, causeOrSerial(row))];
    case 'ends': {
      const end = firstToEnd(row);
      if (end === undefined) return [];
      const near = end.daysLeft < SOON;
      const days = element('small', { class: near ? 'near' : undefined }, `${end.daysLeft} d`);
      return [end.notAfter.slice(0, 10), ' ', days];
    }
    case 'release':
      return [row.release ?? ''];
    case 'batch':
      return [String(row.batch ?? '')];
    case 'seconds':
      return [row.outcome === 'skipped' ? '' : formatSeconds(row.seconds)];
    default:
      return [element('b', {}, row.device), ' ', element('small', {}, row.host)];
  }
}
