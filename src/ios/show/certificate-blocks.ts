import { indentOf, isOneLine, outputLines, unreadable } from './output.ts';

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

interface Lines {
  readonly texts: readonly string[];
  readonly indents: readonly number[];
}

const COMMAND = 'show crypto pki certificates';
/** A head stands at the left edge, holds the word and has no colon: `CA Certificate (Rollover)`. */
const HEAD = /^(?=[A-Za-z])[^:=]*\bCertificate\b[^:=]*$/i;
const FIELD = /^(?<label>[A-Za-z][\w ./-]*?(?: ?\([^()]*\))?)\s*:(?: (?<value>.*)|(?<bare>))$/;
/** A label that needs no look at what may stand in brackets. */
const PLAIN_LABEL = /^[A-Za-z][\w ./-]*$/;
/** Releases before 12.2 print these without their colon. */
const BARE_LABELS: ReadonlySet<string> = new Set(['Subject', 'Subject Name', 'Issuer', 'Issuer Name']);
const NO_LINES: readonly string[] = [];

/**
 * Cuts `show crypto pki certificates [verbose]` into blocks and fields. What belongs to a field is told by the
 * indent: the first line below `Subject:` sets the depth of a name, so that nothing inside a name is ever
 * taken for a field. Throws DeviceError `output-unreadable` for a line outside every block.
 */
export function readCertificateBlocks(text: string): CertificateBlock[] {
  const texts = outputLines(text).filter((line) => line !== '');
  const lines: Lines = { texts, indents: texts.map(indentOf) };
  const heads = headsOf(lines);
  if (texts.length > 0 && heads[0] !== 0) {
    throw unreadable(COMMAND, texts[0], 'a line outside every certificate');
  }
  return heads.map((head, at) => ({
    head: texts[head] ?? '',
    fields: cutFields(lines, head + 1, heads[at + 1] ?? texts.length),
  }));
}

function headsOf({ texts, indents }: Lines): number[] {
  const heads: number[] = [];
  for (let at = 0; at < texts.length; at += 1) {
    if (indents[at] === 0 && HEAD.test(texts[at] ?? '')) heads.push(at);
  }
  return heads;
}

function cutFields(lines: Lines, from: number, to: number): BlockField[] {
  const fields: BlockField[] = [];
  for (let at = from; at < to; ) {
    const line = lines.texts[at] ?? '';
    const { label, value } = labelOf(line, lines.indents[at] ?? 0);
    // Only a label without a value has lines of its own; in a pending block deeper lines follow full ones.
    const end = value === '' ? endOfChildren(lines, at, to) : at + 1;
    const children = end === at + 1 ? NO_LINES : lines.texts.slice(at + 1, end);
    fields.push({ label, value, line, children });
    at = end;
  }
  return fields;
}

/** The children of a field are the lines at least as deep as the first deeper line below it. */
function endOfChildren({ indents }: Lines, at: number, to: number): number {
  const depth = indents[at + 1] ?? 0;
  let end = at + 1;
  if (depth > (indents[at] ?? 0)) while (end < to && (indents[end] ?? 0) >= depth) end += 1;
  return end;
}

function labelOf(line: string, indent: number): { label: string; value: string } {
  const colon = line.indexOf(':', indent);
  const label = colon < 0 ? line.slice(indent) : line.slice(indent, colon).trimEnd();
  if (colon < 0) return { label: BARE_LABELS.has(label) ? label : '', value: '' };
  if (!PLAIN_LABEL.test(label) || !isOneLine(line)) return bracketedLabelOf(line, indent);
  if (colon === line.length - 1) return { label, value: '' };
  if (line.charCodeAt(colon + 1) !== 0x20) return { label: '', value: '' };
  return { label, value: line.slice(colon + 2).trim() };
}

/** What stands in brackets may hold a colon. */
function bracketedLabelOf(line: string, indent: number): { label: string; value: string } {
  const groups = FIELD.exec(line.slice(indent))?.groups;
  return { label: groups?.label ?? '', value: (groups?.value ?? '').trim() };
}
