/** Shortest encoded piece worth looking for: shorter ones would hide innocent text. */
const SHORTEST_PIECE = 8;

/**
 * Every way in which a secret usually appears in text: plain, JSON-escaped, HTML-escaped, URL-encoded, hex, and
 * base64 of UTF-8 and UTF-16LE at each of the three places it may have inside a longer base64 text
 * (such as `user:password` in an Authorization header). The lines of a long secret count on their own.
 */
export function spellings(value: string): ReadonlySet<string> {
  const utf8 = Buffer.from(value, 'utf8');
  const found = new Set([value, ...longLines(value)]);
  const encoded = [
    JSON.stringify(value).slice(1, -1),
    escapeHtml(value),
    ...urlEncodings(utf8.toString()),
    utf8.toString('hex'),
    utf8.toString('hex').toUpperCase(),
    ...base64Pieces(utf8),
    ...base64Pieces(Buffer.from(value, 'utf16le')),
  ];
  for (const text of encoded) if (text.length >= SHORTEST_PIECE) found.add(text);
  return found;
}

/** A private key is echoed line by line; its BEGIN and END lines are no secret. */
function longLines(value: string): string[] {
  const lines = value.split(/\r?\n/);
  if (lines.length === 1) return [];
  return lines.map((line) => line.trim()).filter((line) => line.length >= 16 && !line.startsWith('-----'));
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/** Percent encoding in both letter cases, and the form encoding with its plus signs. */
function urlEncodings(text: string): string[] {
  const component = encodeURIComponent(text);
  return [
    component,
    component.replace(/%[0-9A-F]{2}/g, (octet) => octet.toLowerCase()),
    new URLSearchParams([['', text]]).toString().slice(1),
  ];
}

/** The base64 characters that depend on the secret alone, for each offset modulo three, in both alphabets. */
function base64Pieces(bytes: Buffer): string[] {
  const pieces: string[] = [];
  for (const offset of [0, 1, 2]) {
    const shifted = Buffer.concat([Buffer.alloc(offset), bytes]);
    const whole = Math.floor(shifted.length / 3) * 4;
    const text = shifted.toString('base64').slice(offset === 0 ? 0 : offset + 1, whole);
    pieces.push(text, text.replaceAll('+', '-').replaceAll('/', '_'));
  }
  return pieces;
}
