import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const SRC = path.resolve(import.meta.dirname, '../../src');
const STATIC = /^(?:import|export)\s+(?!type\b)(?:[^;'"]*?\sfrom\s+)?'(?<specifier>[^']+)'/gm;

/** What is loaded before a command runs: the files of src, and the packages. */
function loadedBy(entry: string): { files: readonly string[]; packages: readonly string[] } {
  const files = new Set([path.join(SRC, entry)]);
  const packages = new Set<string>();
  // A set takes what is added while it is walked.
  for (const file of files) {
    for (const { groups } of readFileSync(file, 'utf8').matchAll(STATIC)) {
      const specifier = groups?.specifier ?? '';
      if (specifier.startsWith('.')) files.add(path.resolve(path.dirname(file), specifier));
      else if (!specifier.startsWith('node:')) packages.add(specifier);
    }
  }
  return { files: [...files].map((file) => path.relative(SRC, file)), packages: [...packages].sort() };
}

describe('the start of the program', () => {
  it('loads the parser of the command line and colors, no other package', () => {
    expect(loadedBy('cli/main.ts').packages).toEqual(['commander', 'yoctocolors']);
  });

  it('loads neither the reader of inventories nor any command', () => {
    const { files } = loadedBy('cli/main.ts');
    expect(files).toContain(path.join('cli', 'program.ts'));
    expect(
      files.filter((file) => /^(?:inventory|enrollment|ios|dialogue|pki|scep|lab)\b/.test(file)),
    ).toEqual([]);
    expect(files).not.toContain(path.join('cli', 'enroll.ts'));
  });

  it('is told apart from what a command loads', () => {
    expect(loadedBy('cli/render.ts').packages).toContain('zod');
  });
});
