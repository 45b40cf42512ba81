import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { InputError } from '../../src/domain/errors.ts';

/** A folder with these templates, for the length of the test. */
export function overrides(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'trustfleet-templates-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
  return folder;
}

/** Everything that an InputError said, without the folder of the templates; anything else fails the test. */
export function complaints(act: () => unknown): string {
  try {
    act();
  } catch (thrown) {
    if (!(thrown instanceof InputError)) throw thrown;
    return thrown.message.replaceAll(/\S*trustfleet-templates-\w+\//g, '');
  }
  throw new Error('nothing was refused');
}
