import { indentOf, outputLines, unreadable } from './output.ts';

/** One certificate of the listing, cut into its fields but not yet understood. */
export interface CertificateBlock {
  readonly head: string;
  readonly fields: readonly BlockField[];
}

/** A field line with the deeper lines that belong to it. */
export interface BlockField {
  /** As printed, before the colon: `Certificate Serial Number (hex)`. */
  readonly label: string;
  readonly value: string;
  readonly line: string;
  readonly children: readonly string[];
}

const COMMAND = 'show crypto pki certificates';
/** A head stands at the left edge, holds the word and has no colon: `CA Certificate (Rollover)`. */
const HEAD = /^(?=[A-Za-z])[^:=]*\bCertificate\b[^:=]*$/i;
const FIELD = /^\s*(?<label>[A-Za-z][\w ./-]*?(?: ?\([^()]*\))?)\s*:(?: (?<value>.*)|(?<bare>))$/;
/** Releases before 12.2 print this one without its colon. */
const BARE_LABEL = /^\s*(?:Subject|Issuer)(?: Name)?$/;

/**
 * Cuts `show crypto pki certificates [verbose]` into blocks and fields. What belongs to a field is told by the
 * indent: the first line below `Subject:` sets the depth of a name, so that nothing inside a name is ever
 * taken for a field. Throws DeviceError `output-unreadable` for a line outside every block.
 */
export function readCertificateBlocks(text: string): CertificateBlock[] {
  const blocks: { head: string; lines: string[] }[] = [];
  for (const line of outputLines(text)) {
    if (line === '') continue;
    if (HEAD.test(line)) blocks.push({ head: line, lines: [] });
    else if (blocks.length === 0) throw unreadable(COMMAND, line, 'a line outside every certificate');
    else blocks.at(-1)?.lines.push(line);
  }
  return blocks.map(({ head, lines }) => ({ head, fields: cutFields(lines) }));
}

function cutFields(lines: readonly string[]): BlockField[] {
  const fields: BlockField[] = [];
  for (let at = 0; at < lines.length; ) {
    const line = lines[at] ?? '';
    const end = endOfChildren(lines, at);
    fields.push({ ...labelOf(line), line, children: lines.slice(at + 1, end) });
    at = end;
  }
  return fields;
}

/** The children of a field are the lines at least as deep as the first deeper line below it. */
function endOfChildren(lines: readonly string[], at: number): number {
  const own = indentOf(lines[at] ?? '');
  const first = lines[at + 1];
  if (first === undefined || indentOf(first) <= own || !opensSection(lines[at] ?? '')) return at + 1;
  const depth = indentOf(first);
  let end = at + 1;
  while (end < lines.length && indentOf(lines[end] ?? '') >= depth) end += 1;
  return end;
}

/** Only a label without a value has lines of its own; in a pending block deeper lines follow full ones. */
function opensSection(line: string): boolean {
  return labelOf(line).value === '';
}

function labelOf(line: string): { label: string; value: string } {
  if (BARE_LABEL.test(line)) return { label: line.trim(), value: '' };
  const groups = FIELD.exec(line)?.groups;
  return { label: groups?.label ?? '', value: (groups?.value ?? '').trim() };
}
