import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ChallengeBroker } from '../../src/challenge/broker.ts';
import type { ChallengeMint, MintOutcome } from '../../src/challenge/mint.ts';
import { DeviceError, toDeviceError } from '../../src/domain/errors.ts';
import { Secret } from '../../src/domain/secret.ts';
import { device, trustpoint } from './fixtures.ts';
import { VirtualTimers } from './virtual-timers.ts';

const VALIDITY = 3_600_000;

/** What one device does with its turn. */
interface Story {
  readonly name: string;
  readonly end: 'spent' | 'release' | 'leave-in-line' | 'leave-later';
  /** How long it keeps the password. */
  readonly minutes: number;
}

const story: fc.Arbitrary<Story> = fc.record({
  name: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
  end: fc.constantFrom('spent', 'spent', 'release', 'leave-in-line', 'leave-later'),
  minutes: fc.nat(70),
});

/** A service that keeps count itself: other users hold some of its slots for a time. */
class Service {
  readonly outstanding = new Map<string, number>();
  minted = 0;
  answeredFull = 0;
  readonly #timers: VirtualTimers;
  readonly #capacity: number;
  readonly #others: number;
  readonly #othersUntil: number;

  constructor(timers: VirtualTimers, capacity: number, others: number) {
    this.#timers = timers;
    this.#capacity = capacity;
    this.#others = others;
    this.#othersUntil = timers.now().getTime() + VALIDITY / 2;
  }

  mint(): MintOutcome {
    const now = this.#timers.now().getTime();
    for (const [value, until] of this.outstanding) if (until <= now) this.outstanding.delete(value);
    const others = now < this.#othersUntil ? this.#others : 0;
    if (this.outstanding.size + others >= this.#capacity) {
      this.answeredFull += 1;
      return { kind: 'full', error: new DeviceError('challenge-unavailable', 'full') };
    }
    this.minted += 1;
    const value = `p${this.minted}`;
    this.outstanding.set(value, now + VALIDITY);
    return { kind: 'minted', password: { password: Secret.acquired(value, 'test'), validityMs: VALIDITY } };
  }
}

