import { describe, expect, it } from 'vitest';
import { ChallengeBroker } from '../../src/challenge/broker.ts';
import { DeviceError } from '../../src/domain/errors.ts';
import { Secret } from '../../src/domain/secret.ts';
import { setUp } from './broker-set-up.ts';
import { device, failureOf, forever, trustpoint } from './fixtures.ts';
import { settle, VirtualTimers } from './virtual-timers.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe('the broker', () => {
  it('mints for those who ask and no more than the capacity', async () => {
    const { acquire, minted, slots } = setUp({ capacity: 2 });
    const first = await acquire('a');
    await acquire('b');
    const third = acquire('c');
    await settle();
    expect(minted).toEqual(['p1', 'p2']);
    expect(slots.at(-1)).toBe('2/2 1');
    first.spent();
    expect((await third).password?.reveal()).toBe('p3');
    expect(slots.at(-1)).toBe('2/2 0');
  });

  it('says until when all slots are taken', async () => {
    const { acquire, timers, full } = setUp({ capacity: 2 });
    const first = await acquire('a');
    expect(full.at(-1)).toBeUndefined();
    timers.pass(10 * MINUTE);
    await acquire('b');
    expect(full.at(-1)).toBe('2026-03-01T13:00:00.000Z');
    first.spent();
    expect(full.at(-1)).toBeUndefined();
  });

  it('counts a password of which nobody saw whether it was used until it has expired, and mints all the same', async () => {
    const { acquire, timers, slots, full } = setUp({ capacity: 2 });
    (await acquire('a')).inDoubt?.();
    expect(slots.at(-1)).toBe('1/2 0');
    (await acquire('b')).inDoubt?.();
    (await acquire('c')).spent();
    expect(slots.at(-1)).toBe('2/2 0');
    expect(full.at(-1)).toBe('2026-03-01T13:00:00.000Z');
    timers.pass(HOUR);
    (await acquire('d')).spent();
    expect(slots.at(-1)).toBe('0/2 0');
  });

  it('gives a password that came back to the next in line instead of minting', async () => {
    const { acquire, minted } = setUp({ capacity: 1 });
    const first = await acquire('a');
    const second = acquire('b');
    const third = acquire('c');
    first.release();
    const challenge = await second;
    expect(challenge.password?.reveal()).toBe('p1');
    challenge.spent();
    expect((await third).password?.reveal()).toBe('p2');
    expect(minted).toEqual(['p1', 'p2']);
  });

  it('hands out a password in the first 57 of its 60 minutes only', async () => {
    const { acquire, timers } = setUp({});
    (await acquire('a')).release();
    timers.pass(57 * MINUTE - 1);
    const again = await acquire('b');
    expect(again.password?.reveal()).toBe('p1');
    expect(again.expiresAt).toEqual(new Date('2026-03-01T13:00:00Z'));
    again.release();
    timers.pass(1);
    expect((await acquire('c')).password?.reveal()).toBe('p2');
  });

  it('counts a stale password as a taken slot until it expires', async () => {
    const { acquire, timers, minted } = setUp({ capacity: 1 });
    (await acquire('a')).release();
    timers.pass(58 * MINUTE);
    const next = acquire('b');
    await settle();
    expect(minted).toEqual(['p1']);
    timers.pass(2 * MINUTE);
    expect((await next).password?.reveal()).toBe('p2');
  });

  it('frees the slot of a password that its holder let expire', async () => {
    const { acquire, timers } = setUp({ capacity: 1 });
    await acquire('a');
    const next = acquire('b');
    await settle();
    timers.pass(HOUR);
    expect((await next).password?.reveal()).toBe('p2');
  });

  it('gives nobody a second password while their first is neither spent nor back', async () => {
    const { acquire, minted } = setUp({});
    const first = await acquire('a');
    const second = acquire('a');
    const other = await acquire('b');
    expect(minted).toEqual(['p1', 'p2']);
    first.release();
    expect((await second).password?.reveal()).toBe('p1');
    other.spent();
  });

  it('knows two trustpoints of a device apart', async () => {
    const { broker, minted } = setUp({});
    await broker.acquire(device(), trustpoint('ONE'), forever);
    await broker.acquire(device(), trustpoint('TWO'), forever);
    expect(minted).toEqual(['p1', 'p2']);
  });

  it('ignores what is said of a challenge after its end', async () => {
    const { acquire, minted } = setUp({ capacity: 1 });
    const first = await acquire('a');
    first.spent();
    first.release();
    await acquire('b');
    first.release();
    void acquire('c').catch(() => {});
    await settle();
    expect(minted).toEqual(['p1', 'p2']);
  });

  it('gives the password of somebody who left to the next', async () => {
    const { acquire, minted } = setUp({ capacity: 1 });
    const leaving = new AbortController();
    const left = failureOf(acquire('a', leaving.signal));
    const next = acquire('b');
    leaving.abort();
    expect((await left).code).toBe('interrupted');
    expect((await next).password?.reveal()).toBe('p1');
    expect(minted).toEqual(['p1']);
  });

  it('keeps the password of somebody who left for whoever comes', async () => {
    const { acquire, minted } = setUp({ capacity: 1 });
    const leaving = new AbortController();
    const left = failureOf(acquire('a', leaving.signal));
    leaving.abort();
    await left;
    await settle();
    expect((await acquire('b')).password?.reveal()).toBe('p1');
    expect(minted).toEqual(['p1']);
  });

  it('mints nothing for a signal that fired before, and keeps a reason that is a DeviceError', async () => {
    const { acquire, minted } = setUp({});
    const reason = new DeviceError('timeout', 'the device took too long');
    expect(await failureOf(acquire('a', AbortSignal.abort(reason)))).toBe(reason);
    expect((await failureOf(acquire('a', AbortSignal.abort()))).code).toBe('interrupted');
    expect(minted).toEqual([]);
  });

  it('fails one device with a refusal, and asks again for the next', async () => {
    const { acquire, refuseNext } = setUp({});
    const error = new DeviceError('challenge-unavailable', 'HTTP 500');
    refuseNext({ kind: 'refused', error, final: false });
    const [first, second] = [failureOf(acquire('a')), acquire('b')];
    expect(await first).toBe(error);
    expect((await second).password?.reveal()).toBe('p1');
  });

  it('fails everybody, now and later, with a final refusal', async () => {
    const { acquire, refuseNext, asked } = setUp({});
    const error = new DeviceError('challenge-unavailable', 'account refused');
    refuseNext({ kind: 'refused', error, final: true });
    expect(await Promise.all(['a', 'b'].map((name) => failureOf(acquire(name))))).toEqual([error, error]);
    expect(await failureOf(acquire('c'))).toBe(error);
    expect(asked()).toBe(1);
  });

  it('turns what a mint throws into an error of the device', async () => {
    const { acquire, refuseNext } = setUp({});
    refuseNext(new Error('a bug'));
    expect(await failureOf(acquire('a'))).toMatchObject({ code: 'internal', message: 'a bug' });
  });

  it('does not mint for ever where passwords are dead on arrival', async () => {
    const { acquire, asked } = setUp({ validityMs: 0 });
    expect((await failureOf(acquire('a'))).message).toBe('the challenge password came too late to be used');
    expect(asked()).toBe(1);
  });
});

