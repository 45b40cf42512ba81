import { configurationLines, indentOf } from './output.ts';

/** One line of the running configuration, and the lines it stands below, outermost first. */
export interface PlacedLine {
  readonly below: readonly string[];
  readonly text: string;
}

/**
 * The whole running configuration line by line, blanks made single: what stands below what is told by indentation.
 * Comments, and the hexadecimal of certificates, are left out. Nothing is refused: a banner may hold anything.
 */
export function readRunningLines(text: string): readonly PlacedLine[] {
  return placeLines(configurationLines(text)).filter(({ below }) => !below.some(isCertificate));
}

/** The same for lines that are to be typed. */
export function placeLines(lines: readonly string[]): readonly PlacedLine[] {
  const placed: PlacedLine[] = [];
  let open: readonly { readonly indent: number; readonly text: string }[] = [];
  for (const line of lines) {
    const text = line.trim().replace(/\s+/g, ' ');
    if (text === '' || text.startsWith('!')) continue;
    const indent = indentOf(line);
    open = open.filter((above) => above.indent < indent);
    placed.push({ below: open.map((above) => above.text), text });
    open = [...open, { indent, text }];
  }
  return placed;
}

function isCertificate(line: string): boolean {
  return /^certificate\b/.test(line);
}
