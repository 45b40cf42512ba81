/**
 * An element with text in it. Texts never become markup: there is no other way in.
 * @param {string} tag
 * @param {Record<string, string | boolean | undefined>} attributes
 * @param {(Node | string | undefined)[]} children
 * @returns {HTMLElement}
 */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  setAttributes(made, attributes);
  for (const child of children) if (child !== undefined) made.append(child);
  return made;
}

/**
 * @param {string} tag
 * @param {Record<string, string | boolean | undefined>} attributes
 * @param {Node[]} children
 * @returns {SVGElement}
 */
export function drawing(tag, attributes, ...children) {
  const made = document.createElementNS('http://www.w3.org/2000/svg', tag);
  setAttributes(made, attributes);
  made.append(...children);
  return made;
}

/**
 * @param {Element} made
 * @param {Record<string, string | boolean | undefined>} attributes
 */
function setAttributes(made, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) made.setAttribute(name, '');
    else if (value !== undefined && value !== false) made.setAttribute(name, value);
  }
}

/**
 * The element of the page with this id. Throws when there is none: the page was tampered with.
 * @param {string} id
 * @returns {HTMLElement}
 */
export function byId(id) {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no ${id}`);
  return found;
}

/**
 * What stands in a data element: JSON, or JSON deflated and in base64.
 * @param {string} id
 * @returns {Promise<unknown>}
 */
export async function readData(id) {
  const holder = byId(id);
  const text = holder.textContent ?? '';
  if (holder.dataset.packed === undefined) return JSON.parse(text);
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate'));
  return JSON.parse(await new Response(stream).text());
}
