/**
 * @typedef {object} Line
 * @property {string} time UTC: `09:30:01.204`
 * @property {'heard' | 'typed' | 'decided'} kind
 * @property {string} text
 */

/**
 * Reads a transcript as a run keeps it; lines that are none of a transcript are left out.
 * @param {string} text
 * @returns {Line[]}
 */
export function readConversation(text) {
  /** @type {Line[]} */
  const lines = [];
  for (const line of text.split('\n')) {
    const [, time, mark, said = ''] = /^(\d\d:\d\d:\d\d\.\d{3}) ([<>*])(?: (.*))?$/.exec(line) ?? [];
    if (time === undefined) continue;
    lines.push({ time, kind: mark === '<' ? 'heard' : mark === '>' ? 'typed' : 'decided', text: said });
  }
  return lines;
}

/**
 * How long a line is shown before the next one comes, in milliseconds: as long as a person needs to read it, and no
 * longer than that however long the router was silent. Output that comes as a block goes by quickly.
 * @param {Line} line
 * @returns {number}
 */
export function readingTime({ kind, text }) {
  const reading = text.length * 14;
  return kind === 'heard' ? within(reading, 60, 450) : within(reading * 2, 500, 2600);
}

/**
 * @param {number} value
 * @param {number} least
 * @param {number} most
 */
function within(value, least, most) {
  return Math.min(most, Math.max(least, value));
}