describe('the broker, in every order of events', () => {
  it.each([
    ['alone', 0],
    ['beside other users of the service', 2],
  ])(
    '%s keeps to the capacity, serves everybody in the end, shares and loses no password',
    async (_, others) => {
      await fc.assert(
        fc.asyncProperty(
          fc.scheduler(),
          fc.array(story, { minLength: 1, maxLength: 12 }),
          fc.integer({ min: 1, max: 4 }),
          fc.integer({ min: 1, max: 3 }),
          async (scheduler, stories, capacity, atOnce) => {
            const timers = new VirtualTimers();
            const service = new Service(timers, capacity, Math.min(others, capacity));
            const { broker, problems, inLine } = observedBroker(scheduler, timers, service, {
              capacity,
              atOnce,
            });
            const owners = new Map<string, string>();
            const holding = new Set<string>();
            let finished = 0;
            const actors = stories.map((told, index) =>
              live(told, index).finally(() => {
                finished += 1;
              }),
            );

            while (finished < actors.length) {
              await scheduler.waitIdle();
              if (finished === actors.length) break;
              // Nothing can happen now: either time brings something, or somebody waits for ever.
              if (!timers.skip()) throw new Error(`${actors.length - finished} wait for ever`);
            }
            await Promise.all(actors);

            expect(problems).toEqual([]);
            if (others === 0) expect(service.answeredFull).toBe(0);
            await expectNothingLost();

            async function live({ name, end, minutes }: Story, index: number): Promise<void> {
              const leaving = new AbortController();
              if (end === 'leave-in-line') {
                void scheduler.schedule(Promise.resolve(), `leave ${index}`).then(() => leaving.abort());
              }
              inLine.count += 1;
              const challenge = await broker
                .acquire(device(name), trustpoint(), leaving.signal)
                .catch((error: unknown) => toDeviceError(error));
              inLine.count -= 1;
              if (challenge instanceof DeviceError) {
                if (challenge.code !== 'interrupted') problems.push(challenge.message);
                return;
              }
              const value = challenge.password?.reveal() ?? '';
              if (holding.has(name)) problems.push(`${name} holds two`);
              if (owners.has(value)) problems.push(`${value} is shared`);
              if ((service.outstanding.get(value) ?? 0) <= timers.now().getTime())
                problems.push(`${value} is dead`);
              holding.add(name);
              owners.set(value, name);
              await new Promise<void>((resolve) => timers.after(minutes * 60_000, resolve));
              await scheduler.schedule(Promise.resolve(), `work ${index}`);
              if (end === 'leave-later') leaving.abort();
              holding.delete(name);
              if (end === 'spent') {
                service.outstanding.delete(value);
                challenge.spent();
              } else {
                owners.delete(value);
                challenge.release();
              }
            }

            /** Every password that is still fresh and unspent comes back to whoever asks, before one more is minted. */
            async function expectNothingLost(): Promise<void> {
              const now = timers.now().getTime();
              const fresh = [...service.outstanding].filter(([, until]) => until - VALIDITY * 0.05 > now);
              const before = service.minted;
              inLine.count += fresh.length;
              const asking = fresh.map((__, index) =>
                broker.acquire(device(`late-${index}`), trustpoint(), new AbortController().signal),
              );
              await scheduler.waitIdle();
              const values = (await Promise.all(asking)).map(({ password }) => password?.reveal());
              expect(new Set(values)).toEqual(new Set(fresh.map(([value]) => value)));
              expect(service.minted).toBe(before);
            }
          },
        ),
        { numRuns: 300 },
      );
    },
  );

  it('serves in the order of asking', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.integer({ min: 1, max: 8 }),
        fc.integer({ min: 1, max: 3 }),
        async (scheduler, count, capacity) => {
          const timers = new VirtualTimers();
          const service = new Service(timers, capacity, 0);
          const { broker, inLine } = observedBroker(scheduler, timers, service, { capacity, atOnce: 1 });
          inLine.count = count;
          const served: number[] = [];
          const all = Array.from({ length: count }, async (_, index) => {
            const challenge = await broker.acquire(
              device(`d${index}`),
              trustpoint(),
              new AbortController().signal,
            );
            served.push(index);
            await scheduler.schedule(Promise.resolve());
            service.outstanding.delete(challenge.password?.reveal() ?? '');
            challenge.spent();
          });
          await scheduler.waitFor(Promise.all(all));
          expect(served).toEqual(Array.from({ length: count }, (_, index) => index));
        },
      ),
    );
  });
});

function observedBroker(
  scheduler: fc.Scheduler,
  timers: VirtualTimers,
  service: Service,
  { capacity, atOnce }: { capacity: number; atOnce: number },
): { broker: ChallengeBroker; problems: string[]; inLine: { count: number } } {
  const problems: string[] = [];
  const inLine = { count: 0 };
  let underWay = 0;
  const mint: ChallengeMint = {
    capacity,
    atOnce,
    reuse: 'any-device',
    async mint() {
      underWay += 1;
      if (underWay > atOnce) problems.push(`${underWay} at once`);
      if (underWay > inLine.count) problems.push(`${underWay} under way for ${inLine.count} in line`);
      await scheduler.schedule(Promise.resolve(), 'request');
      const outcome = service.mint();
      await scheduler.schedule(Promise.resolve(), 'answer');
      underWay -= 1;
      return outcome;
    },
  };
  const broker = new ChallengeBroker(mint, {
    timers,
    patienceMs: 2 * VALIDITY,
    onSlots(used, of, waiting) {
      if (used > of || used < 0 || waiting < 0) problems.push(`shows ${used}/${of} ${waiting}`);
    },
  });
  return { broker, problems, inLine };
}
