const BLOCK = /-----BEGIN (?<label>[A-Z0-9 ]+)-----\s*(?<body>[A-Za-z0-9+/=\s]*?)-----END \k<label>-----/g;

/** The DER of every block with this label in a text, in order; text around the blocks is passed over (RFC 7468). */
export function parsePem(text: string, label = 'CERTIFICATE'): Uint8Array[] {
  return [...text.matchAll(BLOCK)]
    .filter(({ groups }) => groups?.label === label)
    .map(({ groups }) => new Uint8Array(Buffer.from(groups?.body ?? '', 'base64')));
}

/** One PEM block with lines of 64 characters, ending in a line end. */
export function formatPem(der: Uint8Array, label = 'CERTIFICATE'): string {
  const body = Buffer.from(der)
    .toString('base64')
    .replace(/.{64}(?=.)/g, '$&\n');
  return `-----BEGIN ${label}-----\n${body}\n-----END ${label}-----\n`;
}
