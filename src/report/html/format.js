/** @import { PageRow } from './page-types.ts' */

/** How an outcome is marked, so that it is not told by color alone. */
export const MARKS = Object.freeze({
  verified: '✓',
  unchanged: '✓',
  planned: '→',
  pending: '…',
  failed: '✗',
  interrupted: '✗',
  skipped: '–',
  done: '✓',
  'already-true': '=',
  pass: '✓',
  note: '!',
  fail: '✗',
  unknown: '?',
});

/**
 * @param {string} name
 * @returns {string}
 */
export function markOf(name) {
  return /** @type {Record<string, string>} */ (MARKS)[name] ?? '';
}

/**
 * A duration for people: `0.8s`, `42s`, `3m 20s`, `2h 5m`.
 * @param {number} seconds
 * @returns {string}
 */
export function formatSeconds(seconds) {
  if (seconds < 10) return `${seconds.toFixed(1)}s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole}s`;
  if (whole < 3600) return `${Math.floor(whole / 60)}m ${whole % 60}s`;
  return `${Math.floor(whole / 3600)}h ${Math.floor((whole % 3600) / 60)}m`;
}

/**
 * @param {number} count
 * @param {string} noun
 * @returns {string}
 */
export function countOf(count, noun) {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/**
 * What stands in the table beside the outcome: the cause, else the serial number.
 * @param {PageRow} row
 * @returns {string}
 */
export function causeOrSerial(row) {
  return row.code ?? row.certificates.map(({ serial }) => serial).join(', ');
}

/**
 * The certificate that ends first.
 * @param {PageRow} row
 */
export function firstToEnd(row) {
  return row.certificates.toSorted((a, b) => a.notAfter.localeCompare(b.notAfter))[0];
}
