import { appendFileSync } from 'node:fs';
import path from 'node:path';
import type {
  ChallengeLedger,
  ChallengeRequest,
  ChallengeService,
  LedgerAnswer,
  LedgerEntry,
  OutstandingChallenge,
  RouterShows,
} from '../../challenge/ledger.ts';
import { RUNS_FOLDER, type StateStore } from './store.ts';
import { takeTurn } from './turns.ts';

/** The ledger's lines of a run, in its folder: the state file can be made anew from them. */
export const CHALLENGES_FILE = 'challenges.jsonl';

/**
 * What became of a password. `minting`, `held`, `free` (came back unused) and `perhaps` (nobody can tell whether it was made)
 * may be unspent, and so is `forgotten` for the service: the operator said that its device need not wait for it. `doubt`: nobody saw
 * whether it was used; the service itself says when it still counts it.
 */
export type ChallengeState =
  | 'minting'
  | 'held'
  | 'free'
  | 'perhaps'
  | 'doubt'
  | 'forgotten'
  | 'spent'
  | 'none';

/** It takes a slot of the service until it expires. */
export const TAKES_SLOT = "('minting', 'held', 'free', 'perhaps', 'forgotten')";
/** Its device gets no other one until it expires. */
export const MAY_BE_UNSPENT = "('minting', 'held', 'free', 'perhaps', 'doubt')";
/** What this run's own broker does not know to be outstanding. */
const LET_GO: ReadonlySet<unknown> = new Set(['perhaps', 'doubt']);

/** More than its life, by this share: nobody saw when it was made. */
const MARGIN = 1.05;

/** The lines of one run in the ledger that all runs of a state directory share. */
export class RunLedger {
  readonly #store: StateStore;
  readonly #run: string;
  readonly #now: () => Date;
  /** Certificates that routers were seen to hold before anything was done, by request. */
  readonly #serials = new Map<string, string>();

  constructor(store: StateStore, run: string, now: () => Date) {
    this.#store = store;
    this.#run = run;
    this.#now = now;
  }

  /** The ledger as the broker of one service sees it. */
  of(service: ChallengeService): ChallengeLedger {
    return {
      begin: (request) => this.#store.transaction('durable', () => this.#begin(service, request)),
      outstanding: (request) => this.#outstanding(service, request),
      routerShows: (request, shown) => this.#routerShows(service, request, shown),
    };
  }

