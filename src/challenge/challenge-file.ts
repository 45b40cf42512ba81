import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { CsvError } from 'csv-parse';
import { parse } from 'csv-parse/sync';
import { isMap, isScalar, LineCounter, parseDocument } from 'yaml';
import { InputError, type InputProblem } from '../domain/errors.ts';
import { Secret } from '../domain/secret.ts';
import { challengeProblem } from './password-text.ts';

/** One line of a challenge file. */
export interface ChallengeEntry {
  readonly device: string;
  /** Only for this trustpoint of the device; any when absent. */
  readonly trustpoint?: string;
  readonly challenge: Secret;
  readonly expires?: Date;
  /** Where it stands, counted from 1. */
  readonly line: number;
}

/** A line as written, before it is checked. Problems quote nothing of it but the device: it holds passwords. */
interface RawEntry {
  readonly device: string;
  readonly trustpoint: string;
  readonly challenge: string;
  readonly expires: string;
  readonly line: number;
}

const COLUMNS = ['device', 'challenge', 'trustpoint', 'expires'];
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})$/;

/**
 * Reads a file of challenges: CSV (`.csv`) with the header `device,challenge` and, if wanted, `trustpoint` and
 * `expires` (RFC 3339), or YAML (`.yaml`, `.yml`) as a map of device to challenge. Every challenge is known to the
 * redactors when this returns or throws. Throws InputError with every problem and its line.
 */
export async function readChallengeFile(file: string): Promise<ChallengeEntry[]> {
  const problems: InputProblem[] = [];
  const report = (line: number | undefined, message: string) =>
    problems.push({ file, ...(line === undefined ? {} : { line }), message });
  const raw = parseFile(file, await textOf(file), report);
  const entries = raw.map((entry) => checkEntry(entry, file, report));
  reportDuplicates(raw, report);
  if (problems.length > 0) throw new InputError(problems);
  return entries;
}

type Report = (line: number | undefined, message: string) => void;

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
    throw new InputError([{ file, message: `cannot be read (${code})` }]);
  }
}

function parseFile(file: string, text: string, report: Report): RawEntry[] {
  const extension = path.extname(file).toLowerCase();
  if (extension === '.csv') return parseCsv(text, report);
  if (extension === '.yaml' || extension === '.yml') return parseYaml(text, report);
  report(undefined, 'a challenge file ends in .csv, .yaml or .yml');
  return [];
}

function parseCsv(text: string, report: Report): RawEntry[] {
  const rows: { record: string[]; line: number }[] = [];
  try {
    parse(text, {
      bom: true,
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
      on_record: (record: string[], { lines }) => {
        rows.push({ record, line: lines });
        return null;
      },
    });
  } catch (error) {
    // The library's sentences quote the field, which may be a challenge.
    const line = error instanceof CsvError && typeof error.lines === 'number' ? error.lines : undefined;
    report(line, 'no readable CSV: look for a quote that is not closed');
    return [];
  }
  const [header, ...lines] = rows;
  const names = header?.record.map((name) => name.toLowerCase()) ?? [];
  const unknown = names.filter((name, index) => !COLUMNS.includes(name) || names.indexOf(name) !== index);
  if (unknown.length > 0 || !names.includes('device') || !names.includes('challenge')) {
    report(
      header?.line ?? 1,
      'the first line must name the columns device,challenge and may name trustpoint,expires',
    );
    return [];
  }
  return lines.flatMap(({ record, line }) => {
    if (record.length !== names.length) {
      report(line, `${record.length} fields, the header has ${names.length}`);
      return [];
    }
    const field = (name: string): string => record[names.indexOf(name)] ?? '';
    return [
      {
        device: field('device'),
        trustpoint: field('trustpoint'),
        challenge: field('challenge'),
        expires: field('expires'),
        line,
      },
    ];
  });
}

/** With the failsafe schema: every scalar is text, so 0012345678 keeps its zeros and 12E5 stays as it is. */
function parseYaml(text: string, report: Report): RawEntry[] {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, {
    schema: 'failsafe',
    lineCounter,
    prettyErrors: false,
    uniqueKeys: false,
  });
  const lineAt = (offset: number | undefined): number => lineCounter.linePos(offset ?? 0).line;
  for (const { pos } of [...document.errors, ...document.warnings]) {
    report(lineAt(pos[0]), 'no readable YAML');
  }
  if (document.errors.length > 0) return [];
  if (!isMap(document.contents)) {
    report(1, 'a YAML challenge file is a map of device to challenge');
    return [];
  }
  return document.contents.items.flatMap(({ key, value }) => {
    const line = lineAt(isScalar(key) ? key.range?.[0] : undefined);
    const device = isScalar(key) ? key.value : undefined;
    const challenge = isScalar(value) ? (value.value ?? '') : undefined;
    if (typeof device === 'string' && typeof challenge === 'string') {
      return [{ device, trustpoint: '', challenge, expires: '', line }];
    }
    report(line, 'a device’s challenge is one plain text');
    return [];
  });
}

function checkEntry(entry: RawEntry, file: string, report: Report): ChallengeEntry {
  const { device, trustpoint, challenge, expires, line } = entry;
  const secret = Secret.acquired(challenge, `file ${file}`);
  if (device === '') report(line, 'no device is named');
  const problem = challengeProblem(challenge);
  if (problem !== undefined) report(line, `the challenge of ${device} cannot be typed: ${problem}`);
  const end = new Date(expires);
  if (expires !== '' && (!INSTANT.test(expires) || Number.isNaN(end.getTime()))) {
    report(line, `expires of ${device} is no time such as 2026-07-01T12:00:00Z`);
  }
  return {
    device,
    ...(trustpoint === '' ? {} : { trustpoint }),
    challenge: secret,
    ...(expires === '' ? {} : { expires: end }),
    line,
  };
}

function reportDuplicates(entries: readonly RawEntry[], report: Report): void {
  const first = new Map<string, number>();
  for (const { device, trustpoint, line } of entries) {
    const key = JSON.stringify([device, trustpoint]);
    const before = first.get(key);
    if (before === undefined) first.set(key, line);
    else report(line, `${device} has a challenge on line ${before} already`);
  }
}
