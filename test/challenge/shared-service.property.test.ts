import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ChallengeBroker } from '../../src/challenge/broker.ts';
import type { ChallengeMint } from '../../src/challenge/mint.ts';
import { SharedService } from '../../src/challenge/shared-service.ts';
import { Secret } from '../../src/domain/secret.ts';
import { device, trustpoint } from './fixtures.ts';
import { settle, VirtualTimers } from './virtual-timers.ts';

const HOUR = 3_600_000;
/** From the router's question to the CA's answer, in milliseconds. */
const HOLD = 3_000;

/** Brokers of several authorities before one service, which counts its passwords itself. */
class World {
  readonly timers = new VirtualTimers();
  readonly #service = new SharedService({ timers: this.timers, patienceMs: HOUR });
  readonly #brokers: readonly ChallengeBroker[];
  #outstanding = 0;
  most = 0;
  minted = 0;
  readonly served: { readonly id: number; readonly at: number }[] = [];

  constructor(authorities: number, capacity: number, atOnce: number, mintMs: number) {
    const mint: ChallengeMint = {
      capacity,
      atOnce,
      reuse: 'any-device',
      mint: async () => {
        this.#outstanding += 1;
        this.most = Math.max(this.most, this.#outstanding);
        if (mintMs > 0) await new Promise<void>((resolve) => this.timers.after(mintMs, resolve));
        this.minted += 1;
        const password = Secret.acquired(`p${this.minted}`, 'test');
        return { kind: 'minted', password: { password, validityMs: HOUR } };
      },
    };
    this.#brokers = Array.from(
      { length: authorities },
      (_, index) =>
        new ChallengeBroker(mint, {
          timers: this.timers,
          patienceMs: HOUR,
          service: this.#service,
          // Authorities with pins of their own use passwords of their own.
          scope: `pins ${index % 2}`,
        }),
    );
  }

  get now(): number {
    return this.timers.now().getTime();
  }

  /** A router that stands at its question, until the CA has answered its request. */
  async ask(authority: number, id: number): Promise<void> {
    const challenge = await this.#brokers[authority]?.acquire(
      device(`d${id}`),
      trustpoint(),
      new AbortController().signal,
    );
    this.served.push({ id, at: this.now });
    await new Promise<void>((resolve) => this.timers.after(HOLD, resolve));
    this.#outstanding -= 1;
    challenge?.spent();
  }

  async finish(all: Promise<unknown>): Promise<void> {
    let done = false;
    void all.finally(() => {
      done = true;
    });
    for (;;) {
      await settle();
      if (done) break;
      if (!this.timers.skip()) throw new Error('somebody waits for ever');
    }
    await all;
  }
}

const crowd = fc.array(fc.nat(2), { minLength: 1, maxLength: 30 });

describe('the slots of one service', () => {
  it('go to whoever came first, of whatever authority, and are never more than there are', async () => {
    await fc.assert(
      fc.asyncProperty(
        crowd,
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 2 }),
        async (authorities, capacity, atOnce) => {
          const world = new World(3, capacity, atOnce, 0);
          await world.finish(Promise.all(authorities.map((authority, id) => world.ask(authority, id))));
          expect(world.served.map(({ id }) => id)).toEqual(authorities.map((_, id) => id));
          expect(world.most).toBeLessThanOrEqual(capacity);
          expect(world.minted).toBe(authorities.length);
        },
      ),
    );
  });

  it('make a router wait for those before it and for nobody who comes later, however many they are', async () => {
    await fc.assert(
      fc.asyncProperty(
        crowd,
        crowd,
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 0, max: 2_000 }),
        async (before, after, capacity, laterMs) => {
          const world = new World(3, capacity, 2, 0);
          const begun = world.now;
          const all = before.map((authority, id) => world.ask(authority, id));
          all.push(world.ask(2, before.length));
          world.timers.after(laterMs, () => {
            all.push(...after.map((authority, index) => world.ask(authority, 100 + index)));
          });
          await world.finish(Promise.all(all));
          await world.finish(Promise.all(all));
          const waited = (world.served.find(({ id }) => id === before.length)?.at ?? Number.NaN) - begun;
          expect(waited).toBe(Math.floor(before.length / capacity) * HOLD);
        },
      ),
    );
  });

  it('are idle at no time while somebody waits: as many are full or being filled as there are waiters', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(2), { minLength: 40, maxLength: 60 }),
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 0, max: 400 }),
        async (authorities, capacity, mintMs) => {
          const world = new World(3, capacity, 2, mintMs);
          const begun = world.now;
          await world.finish(Promise.all(authorities.map((authority, id) => world.ask(authority, id))));
          // Filling takes turns of two at the start; from then on a slot is filled while the others are in use.
          const rounds = Math.ceil(authorities.length / capacity);
          const ramp = Math.ceil(capacity / 2) * mintMs;
          expect(world.now - begun).toBeLessThanOrEqual(rounds * (HOLD + mintMs) + ramp);
        },
      ),
    );
  });
});
