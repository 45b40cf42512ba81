import { ChallengeBroker } from '../../src/challenge/broker.ts';
import type { ChallengeMint, MintOutcome } from '../../src/challenge/mint.ts';
import type { Challenge } from '../../src/challenge/source.ts';
import { Secret } from '../../src/domain/secret.ts';
import { device, forever, trustpoint } from './fixtures.ts';
import { VirtualTimers } from './virtual-timers.ts';

const HOUR = 60 * 60_000;

interface SetUp {
  capacity?: number;
  atOnce?: number;
  reuse?: ChallengeMint['reuse'];
  validityMs?: number;
  patienceMs?: number;
  /** The mint never answers. */
  never?: boolean;
}

export function setUp(options: SetUp) {
  const { capacity = 5, atOnce = 1, reuse = 'any-device', validityMs = HOUR, patienceMs = HOUR } = options;
  const timers = new VirtualTimers();
  const minted: string[] = [];
  const slots: string[] = [];
  const full: (string | undefined)[] = [];
  const signals: AbortSignal[] = [];
  let next: MintOutcome | Error | undefined;
  let always: MintOutcome | undefined;
  let asked = 0;
  const mint: ChallengeMint = {
    capacity,
    atOnce,
    reuse,
    async mint(_device, _trustpoint, signal) {
      asked += 1;
      signals.push(signal);
      if (options.never === true) return new Promise(() => {});
      await Promise.resolve();
      const refusal = next ?? always;
      next = undefined;
      if (refusal instanceof Error) throw refusal;
      if (refusal !== undefined) return refusal;
      const value = `p${minted.length + 1}`;
      minted.push(value);
      return { kind: 'minted', password: { password: Secret.acquired(value, 'test'), validityMs } };
    },
  };
  const broker = new ChallengeBroker(mint, {
    timers,
    patienceMs,
    onSlots: (used, of, waiting, fullUntil) => {
      slots.push(`${used}/${of} ${waiting}`);
      full.push(fullUntil?.toISOString());
    },
  });
  return {
    broker,
    timers,
    minted,
    slots,
    full,
    signals,
    asked: () => asked,
    refuseNext: (outcome: MintOutcome | Error) => {
      next = outcome;
    },
    refuseAll: (outcome: MintOutcome | undefined) => {
      always = outcome;
    },
    acquire: (name: string, signal = forever): Promise<Challenge> =>
      broker.acquire(device(name), trustpoint(), signal),
  };
}