  /** The operator knows better: the devices need not wait for what is outstanding. Throws DeviceError `state-unwritable`. */
  forget(devices: readonly string[]): void {
    this.#store.transaction('durable', () => {
      for (const device of devices) {
        const open = `SELECT id FROM challenges WHERE device = ? AND state IN ${MAY_BE_UNSPENT}`;
        for (const { id } of this.#store.all(open, device)) this.#set(Number(id), { state: 'forgotten' });
      }
    });
  }

  #begin({ key, authority, capacity, lifeMs }: ChallengeService, request: ChallengeRequest): LedgerAnswer {
    const now = this.#now().getTime();
    const outstanding = this.#outstanding({ key }, request, 'all');
    if (outstanding !== undefined) return { kind: 'outstanding', outstanding };
    if (capacity !== Number.POSITIVE_INFINITY) {
      const rows = this.#store.all(
        `SELECT expires_at, life FROM challenges WHERE service = ? AND state IN ${TAKES_SLOT}`,
        key,
      );
      const taken = rows.filter((row) => (endOf(row, now) ?? Number.POSITIVE_INFINITY) > now).length;
      const turn = { store: this.#store, service: key, run: this.#run };
      if (!takeTurn(turn, capacity - taken, now)) return { kind: 'full' };
    }
    const id = this.#store.next();
    const { device, trustpoint } = request;
    const life = lifeMs ?? null;
    const row = {
      id,
      run: this.#run,
      service: key,
      authority,
      device,
      trustpoint,
      replaces: this.#serials.get(identity(request)) ?? null,
      state: 'minting',
      begun_at: now,
      life,
      expires_at: life === null ? null : Math.ceil(now + life * MARGIN),
      settled_at: null,
    } as const;
    this.#store.run(
      'INSERT INTO challenges VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
      ...Object.values(row),
    );
    this.#append(row);
    return { kind: 'entry', entry: this.#entry(id, request) };
  }

  #entry(id: number, begun: ChallengeRequest): LedgerEntry {
    // A line that cannot be written stays as it is, and so does one that a power failure takes back: that is on the safe
    // side, the password may be unspent.
    const note = (change: Change): void => {
      try {
        this.#store.transaction('quick', () => this.#set(id, change));
      } catch {}
    };
    const settled = (state: ChallengeState): Change => ({ state, settled_at: this.#now().getTime() });
    return {
      minted: (lifeMs) => {
        const life = lifeMs ?? null;
        const expires = life === null ? null : this.#now().getTime() + life;
        note({ state: 'free', life, expires_at: expires });
      },
      notMinted: () => note(settled('none')),
      perhapsMinted: () => note({ state: 'perhaps' }),
      given: ({ device, trustpoint }) => {
        const isOther = device !== begun.device || trustpoint !== begun.trustpoint;
        const replaces = this.#serials.get(identity({ device, trustpoint })) ?? null;
        this.#store.transaction(isOther ? 'durable' : 'quick', () =>
          this.#set(id, { state: 'held', device, trustpoint, replaces }),
        );
      },
      spent: () => note(settled('spent')),
      doubted: () => note({ state: 'doubt' }),
      released: () => note({ state: 'free' }),
    };
  }

  /** Of this run only what its own broker does not hold, unless all are asked for. */
  #outstanding(
    { key }: Pick<ChallengeService, 'key'>,
    { device, trustpoint }: ChallengeRequest,
    which: 'others' | 'all' = 'others',
  ): OutstandingChallenge | undefined {
    const now = this.#now().getTime();
    return this.#store
      .all(
        `SELECT run, state, begun_at, life, expires_at FROM challenges
           WHERE device = ? AND trustpoint = ? AND service = ? AND state IN ${MAY_BE_UNSPENT}`,
        device,
        trustpoint,
        key,
      )
      .filter((row) => which === 'all' || row.run !== this.#run || LET_GO.has(row.state))
      .map((row) => ({ run: String(row.run), since: new Date(Number(row.begun_at)), end: endOf(row, now) }))
      .filter(({ end }) => end === undefined || end > now)
      .toSorted((a, b) => (b.end ?? Number.POSITIVE_INFINITY) - (a.end ?? Number.POSITIVE_INFINITY))
      .map(({ run, since, end }) => ({
        run,
        since,
        expiresAt: end === undefined ? undefined : new Date(end),
      }))[0];
  }

  #routerShows({ key }: ChallengeService, request: ChallengeRequest, { pending, serial }: RouterShows): void {
    const { device, trustpoint } = request;
    const shown = serial === undefined ? null : normal(serial);
    if (shown === null) this.#serials.delete(identity(request));
    else this.#serials.set(identity(request), shown);
    const open = this.#store.all(
      `SELECT id, run, state, replaces FROM challenges WHERE device = ? AND trustpoint = ? AND service = ? AND state IN ${MAY_BE_UNSPENT}`,
      device,
      trustpoint,
      key,
    );
    const used = open
      .filter((row) => row.run !== this.#run || LET_GO.has(row.state))
      .filter(({ replaces }) => pending || (shown !== null && shown !== replaces));
    if (used.length === 0) return;
    const settled_at = this.#now().getTime();
    this.#store.transaction('durable', () => {
      for (const { id } of used) this.#set(Number(id), { state: 'spent', settled_at });
    });
  }

  #set(id: number, change: Change): void {
    const columns = Object.keys(change);
    this.#store.run(
      `UPDATE challenges SET ${columns.map((column) => `${column} = ?`).join(', ')} WHERE id = ?`,
      ...Object.values(change),
      id,
    );
    this.#append({ id, ...change });
  }

  #append(line: Readonly<Record<string, string | number | null>>): void {
    const file = path.join(this.#store.folder, RUNS_FOLDER, this.#run, CHALLENGES_FILE);
    appendFileSync(file, `${JSON.stringify(line)}\n`, { mode: 0o600 });
  }
}

type Change = { state: ChallengeState } & Readonly<Record<string, string | number | null>>;

/**
 * When a password has expired, in milliseconds since the epoch; undefined when nobody knows. Never further away than its whole life,
 * whatever the clock did meanwhile.
 */
export function endOf(
  { expires_at: expiresAt, life }: { readonly expires_at?: unknown; readonly life?: unknown },
  now: number,
): number | undefined {
  if (typeof expiresAt !== 'number' || typeof life !== 'number') return undefined;
  return Math.min(expiresAt, Math.ceil(now + life * MARGIN));
}

function identity({ device, trustpoint }: ChallengeRequest): string {
  return JSON.stringify([device, trustpoint]);
}

/** Some commands print leading zeros, others do not. */
function normal(serial: string): string {
  return serial.toUpperCase().replace(/^0+(?=.)/, '');
}
