import type { Device } from '../domain/device.ts';
import type { DeviceError } from '../domain/errors.ts';
import type { Trustpoint } from '../domain/trustpoint.ts';
import { FullService } from './full-service.ts';
import type { LedgerEntry } from './ledger.ts';
import type { MintedPassword } from './mint.ts';
import type { Challenge } from './source.ts';
import type { Timers } from './timers.ts';

/** A password that takes a slot at the CA until it is spent or expires. */
export interface Slot {
  readonly minted: MintedPassword;
  readonly entry: LedgerEntry | undefined;
  /** Whom it may be given to; see {@link Waiter}. */
  readonly scope: string;
  readonly freshUntil: number;
  /** From here on it is worthless to a router. */
  readonly expiresAt: number;
  /** From here on it takes no slot at the CA. Counted from the end of minting, so never too early. */
  readonly takesSlotUntil: number;
  held: boolean;
}

/** A visit to the mint that is under way. */
export interface Minting {
  readonly scope: string;
  readonly stop: AbortController;
  readonly member: Member;
}

export interface Waiter {
  readonly member: Member;
  readonly device: Device;
  readonly trustpoint: Trustpoint;
  /** The request it waits for: one password at a time. */
  readonly key: string;
  /** Passwords with the same scope will do. */
  readonly scope: string;
  /** An earlier password of the same request has not expired before. */
  notBefore: number;
  resolve(challenge: Challenge): void;
  reject(error: DeviceError): void;
}

/** The broker of one authority. */
export interface Member {
  serve(waiter: Waiter, coming: string[], now: number): void;
  show(): void;
}

/**
 * A service's slots, and the one line of those who wait for them: the same for all authorities of a run that ask the same service,
 * so that none of them takes what another one has waited for longer. All times are in milliseconds since the epoch.
 */
export class SharedService {
  readonly line: Waiter[] = [];
  readonly members = new Set<Member>();
  readonly slots = new Set<Slot>();
  readonly minting = new Set<Minting>();
  /** Requests whose password is neither spent nor back. */
  readonly holding = new Set<string>();
  readonly full: FullService;
  /** When passwords have expired of which nobody saw whether they were used. The service may still count them. */
  doubted: readonly number[] = [];
  /** Runs of other processes hold so many passwords that none is left: when to look again. */
  othersUntil = 0;
  readonly #timers: Timers;
  #cancelWakeUp: (() => void) | undefined;

  /** @param patienceMs how long the service may say "no slot is free" without a break before waiting makes no sense */
  constructor({ timers, patienceMs }: { readonly timers: Timers; readonly patienceMs: number }) {
    this.#timers = timers;
    this.full = new FullService(patienceMs);
  }

  /** Those of this run, and those that are being made for it. */
  get taken(): number {
    return this.slots.size + this.minting.size;
  }

  /** Has everybody served in the order of the line. To be called after every change. */
  serve(): void {
    const now = this.#timers.now().getTime();
    for (const slot of this.slots) if (slot.takesSlotUntil <= now) this.slots.delete(slot);
    const coming = [...this.minting].map(({ scope }) => scope);
    const seen = new Set<string>();
    for (const waiter of this.line.slice()) {
      if (this.holding.has(waiter.key) || seen.has(waiter.key)) continue;
      seen.add(waiter.key);
      waiter.member.serve(waiter, coming, now);
    }
    this.#wakeUpLater(now);
    for (const member of this.members) member.show();
  }

  freshSlot(scope: string, now: number): Slot | undefined {
    for (const slot of this.slots) {
      if (!slot.held && slot.scope === scope && now < slot.freshUntil) return slot;
    }
    return undefined;
  }

  freed(slot: Slot, now: number): void {
    this.slots.delete(slot);
    this.full.askSoon(now);
    this.othersUntil = 0;
  }

  /** For people: how many slots are taken, and when the first of them expires if it is not used before. */
  usage(
    capacity: number,
    now: number,
    isWaitedFor: boolean,
  ): { readonly used: number; readonly freeAt: number } {
    this.doubted = this.doubted.filter((until) => until > now);
    const hasOthers = isWaitedFor && (this.full.retryAt !== undefined || now < this.othersUntil);
    const used = hasOthers ? capacity : Math.min(capacity, this.taken + this.doubted.length);
    const freeAt = Math.min(...[...this.slots].map(({ takesSlotUntil }) => takesSlotUntil), ...this.doubted);
    return { used, freeAt };
  }

  /** Time alone can free a slot (a password expires) or end the wait for a full service. */
  #wakeUpLater(now: number): void {
    this.#cancelWakeUp?.();
    this.#cancelWakeUp = undefined;
    if (this.line.length === 0) return;
    const times = [...this.slots].map(({ takesSlotUntil }) => takesSlotUntil);
    times.push(this.othersUntil, ...this.line.map(({ notBefore }) => notBefore));
    const { retryAt } = this.full;
    if (retryAt !== undefined && this.minting.size === 0) times.push(retryAt);
    const next = Math.min(...times.filter((time) => time > now));
    if (next === Number.POSITIVE_INFINITY) return;
    this.#cancelWakeUp = this.#timers.after(next - now, () => this.serve());
  }
}
