import { existsSync, mkdirSync, mkdtempSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { InputError } from '../../../src/domain/errors.ts';
import { makeFolder } from '../../../src/run/state/make-folder.ts';
import { StateStore } from '../../../src/run/state/store.ts';

describe('a folder that is made', () => {
  let root: string;

  beforeEach(() => {
    root = mkdtempSync(path.join(tmpdir(), 'trustfleet-folder-'));
  });

  it('has all that lead to it, with the mode asked for', () => {
    const folder = path.join(root, 'a', 'b', 'c');
    makeFolder(folder, 0o700);
    expect([folder, path.dirname(folder)].map((each) => statSync(each).mode & 0o777)).toEqual([0o700, 0o700]);
  });

  it('may be there already, also behind a link', () => {
    mkdirSync(path.join(root, 'there'));
    symlinkSync('there', path.join(root, 'link'));
    makeFolder(path.join(root, 'there'));
    makeFolder(path.join(root, 'link'));
    makeFolder(path.join(root, 'link', 'more'));
    expect(existsSync(path.join(root, 'there', 'more'))).toBe(true);
  });

  it('is none where a file stands', () => {
    writeFileSync(path.join(root, 'file'), '');
    expect(() => makeFolder(path.join(root, 'file'))).toThrow(/EEXIST/);
    expect(() => makeFolder(path.join(root, 'file', 'more'))).toThrow(/ENOTDIR/);
  });

  // Node's own recursive mkdir never comes back from there.
  it.runIf(existsSync('/proc/self'))('is refused where the system lets nobody make one', () => {
    expect(() => makeFolder('/proc/trustfleet/state')).toThrow(/ENOENT/);
    expect(() => StateStore.open('/proc/trustfleet')).toThrow(InputError);
  });
});
