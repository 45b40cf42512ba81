import { existsSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../../src/domain/errors.ts';
import { rebuildState } from '../../../src/run/state/rebuild.ts';
import { loadSqlite } from '../../../src/run/state/sqlite.ts';
import { StateStore } from '../../../src/run/state/store.ts';
import { aResult } from '../a-device.ts';
import { aJournal, aStateFolder } from './worlds.ts';

/** What opening a state directory was refused with. */
function refusalOf(folder: string): string {
  try {
    StateStore.open(folder).close();
  } catch (thrown) {
    if (thrown instanceof InputError) return thrown.message;
    throw thrown;
  }
  return 'it was opened';
}

/** A state file that holds a run, all of it in the one file. */
function aUsedFolder(): string {
  const folder = aStateFolder();
  using store = StateStore.open(folder);
  using journal = aJournal(store);
  journal.begin('br-1');
  journal.reporter.onEvent({ type: 'device-finished', result: aResult('br-1'), at: new Date() });
  journal.end('br-1');
  store.settle();
  return folder;
}

describe('a state file', () => {
  it('of an older trustfleet is brought up to date, and keeps what it holds', () => {
    const folder = aUsedFolder();
    const file = path.join(folder, 'state.db');
    const db = loadSqlite()(file);
    db.exec(
      `ALTER TABLE run_devices DROP COLUMN retirable; ALTER TABLE runs DROP COLUMN settings; DROP TABLE challenge_waits; PRAGMA user_version = 1`,
    );
    db.close();
    using store = StateStore.open(folder);
    using journal = aJournal(store, { id: 'run-2' });
    journal.begin('br-1');
    const result = aResult('br-1', 'verified', { retirable: ['BRANCH'] });
    journal.reporter.onEvent({ type: 'device-finished', result, at: new Date() });
    journal.end('br-1');
    const rows = store.all('SELECT run, retirable FROM run_devices WHERE device = ? ORDER BY seq', 'br-1');
    expect(rows.map(({ retirable }) => retirable)).toEqual([null, 'BRANCH']);
  });

  it('of a newer trustfleet is refused, and stays as it is', () => {
    const folder = aUsedFolder();
    const db = loadSqlite()(path.join(folder, 'state.db'));
    db.exec('PRAGMA user_version = 7');
    db.close();
    expect(refusalOf(folder)).toMatch(
      /state\.db was written by a newer trustfleet \(schema 7, this one knows 4\)/,
    );
    expect(refusalOf(folder)).toContain('schema 7');
  });

  it.each([
    ['cut in the middle', (file: string) => truncateSync(file, Math.floor(statSync(file).size / 2))],
    ['cut in the middle of a page', (file: string) => truncateSync(file, 5_000)],
    ['overwritten', (file: string) => writeFileSync(file, 'not at all a state file\n'.repeat(500))],
    ['emptied', (file: string) => truncateSync(file, 0)],
    ['removed', (file: string) => rmSync(file)],
  ])('%s is called damaged and stays where it is, until it is made anew', (_, damage) => {
    const folder = aUsedFolder();
    const file = path.join(folder, 'state.db');
    for (const end of ['-wal', '-shm']) rmSync(`${file}${end}`, { force: true });
    damage(file);
    const size = existsSync(file) ? statSync(file).size : undefined;

    expect(refusalOf(folder)).toMatch(/the state file is damaged: .*trustfleet status --rebuild/s);
    expect(existsSync(file) ? statSync(file).size : undefined).toBe(size);

    const { runs, kept } = rebuildState(folder, new Date('2026-11-21T03:00:00Z'));
    expect(runs).toBe(1);
    expect(kept === undefined ? undefined : statSync(kept).size).toBe(size);
    using store = StateStore.open(folder);
    expect(store.all('SELECT id, command FROM runs')).toEqual([{ id: 'run-1', command: 'enroll' }]);
    expect(store.all("SELECT state FROM run_devices WHERE device = 'br-1'")).toEqual([{ state: 'verified' }]);
  });

  it('is not made anew while a run is at work', () => {
    const folder = aStateFolder();
    using store = StateStore.open(folder);
    using _journal = aJournal(store);
    expect(() => rebuildState(folder, new Date())).toThrow(/is not made anew while run run-1 is at work/);
    expect(readdirSync(folder).filter((name) => name.includes('damaged'))).toEqual([]);
  });

  it('that cannot be made is an input that is wrong', () => {
    const folder = aStateFolder();
    writeFileSync(folder, 'a file in its place');
    expect(refusalOf(folder)).toMatch(/the state file cannot be used/);
  });

  it('rolls back what was not finished, and goes on', () => {
    using store = StateStore.open(aStateFolder());
    expect(() =>
      store.transaction('durable', () => {
        store.next();
        throw new TypeError('in the middle');
      }),
    ).toThrow(TypeError);
    expect(store.transaction('quick', () => store.next())).toBe(1);
  });

  it('in which nothing was ever run is there after opening, and nothing else', () => {
    const folder = aStateFolder();
    StateStore.open(folder).close();
    expect(readdirSync(folder).filter((name) => !/^state\.db(?:-wal|-shm)?$/.test(name))).toEqual([]);
  });
});
