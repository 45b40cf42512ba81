import type { Device } from '../domain/device.ts';
import { type DeviceError, toDeviceError } from '../domain/errors.ts';
import type { Trustpoint } from '../domain/trustpoint.ts';
import { awaitEarlier, interruption, waitFor } from './earlier.ts';
import { FullService } from './full-service.ts';
import type { ChallengeLedger, LedgerEntry, RouterShows } from './ledger.ts';
import { type ChallengeMint, type MintedPassword, type MintOutcome, noteOutcome, tooLate } from './mint.ts';
import type { Challenge, ChallengeSource } from './source.ts';
import type { Timers } from './timers.ts';

/** The part of a password's life in which it is handed out: 57 of 60 minutes. The rest is for the router and the CA. */
const FRESH = 0.95;
/** How often to look whether other processes have spent the passwords that take all slots, in milliseconds. */
const LOOK_AGAIN = 1_000;

export interface BrokerOptions {
  readonly timers: Timers;
  /** How long a service may answer "no slot is free" without a break before those who wait are sent away, in ms. */
  readonly patienceMs: number;
  /** For messages; `the CA` unless given. */
  readonly authority?: string;
  /** What other runs know of the same service; without it each run is alone in the world. */
  readonly ledger?: ChallengeLedger;
  /** Called after every change; never for a mint without a limit. */
  onSlots?(used: number, capacity: number, waiting: number, fullUntil?: Date): void;
}

/** A password that takes a slot at the CA until it is spent or expires. */
interface Slot {
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
interface Minting {
  readonly scope: string;
  readonly stop: AbortController;
}

interface Waiter {
  readonly device: Device;
  readonly trustpoint: Trustpoint;
  /** The request it waits for: one password at a time. */
  readonly key: string;
  /** Passwords with the same scope will do: the empty scope when any device may use any password. */
  readonly scope: string;
  /** An earlier password of the same request has not expired before. */
  notBefore: number;
  resolve(challenge: Challenge): void;
  reject(error: DeviceError): void;
}

/**
 * Hands out the passwords of one mint, first come first served, and never holds more than its capacity.
 *
 * - A password is minted only for somebody who waits. One that comes back unused goes to the next in line while it
 *   is fresh, before another is minted. Nobody gets a second password while their first is neither spent nor back.
 * - A slot is free again on spent(), which the caller says when the CA has *answered* the request: NDES drops a
 *   password from its cache when it verifies it, not when a router types it. Counting from the typing would mint one too
 *   many. On inDoubt() (a broken line) it is free as well: the service itself corrects us by saying that it is full.
 * - Who waits when the signal fires is out of the line at once. A password minted for them goes to the next, for
 *   it takes a slot at the CA whether it is used or not.
 */
export class ChallengeBroker implements ChallengeSource {
  readonly capacity: number;
  readonly #mint: ChallengeMint;
  readonly #options: BrokerOptions;
  readonly #queue: Waiter[] = [];
  readonly #slots = new Set<Slot>();
  /** When passwords have expired of which nobody saw whether they were used. The service may still count them. */
  #doubted: readonly number[] = [];
  /** Requests whose password is neither spent nor back. */
  readonly #holding = new Set<string>();
  readonly #minting = new Set<Minting>();
  #reusable: MintedPassword | undefined;
  #final: DeviceError | undefined;
  readonly #full: FullService;
  /** Runs of other processes hold so many passwords that none is left: when to look again. */
  #othersUntil = 0;
  #cancelWakeUp: (() => void) | undefined;
  #shown = '';

  constructor(mint: ChallengeMint, options: BrokerOptions) {
    this.#mint = mint;
    this.#options = options;
    this.capacity = mint.capacity;
    this.#full = new FullService(options.patienceMs);
  }

