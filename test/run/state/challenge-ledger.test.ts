import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ChallengeBroker } from '../../../src/challenge/broker.ts';
import type { MintOutcome } from '../../../src/challenge/mint.ts';
import { DeviceError } from '../../../src/domain/errors.ts';
import { Secret } from '../../../src/domain/secret.ts';
import { endOf, RunLedger } from '../../../src/run/state/challenge-ledger.ts';
import { unspentByDevice } from '../../../src/run/state/device-states.ts';
import type { Journal } from '../../../src/run/state/journal.ts';
import { rebuildState } from '../../../src/run/state/rebuild.ts';
import { StateStore } from '../../../src/run/state/store.ts';
import { device, failureOf, forever, trustpoint } from '../../challenge/fixtures.ts';
import { settle, VirtualTimers } from '../../challenge/virtual-timers.ts';
import { aJournal, aStateFolder, kill } from './worlds.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

interface World {
  readonly folder: string;
  readonly timers: VirtualTimers;
  /** A run in a process of its own, as far as its connection goes. */
  readonly run: (id: string, life?: number, outcome?: MintOutcome) => Run;
}

interface Run {
  readonly store: StateStore;
  readonly journal: Journal;
  readonly ledger: RunLedger;
  readonly broker: ChallengeBroker;
  readonly minted: string[];
  readonly kill: () => void;
}

function aWorld({ capacity = 2 } = {}): World {
  const folder = aStateFolder();
  const timers = new VirtualTimers();
  return {
    folder,
    timers,
    run(id, life = HOUR, outcome) {
      const store = StateStore.open(folder);
      const journal = aJournal(store, { id, now: () => timers.now() });
      const ledger = new RunLedger(store, id, () => timers.now());
      const minted: string[] = [];
      const broker = new ChallengeBroker(
        {
          capacity,
          atOnce: 1,
          reuse: 'any-device',
          mint: async ({ name }) => {
            minted.push(name);
            if (outcome !== undefined) return outcome;
            const password = Secret.acquired(`secret-of-${name}-${id}`, 'test');
            return { kind: 'minted', password: { password, validityMs: life } };
          },
        },
        {
          timers,
          patienceMs: HOUR,
          authority: 'lab-ca',
          ledger: ledger.of({ key: 'ndes x', authority: 'lab-ca', capacity, lifeMs: life }),
        },
      );
      return { store, journal, ledger, broker, minted, kill: () => kill(journal, store) };
    },
  };
}

const ask = ({ broker }: Run, name: string) => broker.acquire(device(name), trustpoint(), forever);

