import { describe, expect, it } from 'vitest';
import { unspentLines } from '../../src/cli/unspent.ts';
import { RunLedger } from '../../src/run/state/challenge-ledger.ts';
import { openJournal } from '../../src/run/state/journal.ts';
import { StateStore } from '../../src/run/state/store.ts';
import { aStateFolder } from '../run/state/worlds.ts';

const now = (): Date => new Date('2026-11-21T01:00:00Z');

describe('at its end a run tells of challenge passwords', () => {
  it('that it leaves unspent, and of no others', () => {
    using store = StateStore.open(aStateFolder());
    const service = { key: 'ndes x', authority: 'branch-ca', capacity: 100, lifeMs: 3_600_000 };
    const ask = (run: string, device: string) => {
      const answer = new RunLedger(store, run, now).of(service).begin({ device, trustpoint: 'BRANCH' });
      if (answer.kind !== 'entry') throw new Error(answer.kind);
      return answer.entry;
    };
    for (const id of ['run-1', 'run-2']) {
      openJournal(store, { id, command: 'enroll', devices: ['br-1'], exclusive: true, now })[
        Symbol.dispose
      ]();
    }
    ask('run-1', 'br-0');
    ask('run-2', 'br-1').spent();
    ask('run-2', 'br-2').notMinted();
    expect(unspentLines(store, 'run-2', { now: now(), width: 79 })).toEqual([]);

    // Left at a question that nobody knew, its password comes back, and the next device uses it.
    const back = ask('run-2', 'br-5');
    back.minted(3_600_000);
    back.given({ device: 'br-5', trustpoint: 'BRANCH' });
    back.released();
    expect(unspentLines(store, 'run-2', { now: now(), width: 79 })).toHaveLength(5);
    back.given({ device: 'br-6', trustpoint: 'BRANCH' });
    back.spent();
    expect(unspentLines(store, 'run-2', { now: now(), width: 79 })).toEqual([]);

    ask('run-2', 'br-3').minted(3_600_000);
    ask('run-2', 'br-4').minted(undefined);
    expect(unspentLines(store, 'run-2', { now: now(), width: 79 })).toEqual([
      '2 challenge passwords of this run may be unspent: run again (--resume, --last):',
      'each router is read first, and one that made a request or got a certificate',
      'with its password is settled. Another one is asked for when the first has',
      'expired, or with --forget-challenge <device>',
      '  br-3 BRANCH, branch-ca: until 2026-11-21T02:00:00.000Z',
      '  br-4 BRANCH, branch-ca: nobody knows until when',
    ]);
    const later = new Date('2026-11-21T02:00:01Z');
    expect(unspentLines(store, 'run-2', { now: later, width: 79 })).toHaveLength(5);

    for (let n = 10; n < 35; n += 1) ask('run-2', `br-${n}`);
    const lines = unspentLines(store, 'run-2', { now: now(), width: 79 });
    expect(lines).toHaveLength(25);
    expect(lines.at(-1)).toBe('  and 7 more: trustfleet status');
  });
});
