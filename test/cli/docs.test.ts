import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { toJson } from '../../src/report/json.ts';
import { anError, aRun } from '../report/a-run.ts';
import { aResult } from '../run/a-device.ts';
import { commandSections, errorSections, exitCodeRows, routerLineSections } from './doc-sections.ts';

/** Where a page is behind the code, `npx tsx test/cli/write-docs.ts` brings it up. */
const page = (name: string): string =>
  readFileSync(path.resolve(import.meta.dirname, '../../docs', name), 'utf8');
const from = (text: string, mark: string): string => text.slice(text.indexOf(mark));

describe('docs/cli.md', () => {
  it('shows the help of every command as it is, and of no other', async () => {
    expect(from(page('cli.md'), '## trustfleet ')).toBe((await commandSections()).join('\n'));
  });

  it('names every field of the JSON result', () => {
    const result = aResult('br-1', 'failed', {
      error: { ...anError('timeout', ''), step: 'connect' },
      release: '15.9',
      transcript: 'x',
    });
    const document: unknown = JSON.parse(toJson(aRun([result]), { id: 'x', version: '1' }));
    const fields = [
      document,
      ...['run', 'counts', 'devices'].map((key) => Reflect.get(Object(document), key)),
    ]
      .flatMap((part: unknown) => (Array.isArray(part) ? part : [part]))
      .flatMap((part: unknown) => Object.keys(Object(part)));
    expect(fields.length).toBeGreaterThan(25);
    expect(fields.filter((field) => !page('cli.md').includes(`\`${field}\``))).toEqual([]);
  });
});

describe('docs/errors.md', () => {
  it('says of every code what trustfleet says, and of no other', () => {
    expect(from(page('errors.md'), '### ')).toBe([...errorSections(), ...routerLineSections()].join('\n'));
  });

  it('has the exit codes, and no other', () => {
    const rows = page('errors.md').match(/^\| `\d+` .*\n/gm);
    expect(rows?.join('')).toBe(exitCodeRows());
  });
});