describe('the ledger of challenge passwords', () => {
  it('holds a line before the password is asked for, and never the password', async () => {
    const { run, folder, timers } = aWorld();
    const first = run('run-1');
    const challenge = await ask(first, 'br-1');
    const rows = first.store.all('SELECT device, trustpoint, state, expires_at FROM challenges');
    expect(rows).toEqual([
      {
        device: 'br-1',
        trustpoint: 'BRANCH',
        state: 'held',
        expires_at: timers.now().getTime() + HOUR,
      },
    ]);
    challenge.spent();
    expect(first.store.all('SELECT state FROM challenges')).toEqual([{ state: 'spent' }]);
    for (const name of ['state.db', 'state.db-wal', 'runs/run-1/challenges.jsonl']) {
      expect(readFileSync(path.join(folder, name), 'latin1'), name).not.toContain('secret-of');
    }
  });

  it('that cannot be written keeps a password from being asked for', async () => {
    const { run } = aWorld({ capacity: 10_000 });
    const first = run('run-1');
    const [{ page_count: pages = 1 } = {}] = first.store.all('PRAGMA page_count');
    first.store.run(`PRAGMA max_page_count = ${pages}`);
    let given = 0;
    const askAll = async (): Promise<void> => {
      for (; given < 1_000; given += 1) await ask(first, `br-${given}`);
    };
    const error = await failureOf(askAll());
    expect(error.code).toBe('state-unwritable');
    expect(error.message).toContain('the disk is full');
    // Not one was asked for that has no line.
    expect(first.store.all('SELECT count(*) AS n FROM challenges')).toEqual([{ n: first.minted.length }]);
    expect(first.minted.length - given).toBeLessThanOrEqual(1);
  });

  it.each([
    ['held by a device', async (run: Run) => void (await ask(run, 'br-1'))],
    ['given back unused', async (run: Run) => (await ask(run, 'br-1')).release()],
    ['in doubt', async (run: Run) => (await ask(run, 'br-1')).inDoubt?.()],
  ])(
    'gives a device no second one while the first, %s when its run ended, may be unspent',
    async (_, leave) => {
      const { run, timers } = aWorld();
      const first = run('run-1');
      await leave(first);
      first.kill();

      timers.pass(10 * MINUTE);
      const second = run('run-2');
      const error = await failureOf(second.broker.ready(device('br-1'), trustpoint(), forever));
      expect(error).toMatchObject({
        code: 'challenge-outstanding',
        message:
          'the challenge password of lab-ca for this device may be unspent, until 2026-03-01T13:00:00.000Z',
      });
      expect(error.hint).toContain('--forget-challenge');
      expect((await failureOf(ask(second, 'br-1'))).code).toBe('challenge-outstanding');
      expect(second.minted).toEqual([]);
      expect(unspentByDevice(second.store, timers.now()).get('br-1')).toMatchObject([
        { authority: 'lab-ca', run: 'run-1', until: '2026-03-01T13:00:00.000Z' },
      ]);
      await ask(second, 'br-2');
      expect(second.minted).toEqual(['br-2']);
    },
  );

  it('makes a device wait when the end of the first is near', async () => {
    const { run, timers } = aWorld();
    const first = run('run-1');
    await ask(first, 'br-1');
    first.kill();
    timers.pass(56 * MINUTE);
    const second = run('run-2');
    const ready = second.broker.ready(device('br-1'), trustpoint(), forever).then(() => 'ready');
    await settle();
    timers.pass(4 * MINUTE + 1_000);
    expect(await ready).toBe('ready');
    await ask(second, 'br-1');
    expect(second.minted).toEqual(['br-1']);
  });

  it('lets the wait end with the device', async () => {
    const { run, timers } = aWorld();
    const first = run('run-1');
    await ask(first, 'br-1');
    first.kill();
    timers.pass(58 * MINUTE);
    const stop = new AbortController();
    const waiting = failureOf(run('run-2').broker.ready(device('br-1'), trustpoint(), stop.signal));
    stop.abort(new DeviceError('timeout', 'the deadline'));
    expect((await waiting).code).toBe('timeout');
  });

  it.each([
    ['a request that waits for the CA', { pending: true, serial: undefined }, true],
    ['a certificate where there was none', { pending: false, serial: '0A1B' }, true],
    ['nothing', { pending: false, serial: undefined }, false],
  ])('learns from a router that shows %s what became of the first', async (_, shown, isSpent) => {
    const { run } = aWorld();
    const first = run('run-1');
    first.broker.routerShows(device('br-1'), trustpoint(), { pending: false, serial: undefined });
    await ask(first, 'br-1');
    first.kill();
    const second = run('run-2');
    second.broker.routerShows(device('br-1'), trustpoint(), shown);
    expect(second.store.all('SELECT state FROM challenges')).toEqual([{ state: isSpent ? 'spent' : 'held' }]);
  });

  it('does not take the certificate that was to be replaced for the new one', async () => {
    const { run } = aWorld();
    const first = run('run-1');
    first.broker.routerShows(device('br-1'), trustpoint(), { pending: false, serial: '0A1B' });
    await ask(first, 'br-1');
    first.kill();
    const second = run('run-2');
    second.broker.routerShows(device('br-1'), trustpoint(), { pending: false, serial: 'A1B' });
    expect(second.store.all('SELECT state FROM challenges')).toEqual([{ state: 'held' }]);
    second.broker.routerShows(device('br-1'), trustpoint(), { pending: false, serial: '0A1C' });
    expect(second.store.all('SELECT state FROM challenges')).toEqual([{ state: 'spent' }]);
  });

  it.each([1, 2])('lets no run starve beside one with many routers, with %i slots', async (capacity) => {
    const { run, timers } = aWorld({ capacity });
    const many = run('run-1');
    const few = run('run-2');
    const order: string[] = [];
    const spend = async (which: Run, name: string): Promise<void> => {
      const challenge = await ask(which, name);
      order.push(name);
      timers.after(2_000, () => challenge.spent());
    };
    const all = Array.from({ length: 12 }, (_, index) => spend(many, `many-${index}`));
    await settle();
    all.push(spend(few, 'few-0'), spend(few, 'few-1'));
    for (let waited = 0; order.length < all.length && waited < 120_000; waited += 100) {
      await settle();
      timers.pass(100);
    }
    await Promise.all(all);
    // Run by run in turn: nobody has two before it while it waits.
    expect(order.indexOf('few-0')).toBeLessThanOrEqual(2 * capacity);
    expect(order.indexOf('few-1')).toBeLessThanOrEqual(4 * capacity);
  });

  it('does not wait for a run that has ended while it waited', async () => {
    const { run, timers } = aWorld({ capacity: 1 });
    const first = run('run-1');
    const held = await ask(first, 'br-1');
    const second = run('run-2');
    const left = ask(second, 'br-2').catch(() => undefined);
    await settle();
    second.kill();
    held.spent();
    const next = ask(first, 'br-3');
    await settle();
    timers.pass(4_000);
    expect((await next).password?.reveal()).toContain('br-3');
    await left;
  });

  it('counts the passwords of earlier and other runs among the slots, until they are spent or expire', async () => {
    const { run, timers } = aWorld({ capacity: 2 });
    const dead = run('run-1');
    await ask(dead, 'br-1');
    dead.kill();
    const other = run('run-2');
    const theirs = await ask(other, 'br-2');

    const mine = run('run-3');
    const waiting = ask(mine, 'br-3');
    await settle();
    expect(mine.minted).toEqual([]);
    theirs.spent();
    timers.pass(1_000);
    await waiting;
    expect(mine.minted).toEqual(['br-3']);
    const later = ask(mine, 'br-4');
    await settle();
    expect(mine.minted).toEqual(['br-3']);
    timers.pass(HOUR + MINUTE);
    await later;
    expect(mine.minted).toEqual(['br-3', 'br-4']);
  });

  it('is overruled by the operator for a device, and still counts the slot', async () => {
    const { run } = aWorld({ capacity: 1 });
    const first = run('run-1');
    await ask(first, 'br-1');
    first.kill();
    const second = run('run-2');
    second.ledger.forget(['br-1']);
    await second.broker.ready(device('br-1'), trustpoint(), forever);
    void ask(second, 'br-1');
    await settle();
    expect(second.minted).toEqual([]);
    expect(second.store.all('SELECT state FROM challenges')).toEqual([{ state: 'forgotten' }]);
  });

  it('remembers a visit of which nobody knows whether it made a password, and forgets one that made none', async () => {
    const error = new DeviceError('challenge-unavailable', 'no answer');
    const refused = (perhapsMinted: boolean): MintOutcome => ({
      kind: 'refused',
      error,
      final: false,
      perhapsMinted,
    });
    const { run } = aWorld();
    const first = run('run-1', HOUR, refused(true));
    await failureOf(ask(first, 'br-1'));
    expect((await failureOf(ask(first, 'br-1'))).code).toBe('challenge-outstanding');
    const second = run('run-2', HOUR, refused(false));
    await failureOf(ask(second, 'br-2'));
    expect((await failureOf(ask(second, 'br-2'))).code).toBe('challenge-unavailable');
    expect(second.minted).toEqual(['br-2', 'br-2']);
  });

  it('is the same when the state file was made anew from the logs', async () => {
    const { run, folder, timers } = aWorld();
    const first = run('run-1');
    await ask(first, 'br-1');
    (await ask(first, 'br-2')).spent();
    const rows = first.store.all('SELECT * FROM challenges ORDER BY id');
    first.kill();
    rebuildState(folder, timers.now());
    const second = run('run-2');
    expect(second.store.all('SELECT * FROM challenges ORDER BY id')).toEqual(rows);
    expect((await failureOf(ask(second, 'br-1'))).code).toBe('challenge-outstanding');
    await ask(second, 'br-3');
  });
});

describe('the end of a password', () => {
  it('is never further away than its life, whatever the clock did, and never later for that', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), fc.integer({ min: 1, max: HOUR }), (expires, now, life) => {
        const end = endOf({ expires_at: expires, life }, now) ?? Number.NaN;
        expect(end).toBeLessThanOrEqual(Math.min(expires, now + life * 1.05 + 1));
        expect(end === expires || end >= now + life).toBe(true);
      }),
    );
  });

  it('is not known where nobody said how long it lives', () => {
    expect(endOf({ expires_at: null, life: null }, 1)).toBeUndefined();
  });
});
