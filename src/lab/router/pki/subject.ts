import { nameFromText, type RelativeName } from '../../../scep/index.ts';
import type { Router } from '../router.ts';
import type { Trustpoint } from './trustpoint.ts';

/** Attribute words that begin a new part of a subject name even without a comma before them. */
const PART = /\s+(?=(?:cn|ou|o|l|st|c|e|dc|serialnumber|title|street)\s*=)/gi;

/**
 * Reads what stands behind `subject-name`: parts separated by commas or blanks. The result is in encoded order,
 * which is the reverse of the typed one. Undefined when the text is no name.
 */
export function parseSubjectName(typed: string): RelativeName[] | undefined {
  const text = Buffer.from(typed, 'latin1')
    .toString('utf8')
    .trim()
    .replace(/^"(.*)"$/, '$1');
  if (text === '') return undefined;
  const separated = text
    .split(/("(?:\\.|[^"\\])*")/)
    .map((piece, index) => (index % 2 === 1 ? piece : piece.replace(PART, ',').replace(/,\s*,/g, ',')))
    .join('');
  try {
    return nameFromText(separated);
  } catch {
    return undefined;
  }
}

/** What the operator answered, or the trustpoint says, about the router's own names. */
export interface OwnNames {
  /** Undefined: left out of the request. */
  readonly fqdn: string | undefined;
  readonly serialNumber: string | undefined;
  readonly ipAddress: string | undefined;
}

/** The fully qualified name that goes into the request: the trustpoint's, else the router's own. */
export function requestFqdn(router: Router, trustpoint: Trustpoint): string | undefined {
  const setting = trustpoint.setting('fqdn');
  if (setting?.words.includes('none') === true) return undefined;
  return setting?.args.fqdn ?? router.config.fqdn;
}

/**
 * The subject as IOS encodes it: the configured name, then one part that holds serial number, address and name
 * together, those that apply.
 */
export function requestSubject(trustpoint: Trustpoint, names: OwnNames): RelativeName[] {
  const configured = parseSubjectName(trustpoint.setting('subject-name')?.args.name ?? '') ?? [];
  const own = [
    { type: 'serialnumber', value: names.serialNumber },
    { type: 'unstructuredaddress', value: names.ipAddress },
    { type: 'unstructuredname', value: names.fqdn },
  ].flatMap(({ type, value }) => (value === undefined ? [] : [{ type, value }]));
  return own.length === 0 ? configured : [...configured, own];
}
