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

function block(language: string, place = 0): string {
  const blocks = [...page.matchAll(new RegExp(`^\`\`\`${language}\n(?<code>.*?)^\`\`\``, 'gms'))];
  const found = blocks[place]?.groups?.code;
  if (found === undefined) throw new Error(`docs/scep.md has no ${language} block at ${place}`);
  return found;
}

/** Runs a file that takes the library by the name it is published under. */
async function runExample(code: string): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'trustfleet-docs-'));
  try {
    const library = pathToFileURL(path.join(ROOT, 'src/scep/index.ts')).href;
    const file = path.join(folder, 'example.mjs');
    await writeFile(file, code.replaceAll("'trustfleet/scep'", `'${library}'`));
    const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', file], { cwd: ROOT });
    return stdout;
  } finally {
    await rm(folder, { recursive: true });
  }
}

describe('docs/scep.md', () => {
  it('has an example that runs and prints what it says', async () => {
    expect(await runExample(block('js'))).toBe(block('text'));
  });

  it('has an example of a rollover that works against a CA near its own', async () => {
    const caller = `
import { LabCa } from '${pathToFileURL(path.join(ROOT, 'src/lab/ca/lab-ca.ts')).href}';
import { enrolled } from '${pathToFileURL(path.join(import.meta.dirname, 'enrolled.ts')).href}';
const ca = await LabCa.start({ profile: 'generic', challenge: 'OTP-1', nextCa: true });
const holder = await enrolled(ca.enrollmentUrl, 'OTP-1');
await ahead({ url: ca.enrollmentUrl, holder, pin: (der) => Buffer.compare(der, ca.authority.ca.certificate) === 0 });
await ca.close();
`;
    expect(await runExample(block('js', 1) + caller)).toBe(block('text', 1));
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