describe('the broker before a mint whose passwords are for one request only', () => {
  const same = {
    reuse: 'same-request',
    atOnce: Number.POSITIVE_INFINITY,
    capacity: Number.POSITIVE_INFINITY,
  } as const;

  it('mints for all at once and shows no slots', async () => {
    const { acquire, minted, slots } = setUp(same);
    await Promise.all(['a', 'b', 'c'].map((name) => acquire(name)));
    expect(minted).toEqual(['p1', 'p2', 'p3']);
    expect(slots).toEqual([]);
  });

  it('gives a password that came back to the same device and trustpoint, and to no other', async () => {
    const { acquire } = setUp(same);
    (await acquire('a')).release();
    expect((await acquire('b')).password?.reveal()).toBe('p2');
    expect((await acquire('a')).password?.reveal()).toBe('p1');
  });

  it('stops the mint of somebody who left', async () => {
    const { broker, signals } = setUp({ ...same, never: true });
    const leaving = new AbortController();
    const left = failureOf(broker.acquire(device('a'), trustpoint(), leaving.signal));
    leaving.abort();
    await left;
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
  });
});

describe('a request that comes again while its stopped mint still ends', () => {
  it('gets a password of a new mint, not the error of the old one', async () => {
    let asked = 0;
    const broker = new ChallengeBroker(
      {
        capacity: Number.POSITIVE_INFINITY,
        atOnce: Number.POSITIVE_INFINITY,
        reuse: 'same-request',
        async mint(_device, _trustpoint, signal) {
          asked += 1;
          if (asked > 1) return { kind: 'minted', password: { password: Secret.acquired('p2', 'test') } };
          await new Promise((resolve) => signal.addEventListener('abort', resolve));
          throw new DeviceError('interrupted', 'stopped');
        },
      },
      { timers: new VirtualTimers(), patienceMs: 0 },
    );
    const leaving = new AbortController();
    const left = failureOf(broker.acquire(device(), trustpoint(), leaving.signal));
    leaving.abort();
    const again = broker.acquire(device(), trustpoint(), forever);
    expect((await left).code).toBe('interrupted');
    expect((await again).password?.reveal()).toBe('p2');
  });
});
