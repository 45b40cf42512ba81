import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/cli/commands.ts';
import { EXIT_CODES } from '../../src/cli/exit-code.ts';
import { CAUSES } from '../../src/cli/explanations.ts';
import { ERRORS, type ErrorCode } from '../../src/domain/errors.ts';
import { toJson } from '../../src/report/json.ts';
import { anError, aRun } from '../report/a-run.ts';
import { aResult } from '../run/a-device.ts';
import { fakeIo, trustfleet } from './fake-io.ts';

const page = (name: string): string =>
  readFileSync(path.resolve(import.meta.dirname, '../../docs', name), 'utf8');
const headings = (text: string, level: string): string[] =>
  [...text.matchAll(new RegExp(`^${level} (.+)$`, 'gm'))].map(([, title = '']) => title);

describe('docs/cli.md', () => {
  const text = page('cli.md');

  it('has a section for every command and no other', () => {
    const commands = headings(text, '##').filter((title) => title.startsWith('trustfleet '));
    expect(commands).toEqual(COMMANDS.map(({ name }) => `trustfleet ${name}`));
  });

  it.each(COMMANDS.map(({ name }) => name))('shows the help of %s as it is', async (name) => {
    const { out } = await trustfleet([name, '--help'], fakeIo({ columns: 80 }));
    expect(text).toContain(`## trustfleet ${name}\n\n\`\`\`text\n${out.trimEnd()}\n\`\`\`\n`);
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
    expect(fields.filter((field) => !text.includes(`\`${field}\``))).toEqual([]);
  });
});

describe('docs/errors.md', () => {
  const text = page('errors.md');

  it('explains every code, in order, and no other', () => {
    expect(headings(text, '###')).toEqual(Object.keys(ERRORS));
  });

  it.each(Object.keys(ERRORS) as ErrorCode[])('says of %s what trustfleet says', (code) => {
    const { title, hint, retry } = ERRORS[code];
    const section = text.split(`### ${code}\n`)[1]?.split('\n### ')[0] ?? '';
    expect(section.trim()).toBe(
      [
        `What happened: ${title}.`,
        `Why:`,
        CAUSES[code].map((cause) => `- ${cause}`).join('\n'),
        `What to do: ${hint}.`,
        `Running it again without changing anything: ${retry ? 'may help' : 'will not help'}.`,
      ].join('\n\n'),
    );
  });

  it('has the exit codes and no other', () => {
    const rows = [...text.matchAll(/^\| `(\d+)` \| (.+) \|$/gm)].map(([, code, what]) => [code, what]);
    expect(rows).toEqual(Object.entries(EXIT_CODES));
  });
});
