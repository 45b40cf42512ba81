import { describe, expect, it } from 'vitest';
import type { MintOutcome } from '../../src/challenge/mint.ts';
import { DeviceError } from '../../src/domain/errors.ts';
import { setUp } from './broker-set-up.ts';
import { failureOf } from './fixtures.ts';
import { settle } from './virtual-timers.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe('the broker before a full service', () => {
  const full: MintOutcome = { kind: 'full', error: new DeviceError('challenge-unavailable', 'full') };

  it('asks again after 2, 4, 8 ... at most 60 seconds, and shows that all slots are taken', async () => {
    const { acquire, refuseAll, asked, timers, slots } = setUp({ capacity: 5 });
    refuseAll(full);
    const waiting = acquire('a');
    await settle();
    expect(slots.at(-1)).toBe('5/5 1');
    const waits: number[] = [];
    for (let tries = 1; tries <= 8; tries += 1) {
      const before = timers.now().getTime();
      timers.skip();
      await settle();
      waits.push((timers.now().getTime() - before) / 1000);
      expect(asked()).toBe(tries + 1);
    }
    expect(waits).toEqual([2, 4, 8, 16, 32, 60, 60, 60]);
    refuseAll(undefined);
    timers.skip();
    expect((await waiting).password?.reveal()).toBe('p1');
    expect(slots.at(-1)).toBe('1/5 0');
  });

  it('asks again one second after a password of our own was used up', async () => {
    const { acquire, refuseAll, timers } = setUp({ capacity: 5 });
    const held = await acquire('a');
    refuseAll(full);
    const waiting = acquire('b');
    await settle();
    for (let tries = 0; tries < 5; tries += 1) {
      timers.skip();
      await settle();
    }
    refuseAll(undefined);
    held.spent();
    timers.pass(1000);
    expect((await waiting).password?.reveal()).toBe('p2');
  });

  it('sends everybody away after an hour of it, and asks once for each who comes then', async () => {
    const { acquire, refuseAll, asked, timers } = setUp({ patienceMs: HOUR });
    refuseAll(full);
    const waiting = Promise.all(['a', 'b'].map((name) => failureOf(acquire(name))));
    const start = timers.now().getTime();
    for (let more = true; more; more = timers.skip()) await settle();
    expect((await waiting).map(({ message }) => message)).toEqual(['full', 'full']);
    expect(timers.now().getTime() - start).toBeGreaterThanOrEqual(HOUR);
    expect(timers.now().getTime() - start).toBeLessThan(HOUR + MINUTE);
    const before = asked();
    expect((await failureOf(acquire('c'))).message).toBe('full');
    expect(asked()).toBe(before + 1);
    expect(timers.waiting).toBe(0);
  });

  it('is patient again when nobody has asked for a while', async () => {
    const { acquire, refuseAll, timers } = setUp({ patienceMs: HOUR });
    refuseAll(full);
    const leaving = new AbortController();
    const left = failureOf(acquire('a', leaving.signal));
    await settle();
    leaving.abort();
    await left;
    timers.pass(2 * HOUR);
    const waiting = acquire('b');
    await settle();
    refuseAll(undefined);
    timers.pass(2000);
    expect((await waiting).password?.reveal()).toBe('p1');
  });

  it('leaves no timer behind when the last one in line has left', async () => {
    const { acquire, refuseAll, timers } = setUp({});
    refuseAll(full);
    const leaving = new AbortController();
    const left = failureOf(acquire('a', leaving.signal));
    await settle();
    expect(timers.waiting).toBe(1);
    leaving.abort();
    await left;
    expect(timers.waiting).toBe(0);
  });
});
