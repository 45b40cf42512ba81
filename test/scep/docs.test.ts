import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

import { describe, expect, it } from 'vitest';

import { SCEP_ERRORS } from '../../src/scep/index.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const page = await readFile(path.join(ROOT, 'docs/scep.md'), 'utf8');

function block(language: string): string {
  const found = new RegExp(`^\`\`\`${language}\n(?<code>.*?)^\`\`\``, 'ms').exec(page)?.groups?.code;
  if (found === undefined) throw new Error(`docs/scep.md has no ${language} block`);
  return found;
}

describe('docs/scep.md', () => {
  it('has an example that runs and prints what it says', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'trustfleet-docs-'));
    try {
      const library = pathToFileURL(path.join(ROOT, 'src/scep/index.ts')).href;
      const file = path.join(folder, 'example.mjs');
      await writeFile(file, block('js').replace("'trustfleet/scep'", `'${library}'`));
      const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', file], {
        cwd: ROOT,
      });
      expect(stdout).toBe(block('text'));
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('lists every error code with its meaning, and no other', () => {
    const listed = [...page.matchAll(/^\| `(?<code>[a-z-]+)` \| (?<meaning>[^|]+) \|$/gm)];
    expect(Object.fromEntries(listed.map(({ groups }) => [groups?.code, groups?.meaning]))).toEqual(
      SCEP_ERRORS,
    );
  });

  it('names only what the library exports', async () => {
    const library = Object.keys(await import('../../src/scep/index.ts'));
    const parts = /take the parts: (?<list>[^.]+)\./s.exec(page)?.groups?.list ?? '';
    const names = [...parts.matchAll(/`(?<name>[A-Za-z]+)/g)].map(({ groups }) => groups?.name);
    expect(names.length).toBeGreaterThan(5);
    expect(names.filter((name) => name !== 'extensionRequestForm' && !library.includes(name ?? ''))).toEqual(
      [],
    );
  });
});
