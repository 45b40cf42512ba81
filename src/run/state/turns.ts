import type { StateStore } from './store.ts';

/** How long a run that was told to wait counts as waiting, in milliseconds: it asks again sooner than that, or is gone. */
const STILL_WAITS_MS = 3_000;
/** A mark is not renewed before it is so old, in milliseconds. */
const MARK_AGE_MS = 1_000;

interface Turn {
  readonly store: StateStore;
  readonly service: string;
  readonly run: string;
}

/**
 * Whether it is a run's turn to take one of a service's free slots: there has to be one more than there are runs that have waited
 * longer. So no run of this state directory starves, however many routers another one has. Keeps in mind that a run waits, and no
 * longer when it is its turn. To be called in a transaction.
 */
export function takeTurn({ store, service, run }: Turn, free: number, now: number): boolean {
  const isFresh = (seenAt: unknown): boolean => Math.abs(now - Number(seenAt)) < STILL_WAITS_MS;
  const marks = store
    .all('SELECT run, since, seen_at FROM challenge_waits WHERE service = ?', service)
    .filter((mark) => isFresh(mark.seen_at));
  const own = marks.find((mark) => mark.run === run);
  const since = own === undefined ? Number.POSITIVE_INFINITY : Number(own.since);
  const earlier = marks.filter((mark) => Number(mark.since) < since);
  if (free > earlier.length) {
    store.run('DELETE FROM challenge_waits WHERE service = ? AND run = ?', service, run);
    return true;
  }
  if (own === undefined)
    store.run('INSERT OR REPLACE INTO challenge_waits VALUES (?, ?, ?, ?)', service, run, store.next(), now);
  else if (Math.abs(now - Number(own.seen_at)) >= MARK_AGE_MS)
    store.run('UPDATE challenge_waits SET seen_at = ? WHERE service = ? AND run = ?', now, service, run);
  return false;
}
