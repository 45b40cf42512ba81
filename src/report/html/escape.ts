const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text for an element or a quoted attribute. What could disturb a reader is gone, see {@link plainText}. */
export function escapeHtml(text: string): string {
  return plainText(text).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}

/**
 * JSON that may stand in a `<script>` element of a type that no browser runs: no `<` is left, so that it cannot end the
 * element or begin a comment in it.
 */
export function jsonForScript(value: unknown): string {
  return JSON.stringify(value, cleanEach).replaceAll('<', '\\u003c');
}

function cleanEach(_key: string, value: unknown): unknown {
  if (typeof value === 'string') return plainText(value);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]: [string, unknown]) => [plainText(key), each]),
  );
}

/** Control characters and those that turn the direction of text show as one sign; line feeds and tabs stay. */
export function plainText(text: string): string {
  return text.replace(/(?![\n\t])\p{Cc}|[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]|\p{Cs}/gu, '\ufffd');
}
