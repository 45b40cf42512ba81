import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { anInventory, ENV } from './an-inventory.ts';

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

const MAIN = path.resolve(SRC, '../dist/cli/main.js');

/** Says behind everything else which CommonJS files were loaded, and which parts of Node. */
const TELLTALE = `process.on('exit', () => {
  const parts = process.moduleLoadList.map((name) => name.replace(/^NativeModule /, 'node:'));
  console.error(JSON.stringify([...Object.keys(require.cache), ...parts]));
})`;

/** What the built program had loaded when it ended, however it ended. */
function loadedByProgram(cwd: string, ...argv: readonly string[]): readonly string[] {
  const script = path.join(cwd, 'telltale.cjs');
  writeFileSync(script, TELLTALE);
  const command = ['--require', script, MAIN, ...argv];
  const { stderr } = spawnSync(process.execPath, command, { cwd, env: ENV, encoding: 'utf8' });
  const loaded: unknown = JSON.parse(stderr.trimEnd().split('\n').at(-1) ?? '');
  return z.array(z.string()).parse(loaded);
}

/** What takes long to load: certificates, SSH, the calendar, and what talks to other machines and programs. */
const HEAVY =
  /asn1\.cjs$|croner\.cjs$|[/\\]node_modules[/\\](?:ssh2|pkijs|asn1js)[/\\]|^node:(?:child_process|dgram|https?|tls)$/;

describe('the built program', () => {
  it('shows a router without loading certificates, SSH or the network', () => {
    const loaded = loadedByProgram(anInventory(), 'render', '--limit', 'br-1');
    expect(loaded.filter((name) => HEAVY.test(name))).toEqual([]);
    expect(loaded).toContain('node:fs');
  });

  it('loads SSH with a command that needs it', () => {
    const loaded = loadedByProgram(anInventory(), 'renew', '--calendar', '--offline');
    expect(loaded.some((name) => HEAVY.test(name))).toBe(true);
  });
});
