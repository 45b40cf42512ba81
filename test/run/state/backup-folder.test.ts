import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BackupFolder } from '../../../src/run/state/backup-folder.ts';

const FILES = [
  { name: 'show-clock.txt', content: '! show clock\nhidden 12:00\n' },
  { name: 'certificates/BRANCH.identity.0A.der', content: new Uint8Array([48, 0]) },
];

describe('the folder of backups', () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(path.join(tmpdir(), 'trustfleet-backup-'));
  });
  afterEach(() => rm(dir, { recursive: true }));

  const folderAt = (folder: string): BackupFolder =>
    new BackupFolder({ folder, redact: (text) => text.replace('hidden', '[redacted]') });

  it('keeps files for their owner only, without what is secret', async () => {
    await folderAt(path.join(dir, 'run')).keep('br-1', FILES);
    const file = path.join(dir, 'run', 'br-1', 'show-clock.txt');
    expect(await readFile(file, 'utf8')).toBe('! show clock\n[redacted] 12:00\n');
    const der = path.join(dir, 'run', 'br-1', 'certificates', 'BRANCH.identity.0A.der');
    expect([...(await readFile(der))]).toEqual([48, 0]);
    for (const each of [file, der]) expect((await stat(each)).mode & 0o777).toBe(0o600);
    for (const each of [path.dirname(file), path.dirname(der)])
      expect((await stat(each)).mode & 0o777).toBe(0o700);
  });

  it('never writes over what an earlier attempt found', async () => {
    const folder = folderAt(dir);
    await folder.keep('br-1', FILES);
    await folder.keep('br-1', [{ name: 'show-clock.txt', content: 'later' }]);
    expect((await readdir(dir)).toSorted()).toEqual(['br-1', 'br-1.attempt-2']);
    expect(await readFile(path.join(dir, 'br-1', 'show-clock.txt'), 'utf8')).toContain('12:00');
  });

  it('says so when it cannot', async () => {
    await writeFile(path.join(dir, 'in-the-way'), '');
    await expect(folderAt(path.join(dir, 'in-the-way')).keep('br-1', FILES)).rejects.toMatchObject({
      code: 'state-unwritable',
      message: expect.stringMatching(/^br-1 was not backed up: ENOTDIR/),
    });
  });
});
