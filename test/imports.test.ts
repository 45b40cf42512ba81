import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

/** The arrows of docs/architecture.md: a folder may import itself, domain, and these. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  domain: [],
  log: ['domain'],
  inventory: ['domain', 'log'],
  template: ['domain', 'log'],
  dialogue: ['domain', 'log'],
  ios: ['dialogue', 'domain', 'log'],
  challenge: ['domain', 'log'],
  pki: ['domain', 'log'],
  courier: ['pki', 'domain'],
  tftp: ['domain'],
  scep: ['domain', 'log'],
  enrollment: ['ios', 'dialogue', 'challenge', 'courier', 'pki', 'scep', 'template', 'tftp', 'domain', 'log'],
  doctor: ['challenge', 'pki', 'scep', 'domain', 'log'],
  run: ['enrollment', 'challenge', 'domain', 'log'],
  report: ['run', 'domain', 'log'],
  lab: ['scep', 'domain', 'log'],
};
const CLI = Object.keys(MAY_IMPORT);
/** report sees the run only through these two files. */
const REPORT_SEES = ['run/events.ts', 'run/result.ts'];

const SRC = path.resolve(import.meta.dirname, '../src');

interface Import {
  readonly from: string;
  readonly to: string;
}

function* imports(): Generator<Import> {
  for (const entry of readdirSync(SRC, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.endsWith('.ts')) continue;
    const file = path.join(entry.parentPath, entry.name);
    const text = readFileSync(file, 'utf8');
    for (const [, specifier = ''] of text.matchAll(/(?:from|import)\s*\(?\s*['"](\.{1,2}\/[^'"]+)['"]/g)) {
      yield {
        from: path.relative(SRC, file),
        to: path.relative(SRC, path.resolve(path.dirname(file), specifier)),
      };
    }
  }
}

const folder = (file: string): string => file.split(path.sep)[0] ?? '';

function isAllowed({ from, to }: Import): boolean {
  const [source, target] = [folder(from), folder(to)];
  if (from === 'index.ts' || source === target) return true;
  if (source === 'cli') return CLI.includes(target);
  if (source === 'report' && target === 'run') return REPORT_SEES.includes(to);
  return MAY_IMPORT[source]?.includes(target) ?? false;
}

describe('the direction of imports', () => {
  const all = [...imports()];

  it('finds the imports of the source tree', () => {
    expect(all.length).toBeGreaterThan(5);
  });

  it('has no import against an arrow', () => {
    expect(all.filter((found) => !isAllowed(found)).map(({ from, to }) => `${from} -> ${to}`)).toEqual([]);
  });

  it('leaves every folder of src with a rule', () => {
    const folders = readdirSync(SRC, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(folders.map(({ name }) => name).filter((name) => name !== 'cli' && !(name in MAY_IMPORT))).toEqual(
      [],
    );
  });

  it('writes to the terminal only in cli and report', () => {
    const offenders = readdirSync(SRC, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
      .map((entry) => path.join(entry.parentPath, entry.name))
      .filter((file) => !['cli', 'report'].includes(folder(path.relative(SRC, file))))
      .filter((file) => /\bconsole\.\w|process\.std(?:out|err)\b/.test(readFileSync(file, 'utf8')));
    expect(offenders.map((file) => path.relative(SRC, file))).toEqual([]);
  });
});
