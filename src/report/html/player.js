import { readConversation, readingTime } from './conversation.js';
import { element } from './elements.js';

/** @import { Line } from './conversation.js' */

const SPEEDS = Object.freeze(['1', '2', '4', '16']);
const SIGNS = Object.freeze({ heard: '<', typed: '>', decided: '*' });

/**
 * A conversation that can be read whole or played back. It begins whole.
 * @param {string} transcript
 * @returns {{ node: HTMLElement, stop: () => void, press: (key: string) => boolean }}
 */
export function createPlayer(transcript) {
  const lines = readConversation(transcript);
  const shown = lines.map(drawLine);
  const screen = element(
    'div',
    { class: 'screen', tabindex: '0', role: 'log', 'aria-label': 'Conversation', 'aria-live': 'off' },
    ...shown,
  );
  const play = element('button', { type: 'button', class: 'play' }, '▶ Play');
  const back = element('button', { type: 'button', 'aria-label': 'One line back' }, '←');
  const next = element('button', { type: 'button', 'aria-label': 'One line on' }, '→');
  const all = element('button', { type: 'button' }, 'Show all');
  const place = /** @type {HTMLInputElement} */ (
    element('input', {
      type: 'range',
      min: '0',
      max: String(lines.length),
      'aria-label': 'Place in the conversation',
    })
  );
  const speed = /** @type {HTMLSelectElement} */ (
    element(
      'select',
      { 'aria-label': 'Speed' },
      ...SPEEDS.map((each) => element('option', { value: each }, `${each}×`)),
    )
  );
  const where = element('span', { class: 'where' });
  let position = lines.length;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  /** @param {number} to */
  function goTo(to) {
    position = Math.min(lines.length, Math.max(0, to));
    for (const [index, line] of shown.entries()) {
      line.hidden = index >= position;
      line.classList.toggle('now', index === position - 1 && position < lines.length);
    }
    place.value = String(position);
    where.textContent = `${position} of ${lines.length}`;
    screen.scrollTop = position === lines.length && timer === undefined ? 0 : screen.scrollHeight;
  }

  function stop() {
    if (timer !== undefined) clearTimeout(timer);
    timer = undefined;
    play.textContent = '▶ Play';
  }

  function step() {
    goTo(position + 1);
    const line = lines[position - 1];
    if (position >= lines.length || line === undefined) stop();
    else timer = setTimeout(step, readingTime(line) / Number(speed.value));
  }

  function toggle() {
    if (timer !== undefined) return stop();
    if (position >= lines.length) goTo(0);
    play.textContent = '❚❚ Pause';
    timer = setTimeout(step, 0);
  }

  /** @param {number} by */
  function move(by) {
    stop();
    goTo(position + by);
    if (position > 0) screen.scrollTop = screen.scrollHeight;
  }

  play.addEventListener('click', toggle);
  back.addEventListener('click', () => move(-1));
  next.addEventListener('click', () => move(1));
  all.addEventListener('click', () => {
    stop();
    goTo(lines.length);
  });
  place.addEventListener('input', () => move(Number(place.value) - position));
  const controls = element('div', { class: 'controls' }, play, back, next, place, where, speed, all);
  const node = element('div', { class: 'player' }, controls, screen);
  node.addEventListener('keydown', (event) => {
    const { key, target } = event;
    if (target instanceof HTMLInputElement || target instanceof HTMLSelectElement) return;
    if (key === ' ' && target !== screen && target instanceof HTMLButtonElement && target !== play) return;
    if (act(key)) event.preventDefault();
  });

  /** @param {string} key */
  function act(key) {
    if (key === ' ') toggle();
    else if (key === 'ArrowRight') move(1);
    else if (key === 'ArrowLeft') move(-1);
    else return false;
    return true;
  }

  /**
   * A key that was pressed elsewhere in the router: the player comes into view and has the next one.
   * @param {string} key
   */
  function press(key) {
    if (!act(key)) return false;
    screen.focus({ preventScroll: true });
    node.scrollIntoView({ block: 'nearest' });
    return true;
  }

  goTo(lines.length);
  return { node, stop, press };
}

/** @param {Line} line */
function drawLine({ time, kind, text }) {
  return element(
    'div',
    { class: `line ${kind}` },
    element('time', {}, time),
    element('span', { class: 'sign' }, SIGNS[kind]),
    element('span', { class: 'said' }, text === '' ? ' ' : text),
  );
}
