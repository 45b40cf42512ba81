import { mkdirSync, statSync } from 'node:fs';
import path from 'node:path';

/**
 * Makes a folder with all that lead to it; one that is there stays as it is. Node's own recursive mkdir never ends where a
 * folder exists and yet says ENOENT to what is made in it, as /proc does. Throws what mkdir throws.
 */
export function makeFolder(folder: string, mode = 0o777): void {
  const whole = path.resolve(folder);
  try {
    mkdirSync(whole, { mode });
  } catch (thrown) {
    const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
    if (code !== 'ENOENT') {
      if (isFolder(whole)) return;
      throw thrown;
    }
    const parent = path.dirname(whole);
    if (isFolder(parent)) throw thrown;
    makeFolder(parent, mode);
    mkdirSync(whole, { mode });
  }
}

function isFolder(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isDirectory() === true;
}