  acquire(device: Device, trustpoint: Trustpoint, signal: AbortSignal): Promise<Challenge> {
    return new Promise((resolve, reject) => {
      if (this.#final !== undefined) return reject(this.#final);
      if (signal.aborted) return reject(interruption(signal));
      const key = JSON.stringify([device.name, trustpoint.name]);
      const leave = () => {
        signal.removeEventListener('abort', onAbort);
        this.#queue.splice(this.#queue.indexOf(waiter), 1);
      };
      const waiter: Waiter = {
        device,
        trustpoint,
        key,
        scope: this.#mint.reuse === 'any-device' ? '' : key,
        notBefore: 0,
        resolve: (challenge) => {
          leave();
          resolve(challenge);
        },
        reject: (error) => {
          leave();
          reject(error);
        },
      };
      const onAbort = () => {
        waiter.reject(interruption(signal));
        this.#stopUnwanted();
        this.#serve();
      };
      signal.addEventListener('abort', onAbort, { once: true });
      this.#queue.push(waiter);
      this.#serve();
    });
  }

  async ready(device: Device, trustpoint: Trustpoint, signal: AbortSignal): Promise<void> {
    const { ledger, timers } = this.#options;
    const request = { device: device.name, trustpoint: trustpoint.name };
    if (ledger !== undefined) {
      await awaitEarlier(ledger, request, { authority: this.#authority, timers, signal });
    }
  }

  routerShows(device: Device, trustpoint: Trustpoint, shown: RouterShows): void {
    this.#options.ledger?.routerShows({ device: device.name, trustpoint: trustpoint.name }, shown);
  }

  get #authority(): string {
    return this.#options.authority ?? 'the CA';
  }

  /** Gives what there is to the line in order, and mints for those who get nothing. Runs after every change. */
  #serve(): void {
    const now = this.#now();
    for (const slot of this.#slots) if (slot.takesSlotUntil <= now) this.#slots.delete(slot);
    const coming = [...this.#minting].map(({ scope }) => scope);
    const seen = new Set<string>();
    for (const waiter of this.#queue.slice()) {
      if (this.#holding.has(waiter.key) || seen.has(waiter.key)) continue;
      seen.add(waiter.key);
      if (this.#reusable !== undefined) {
        this.#give(waiter, this.#reusable, undefined);
        continue;
      }
      const slot = this.#freshSlot(waiter.scope, now);
      if (slot !== undefined) {
        this.#give(waiter, slot.minted, slot);
        continue;
      }
      const onItsWay = coming.indexOf(waiter.scope);
      if (onItsWay >= 0) coming.splice(onItsWay, 1);
      else if (this.#mayMint(now) && waiter.notBefore <= now) this.#begin(waiter, now);
    }
    this.#wakeUpLater(now);
    this.#show();
  }

  #freshSlot(scope: string, now: number): Slot | undefined {
    for (const slot of this.#slots) {
      if (!slot.held && slot.scope === scope && now < slot.freshUntil) return slot;
    }
    return undefined;
  }

  #give(waiter: Waiter, minted: MintedPassword, slot: Slot | undefined): void {
    try {
      slot?.entry?.given({ device: waiter.device.name, trustpoint: waiter.trustpoint.name });
    } catch (error) {
      waiter.reject(toDeviceError(error));
      return;
    }
    if (slot !== undefined) slot.held = true;
    this.#holding.add(waiter.key);
    let settled = false;
    const settle = (end: 'spent' | 'doubted' | 'released') => {
      if (settled) return;
      settled = true;
      this.#holding.delete(waiter.key);
      if (slot !== undefined) {
        slot.held = false;
        slot.entry?.[end]();
        if (end === 'doubted') this.#doubted = [...this.#doubted, slot.takesSlotUntil];
        if (end !== 'released') {
          this.#slots.delete(slot);
          this.#full.askSoon(this.#now());
          this.#othersUntil = 0;
        }
      }
      this.#serve();
    };
    waiter.resolve({
      password: minted.password,
      ...(slot === undefined || slot.expiresAt === Number.POSITIVE_INFINITY
        ? {}
        : { expiresAt: new Date(slot.expiresAt) }),
      ...(minted.notes === undefined ? {} : { notes: minted.notes }),
      spent: () => settle('spent'),
      release: () => settle('released'),
      ...(slot === undefined ? {} : { inDoubt: () => settle('doubted') }),
    });
  }

  #mayMint(now: number): boolean {
    if (this.#minting.size >= this.#mint.atOnce || now < this.#othersUntil) return false;
    const { retryAt } = this.#full;
    if (retryAt !== undefined && (now < retryAt || this.#minting.size > 0)) return false;
    return this.#slots.size + this.#minting.size < this.capacity;
  }

  /** Nothing is asked for before the ledger holds a line for it. */
  #begin(waiter: Waiter, now: number): void {
    const { ledger } = this.#options;
    if (ledger === undefined) {
      void this.#mintFor(waiter, undefined);
      return;
    }
    try {
      const answer = ledger.begin({ device: waiter.device.name, trustpoint: waiter.trustpoint.name });
      if (answer.kind === 'entry') void this.#mintFor(waiter, answer.entry);
      else if (answer.kind === 'full') this.#othersUntil = now + LOOK_AGAIN;
      else waiter.notBefore = now + 1 + waitFor(answer.outstanding, this.#authority, new Date(now));
    } catch (error) {
      waiter.reject(toDeviceError(error));
    }
  }

  async #mintFor({ device, trustpoint, scope }: Waiter, entry: LedgerEntry | undefined): Promise<void> {
    const started = this.#now();
    const minting: Minting = { scope, stop: new AbortController() };
    this.#minting.add(minting);
    const outcome = await this.#outcomeOf(device, trustpoint, minting.stop.signal);
    this.#minting.delete(minting);
    noteOutcome(entry, outcome);
    if (outcome.kind === 'minted') this.#take(outcome.password, { scope, started, entry });
    else if (outcome.kind === 'refused') this.#refuse(outcome, minting);
    else if (!this.#full.note(this.#now())) this.#rejectAll(outcome.error);
    this.#serve();
  }

  async #outcomeOf(device: Device, trustpoint: Trustpoint, signal: AbortSignal): Promise<MintOutcome> {
    try {
      return await this.#mint.mint(device, trustpoint, signal);
    } catch (error) {
      return { kind: 'refused', error: toDeviceError(error), final: false, perhapsMinted: true };
    }
  }

  #take(
    minted: MintedPassword,
    { scope, started, entry }: { scope: string; started: number; entry: LedgerEntry | undefined },
  ): void {
    this.#full.clear();
    if (minted.reusable === true) {
      this.#reusable = minted;
      return;
    }
    const life = minted.validityMs ?? Number.POSITIVE_INFINITY;
    const slot: Slot = {
      minted,
      entry,
      scope,
      freshUntil: started + life * FRESH,
      expiresAt: started + life,
      takesSlotUntil: this.#now() + life,
      held: false,
    };
    this.#slots.add(slot);
    // Without this a service whose passwords are stillborn would be asked for one after the other.
    if (this.#now() >= slot.freshUntil) this.#nextOf(scope)?.reject(tooLate(life));
  }

  #refuse({ error, final }: Extract<MintOutcome, { kind: 'refused' }>, { scope, stop }: Minting): void {
    if (final) {
      this.#final = error;
      this.#rejectAll(error);
    }
    // A mint that was stopped has nobody to answer to: whoever stands here now came later.
    else if (!stop.signal.aborted) this.#nextOf(scope)?.reject(error);
  }

  #rejectAll(error: DeviceError): void {
    for (const waiter of this.#queue.slice()) waiter.reject(error);
  }

  #nextOf(scope: string): Waiter | undefined {
    return this.#queue.find((waiter) => waiter.scope === scope && !this.#holding.has(waiter.key));
  }

  /** A password made for one request only is of no use when that request is gone. */
  #stopUnwanted(): void {
    if (this.#mint.reuse !== 'same-request') return;
    for (const { scope, stop } of this.#minting) if (this.#nextOf(scope) === undefined) stop.abort();
  }

  /** Time alone can free a slot (a password expires) or end the wait for a full service. */
  #wakeUpLater(now: number): void {
    this.#cancelWakeUp?.();
    this.#cancelWakeUp = undefined;
    if (this.#queue.length === 0) return;
    const times = [...this.#slots].map(({ takesSlotUntil }) => takesSlotUntil);
    times.push(this.#othersUntil, ...this.#queue.map(({ notBefore }) => notBefore));
    const { retryAt } = this.#full;
    if (retryAt !== undefined && this.#minting.size === 0) times.push(retryAt);
    const next = Math.min(...times.filter((time) => time > now));
    if (next === Number.POSITIVE_INFINITY) return;
    this.#cancelWakeUp = this.#options.timers.after(next - now, () => this.#serve());
  }

  #show(): void {
    if (this.capacity === Number.POSITIVE_INFINITY) return;
    const waiting = this.#queue.length;
    const others = this.#full.retryAt !== undefined || this.#now() < this.#othersUntil;
    const othersToo = others && waiting > 0;
    this.#doubted = this.#doubted.filter((until) => until > this.#now());
    const taken = this.#slots.size + this.#minting.size + this.#doubted.length;
    const used = othersToo ? this.capacity : Math.min(this.capacity, taken);
    // A password of ours that expires first; one that is used frees its slot before.
    const free = Math.min(...[...this.#slots].map(({ takesSlotUntil }) => takesSlotUntil), ...this.#doubted);
    const fullUntil = used < this.capacity || !Number.isFinite(free) ? undefined : new Date(free);
    const shown = `${used} ${waiting} ${fullUntil?.getTime()}`;
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#options.onSlots?.(used, this.capacity, waiting, fullUntil);
  }

  #now(): number {
    return this.#options.timers.now().getTime();
  }
}
