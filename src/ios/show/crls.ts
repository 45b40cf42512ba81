import type { NameAttribute } from '../../domain/certificate.ts';
import type { PrintedDate } from '../../domain/printed-certificate.ts';
import { readPrintedDate } from './date.ts';
import { readNameLines } from './name-lines.ts';
import { outputLines } from './output.ts';

/** One revocation list in the router's cache. */
export interface PrintedCrl {
  readonly issuer: readonly NameAttribute[];
  readonly lastUpdate?: PrintedDate;
  readonly nextUpdate?: PrintedDate;
  readonly downloadedAt?: PrintedDate;
  /** Where it came from, line by line as printed: a URL, or words where it came by SCEP. */
  readonly retrievedFrom: readonly string[];
  readonly bytes?: number;
}

/** The revocation lists that a router keeps, and how much room they take. */
export interface CrlCache {
  readonly crls: readonly PrintedCrl[];
  readonly cachedBytes?: number;
  readonly cacheLimitBytes?: number;
  readonly notUnderstood: readonly string[];
}

type Draft = { -readonly [K in keyof PrintedCrl]: PrintedCrl[K] } & {
  issuerLines: string[];
  retrievedFrom: string[];
};

const HEAD = /^\s*CRL Issuer Name\s*:\s*(?<name>.*)$/i;
const DATE = /^\s*(?<label>LastUpdate|NextUpdate|CRL downloaded at)\s*:\s*(?<date>.*)$/i;
const RETRIEVED = /^\s*Retrieved from CRL Distribution Point\s*:\s*(?<where>.*)$/i;
const SIZE = /^\s*CRL DER is (?<bytes>\d+) bytes$/i;
const STORED = /^\s*CRL is stored in \S/i;
const CACHE = /^\s*Parsed CRL cache (?<which>current|maximum) size is (?<bytes>\d+) bytes$/i;
const DATE_KEYS: Readonly<Record<string, 'lastUpdate' | 'nextUpdate' | 'downloadedAt'>> = {
  lastupdate: 'lastUpdate',
  nextupdate: 'nextUpdate',
  'crl downloaded at': 'downloadedAt',
};

/**
 * Reads `show crypto pki crls` (`show crypto ca crls` before 12.3(7)T). The issuer stands on one line with commas or
 * on several; it is for people, since a comma inside a value cannot be told from one between two. Never throws: what
 * is not understood, dates that are none included, stands in `notUnderstood`.
 */
export function readCrls(text: string): CrlCache {
  const drafts: Draft[] = [];
  const sizes: { cachedBytes?: number; cacheLimitBytes?: number } = {};
  const notUnderstood: string[] = [];
  let open: 'issuer' | 'retrieved' | 'none' = 'none';
  for (const line of outputLines(text)) {
    if (line === '') {
      open = 'none';
      continue;
    }
    const head = HEAD.exec(line)?.groups?.name;
    const cache = CACHE.exec(line)?.groups;
    const draft = drafts.at(-1);
    if (head !== undefined) {
      drafts.push({ issuer: [], issuerLines: head === '' ? [] : [head], retrievedFrom: [] });
      open = 'issuer';
    } else if (cache !== undefined) {
      sizes[cache.which?.toLowerCase() === 'current' ? 'cachedBytes' : 'cacheLimitBytes'] = Number(
        cache.bytes,
      );
    } else if (draft === undefined) notUnderstood.push(line);
    else open = takeLine(draft, line, open, notUnderstood);
  }
  return { crls: drafts.map((draft) => finish(draft, notUnderstood)), ...sizes, notUnderstood };
}

function takeLine<Open extends string>(
  draft: Draft,
  line: string,
  open: Open,
  notUnderstood: string[],
): Open | 'retrieved' | 'none' {
  const where = RETRIEVED.exec(line)?.groups?.where;
  if (where !== undefined) {
    if (where !== '') draft.retrievedFrom.push(where);
    return 'retrieved';
  }
  const bytes = SIZE.exec(line)?.groups?.bytes;
  if (takeDate(draft, line) || STORED.test(line)) return 'none';
  if (bytes !== undefined && draft.bytes === undefined) draft.bytes = Number(bytes);
  else if (open === 'issuer') draft.issuerLines.push(line);
  else if (open === 'retrieved') draft.retrievedFrom.push(line.trim());
  else notUnderstood.push(line);
  return open;
}

function takeDate(draft: Draft, line: string): boolean {
  const groups = DATE.exec(line)?.groups;
  const key = DATE_KEYS[groups?.label?.toLowerCase() ?? ''];
  const date = readPrintedDate(groups?.date ?? '');
  if (key === undefined || date === undefined || draft[key] !== undefined) return false;
  draft[key] = date;
  return true;
}

const BETWEEN = /,\s*(?=(?:[A-Za-z][\w-]*|(?:OID\.)?\d+(?:\.\d+)+)\s*=)/;

function finish({ issuerLines, ...draft }: Draft, notUnderstood: string[]): PrintedCrl {
  const lines = issuerLines.flatMap((line) => line.trim().split(BETWEEN));
  const { attributes, rest } = readNameLines(lines);
  notUnderstood.push(...rest);
  return { ...draft, issuer: attributes };
}
