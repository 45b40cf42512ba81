import { firstToEnd } from './format.js';

/** @import { PageRow } from './page-types.ts' */

/**
 * @typedef {object} Term
 * @property {string} key Empty for a word that may stand anywhere.
 * @property {string} value In lower case.
 * @property {boolean} not
 */

/** Short names of keys. What is none of these is a name of the inventory, such as `site`. */
const ALIASES = Object.freeze({
  s: 'outcome',
  status: 'outcome',
  d: 'device',
  router: 'device',
  name: 'device',
  c: 'code',
  tp: 'trustpoint',
  b: 'batch',
});
const KEYS = Object.freeze([
  'outcome',
  'device',
  'host',
  'code',
  'step',
  'message',
  'release',
  'batch',
  'attempts',
  'trustpoint',
  'serial',
  'subject',
  'ends',
  'days',
  'seconds',
]);

/**
 * Reads `s:failed site:"New York" -code:timeout text`: all terms must hold.
 * @param {string} text
 * @returns {Term[]}
 */
export function parseSearch(text) {
  const terms = [];
  for (const match of text.matchAll(/(-)?(?:([^\s:"]+):)?(?:"([^"]*)"?|(\S+))/g)) {
    const [, minus, key = '', quoted, plain] = match;
    const value = (quoted ?? plain ?? '').toLowerCase();
    const name = key.toLowerCase();
    terms.push({
      key: /** @type {Record<string, string>} */ (ALIASES)[name] ?? name,
      value,
      not: minus !== undefined,
    });
  }
  return terms.filter(({ value }) => value !== '');
}

/**
 * The first key that is neither a field nor a name the inventory uses.
 * @param {readonly Term[]} terms
 * @param {ReadonlySet<string>} labels
 * @returns {string | undefined}
 */
export function unknownKey(terms, labels) {
  return terms.map(({ key }) => key).find((key) => key !== '' && !KEYS.includes(key) && !labels.has(key));
}

/**
 * @param {PageRow} row
 * @param {readonly Term[]} terms
 * @returns {boolean}
 */
export function matches(row, terms) {
  return terms.every((term) => holds(row, term) !== term.not);
}

/**
 * @param {PageRow} row
 * @param {Term} term
 * @returns {boolean}
 */
function holds(row, { key, value }) {
  switch (key) {
    case '':
      return textsOf(row).some((text) => text.toLowerCase().includes(value));
    case 'outcome':
      return row.outcome.startsWith(value);
    case 'batch':
      return String(row.batch ?? '') === value;
    case 'code':
      return value.split(',').some((code) => (row.code ?? '').startsWith(code));
    case 'days':
      return row.certificates.some(({ daysLeft }) => compares(daysLeft, value));
    case 'seconds':
      return compares(row.seconds, value);
    case 'attempts':
      return compares(row.attempts ?? 1, value);
    case 'ends':
      return row.certificates.some(({ notAfter }) => endsAt(notAfter, value));
    case 'trustpoint':
    case 'serial':
    case 'subject':
      return row.certificates.some((each) => each[key].toLowerCase().includes(value));
    case 'device':
    case 'host':
    case 'step':
    case 'message':
    case 'release':
      return (row[key] ?? '').toLowerCase().includes(value);
    default:
      return Object.entries(row.labels).some(
        ([name, label]) => name.toLowerCase() === key && label.toLowerCase().includes(value),
      );
  }
}

/**
 * @param {PageRow} row
 * @returns {string[]}
 */
function textsOf(row) {
  const { device, host, outcome, code = '', message = '', release = '', labels, certificates } = row;
  const held = certificates.flatMap(({ trustpoint, serial, subject }) => [trustpoint, serial, subject]);
  return [device, host, outcome, code, message, release, ...Object.values(labels), ...held];
}

/**
 * `<30`, `>=7`, `12`.
 * @param {number} number
 * @param {string} wanted
 * @returns {boolean}
 */
function compares(number, wanted) {
  const [, sign = '', digits = ''] = /^([<>]=?|=)?(-?\d+(?:\.\d+)?)$/.exec(wanted) ?? [];
  if (digits === '') return false;
  const limit = Number(digits);
  if (sign === '<') return number < limit;
  if (sign === '<=') return number <= limit;
  if (sign === '>') return number > limit;
  if (sign === '>=') return number >= limit;
  return number === limit;
}

/**
 * `2027`, `2027-01`, `<2027-01-15`, `>=2028-11-01`.
 * @param {string} notAfter ISO 8601
 * @param {string} wanted
 * @returns {boolean}
 */
function endsAt(notAfter, wanted) {
  if (wanted.startsWith('<=')) return notAfter.slice(0, wanted.length - 2) <= wanted.slice(2);
  if (wanted.startsWith('<')) return notAfter < wanted.slice(1);
  if (wanted.startsWith('>=')) return notAfter >= wanted.slice(2);
  if (wanted.startsWith('>')) return notAfter.slice(0, wanted.length - 1) > wanted.slice(1);
  return notAfter.startsWith(wanted);
}

/**
 * What rows are ordered by.
 * @param {PageRow} row
 * @param {string} column
 * @returns {string | number}
 */
export function sortKey(row, column) {
  switch (column) {
    case 'outcome':
      return ['failed', 'interrupted', 'pending', 'skipped', 'planned', 'verified', 'unchanged'].indexOf(
        row.outcome,
      );
    case 'site':
      return row.labels.site ?? '\uffff';
    case 'cause':
      return row.code ?? '\uffff';
    case 'ends':
      return firstToEnd(row)?.notAfter ?? '\uffff';
    case 'release':
      return row.release ?? '\uffff';
    case 'batch':
      return row.batch ?? Number.MAX_SAFE_INTEGER;
    case 'seconds':
      return row.seconds;
    default:
      return row.device;
  }
}
