import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Journal, type JournalOptions, openJournal } from '../../../src/run/state/journal.ts';
import type { StateStore } from '../../../src/run/state/store.ts';

export function aStateFolder(): string {
  return path.join(mkdtempSync(path.join(tmpdir(), 'trustfleet-state-')), '.trustfleet');
}

/** A clock that goes on by a second at each look, from a moment that can be set. */
export function aClock(start = '2026-11-21T02:00:00.000Z'): (() => Date) & { set(at: string): void } {
  let next = Date.parse(start);
  const now = (): Date => {
    next += 1_000;
    return new Date(next - 1_000);
  };
  return Object.assign(now, {
    set(at: string): void {
      next = Date.parse(at);
    },
  });
}

export function aJournal(store: StateStore, options: Partial<JournalOptions> = {}): Journal {
  return openJournal(store, {
    id: 'run-1',
    command: 'enroll',
    devices: ['br-1', 'br-2', 'br-3'],
    exclusive: true,
    now: aClock(),
    ...options,
  });
}

/** What a kill leaves: the files as they are, the lock given back, nothing finished. */
export function kill(journal: Journal, store: StateStore): void {
  journal[Symbol.dispose]();
  store.close();
}
