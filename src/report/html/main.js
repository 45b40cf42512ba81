import { byId, element, readData } from './elements.js';
import { parseSearch, unknownKey } from './filter.js';
import { countOf } from './format.js';
import { drawRouter } from './router.js';
import { createTable } from './table.js';

/** @import { PageData, PageDetail } from './page-types.ts' */

const data = /** @type {PageData} */ (JSON.parse(byId('data').textContent ?? ''));
const search = /** @type {HTMLInputElement} */ (byId('search'));
const dialog = /** @type {HTMLDialogElement} */ (byId('router'));
const labels = new Set(data.rows.flatMap((row) => Object.keys(row.labels).map((name) => name.toLowerCase())));
const table = createTable(/** @type {HTMLElement} */ (document.querySelector('.fleet')), data, open);
let opened = -1;
let stopPlayer = () => {};
/** @type {(key: string) => boolean} */
let pressPlayer = () => false;

function applySearch() {
  const terms = parseSearch(search.value);
  const count = table.show(terms);
  const unknown = unknownKey(terms, labels);
  byId('count').textContent =
    count === data.rows.length
      ? countOf(count, 'router')
      : `${count} of ${countOf(data.rows.length, 'router')}`;
  const problem = byId('search-problem');
  problem.hidden = unknown === undefined;
  problem.textContent =
    unknown === undefined ? '' : `No router has “${unknown}”: quote the words to search for them as text.`;
}

/**
 * Opens a router; another one that is open gives way.
 * @param {number | undefined} place
 */
async function open(place) {
  const row = place === undefined ? undefined : data.rows[place];
  if (place === undefined || row === undefined || place === opened) return;
  opened = place;
  const detail = /** @type {PageDetail} */ (await readData(`router-${place}`));
  if (opened !== place) return;
  stopPlayer();
  const { nodes, stop, press } = drawRouter(row, detail, [
    button('←', 'Previous router (p)', () => open(table.neighbor(place, -1))),
    button('→', 'Next router (n)', () => open(table.neighbor(place, 1))),
    button('✕', 'Close (Esc)', () => dialog.close()),
  ]);
  stopPlayer = stop;
  pressPlayer = press;
  dialog.replaceChildren(...nodes);
  if (!dialog.open) dialog.showModal();
  dialog.scrollTop = 0;
  byId('router-name').focus();
}

/**
 * @param {string} text
 * @param {string} title
 * @param {() => void} act
 */
function button(text, title, act) {
  const made = element('button', { type: 'button', title, 'aria-label': title }, text);
  made.addEventListener('click', act);
  return made;
}

/** @param {string} text */
function searchFor(text) {
  search.value = search.value.trim() === text ? '' : text;
  applySearch();
  byId('routers').scrollIntoView({ block: 'start' });
}

search.addEventListener('input', applySearch);
dialog.addEventListener('close', () => {
  stopPlayer();
  const last = opened;
  opened = -1;
  table.focus(last);
});
dialog.addEventListener('click', (event) => {
  if (event.target === dialog) dialog.close();
});

document.addEventListener('click', ({ target }) => {
  const choice = target instanceof Element ? target.closest('[data-search]') : null;
  if (choice !== null) searchFor(choice.getAttribute('data-search') ?? '');
});

document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (onKey(event)) event.preventDefault();
});

/**
 * @param {KeyboardEvent} event
 * @returns {boolean} whether the key was for us
 */
function onKey({ key, target }) {
  if (dialog.open) return onKeyInRouter(key, target);
  if (target === search) return onKeyInSearch(key);
  if (target instanceof Element && target.matches('[data-search]') && (key === 'Enter' || key === ' ')) {
    if (target instanceof HTMLButtonElement) return false;
    searchFor(target.getAttribute('data-search') ?? '');
    return true;
  }
  if (key === '/') {
    search.focus();
    search.select();
    return true;
  }
  if (key === 'Escape') {
    search.value = '';
    applySearch();
    return true;
  }
  return onKeyInTable(key, target);
}

/**
 * @param {string} key
 * @param {EventTarget | null} target
 */
function onKeyInRouter(key, target) {
  if (target instanceof HTMLInputElement || target instanceof HTMLSelectElement) return false;
  if (key === 'n' || key === 'p') {
    void open(table.neighbor(opened, key === 'n' ? 1 : -1));
    return true;
  }
  // A button, a link or what can be unfolded has its own use for the key.
  if (target instanceof Element && target.closest('button, a, summary') !== null) return false;
  return pressPlayer(key);
}

/** @param {string} key */
function onKeyInSearch(key) {
  const first = table.current();
  if (key === 'Escape' && search.value === '') search.blur();
  else if (key === 'Escape') searchFor('');
  else if (key === 'ArrowDown' && first !== undefined) table.focus(first);
  else if (key === 'Enter' && first !== undefined) void open(first);
  else return false;
  return true;
}

/**
 * @param {string} key
 * @param {EventTarget | null} target
 */
function onKeyInTable(key, target) {
  const current = table.current();
  if (current === undefined || target instanceof HTMLButtonElement) return false;
  const isRow = target instanceof HTMLTableRowElement;
  if (key === 'Enter' && isRow) void open(current);
  else if (key === 'ArrowDown' || key === 'j') moveTo(isRow ? table.neighbor(current, 1) : current);
  else if (key === 'ArrowUp' || key === 'k') moveTo(isRow ? table.neighbor(current, -1) : current);
  else if (key === 'Home' && isRow) moveTo(table.neighbor(current, -data.rows.length));
  else if (key === 'End' && isRow) moveTo(table.neighbor(current, data.rows.length));
  else return false;
  return true;
}

/** @param {number | undefined} place */
function moveTo(place) {
  if (place !== undefined) table.focus(place);
}

applySearch();
