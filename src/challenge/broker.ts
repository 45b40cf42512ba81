import type { Device } from '../domain/device.ts';
import { type DeviceError, toDeviceError } from '../domain/errors.ts';
import type { Trustpoint } from '../domain/trustpoint.ts';
import { awaitEarlier, interruption, waitFor } from './earlier.ts';
import type { ChallengeLedger, LedgerEntry, RouterShows } from './ledger.ts';
import { type ChallengeMint, type MintedPassword, type MintOutcome, noteOutcome, tooLate } from './mint.ts';
import { type Member, type Minting, SharedService, type Slot, type Waiter } from './shared-service.ts';
import type { Challenge, ChallengeSource } from './source.ts';
import type { Timers } from './timers.ts';

/** The part of a password's life in which it is handed out: 57 of 60 minutes. The rest is for the router and the CA. */
const FRESH = 0.95;
/** How often to look whether other processes have spent the passwords that take all slots, in milliseconds. */
const LOOK_AGAIN = 500;

export interface BrokerOptions {
  readonly timers: Timers;
  /** How long a service may answer "no slot is free" without a break before those who wait are sent away, in ms. */
  readonly patienceMs: number;
  /** For messages; `the CA` unless given. */
  readonly authority?: string;
  /** What other runs know of the same service; without it each run is alone in the world. */
  readonly ledger?: ChallengeLedger;
  /** Where brokers of other authorities ask the same service; without it this one has it to itself. */
  readonly service?: SharedService;
  /** Which passwords that any device may use will do for this broker's: those of brokers with the same one. Empty by default. */
  readonly scope?: string;
  /** Called after every change; never for a mint without a limit. */
  onSlots?(used: number, capacity: number, waiting: number, fullUntil?: Date): void;
}

/**
 * Hands out the passwords of one mint, first come first served, and never holds more than its capacity. That is fair where
 * every waiter is a router that stands at its question: nobody is overtaken, and the longest wait is as short as it can be.
 *
 * - A password is minted only for somebody who waits. One that comes back unused goes to the next in line while it
 *   is fresh, before another is minted. Nobody gets a second password while their first is neither spent nor back.
 * - A slot is free again on spent(), which the caller says when the CA has *answered* the request: NDES drops a
 *   password from its cache when it verifies it, not when a router types it. Counting from the typing would mint one too
 *   many. On inDoubt() (a broken line) it is free as well: the service itself corrects us by saying that it is full.
 * - Who waits when the signal fires is out of the line at once. A password minted for them goes to the next, for
 *   it takes a slot at the CA whether it is used or not.
 */
export class ChallengeBroker implements ChallengeSource, Member {
  readonly capacity: number;
  readonly #mint: ChallengeMint;
  readonly #options: BrokerOptions;
  readonly #service: SharedService;
  #reusable: MintedPassword | undefined;
  #final: DeviceError | undefined;
  #shown = '';

  constructor(mint: ChallengeMint, options: BrokerOptions) {
    this.#mint = mint;
    this.#options = options;
    this.capacity = mint.capacity;
    this.#service = options.service ?? new SharedService(options);
    this.#service.members.add(this);
  }

  acquire(device: Device, trustpoint: Trustpoint, signal: AbortSignal): Promise<Challenge> {
    return new Promise((resolve, reject) => {
      if (this.#final !== undefined) return reject(this.#final);
      if (signal.aborted) return reject(interruption(signal));
      const key = JSON.stringify([device.name, trustpoint.name]);
      const { line } = this.#service;
      const leave = () => {
        signal.removeEventListener('abort', onAbort);
        line.splice(line.indexOf(waiter), 1);
      };
      const waiter: Waiter = {
        member: this,
        device,
        trustpoint,
        key,
        scope: this.#mint.reuse === 'any-device' ? (this.#options.scope ?? '') : key,
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
        this.#service.serve();
      };
      signal.addEventListener('abort', onAbort, { once: true });
      line.push(waiter);
      this.#service.serve();
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

  /** Gives a waiter what there is, or mints for it. `coming`: the scopes of what is being minted for those before it. */
  serve(waiter: Waiter, coming: string[], now: number): void {
    if (this.#reusable !== undefined) {
      this.#give(waiter, this.#reusable, undefined);
      return;
    }
    const slot = this.#service.freshSlot(waiter.scope, now);
    if (slot !== undefined) {
      this.#give(waiter, slot.minted, slot);
      return;
    }
    const onItsWay = coming.indexOf(waiter.scope);
    if (onItsWay >= 0) coming.splice(onItsWay, 1);
    else if (this.#mayMint(now) && waiter.notBefore <= now) this.#begin(waiter, now);
  }

  #give(waiter: Waiter, minted: MintedPassword, slot: Slot | undefined): void {
    try {
      slot?.entry?.given({ device: waiter.device.name, trustpoint: waiter.trustpoint.name });
    } catch (error) {
      waiter.reject(toDeviceError(error));
      return;
    }
    if (slot !== undefined) slot.held = true;
    const service = this.#service;
    service.holding.add(waiter.key);
    let settled = false;
    const settle = (end: 'spent' | 'doubted' | 'released') => {
      if (settled) return;
      settled = true;
      service.holding.delete(waiter.key);
      if (slot !== undefined) {
        slot.held = false;
        slot.entry?.[end]();
        if (end === 'doubted') service.doubted = [...service.doubted, slot.takesSlotUntil];
        if (end !== 'released') service.freed(slot, this.#now());
      }
      service.serve();
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
    const { minting, full, othersUntil, taken } = this.#service;
    if (minting.size >= this.#mint.atOnce || now < othersUntil) return false;
    const { retryAt } = full;
    if (retryAt !== undefined && (now < retryAt || minting.size > 0)) return false;
    return taken < this.capacity;
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
      else if (answer.kind === 'full') this.#service.othersUntil = now + LOOK_AGAIN;
      else waiter.notBefore = now + 1 + waitFor(answer.outstanding, this.#authority, new Date(now));
    } catch (error) {
      waiter.reject(toDeviceError(error));
    }
  }

  async #mintFor({ device, trustpoint, scope }: Waiter, entry: LedgerEntry | undefined): Promise<void> {
    const started = this.#now();
    const service = this.#service;
    const minting: Minting = { scope, stop: new AbortController(), member: this };
    service.minting.add(minting);
    const outcome = await this.#outcomeOf(device, trustpoint, minting.stop.signal);
    service.minting.delete(minting);
    noteOutcome(entry, outcome);
    if (outcome.kind === 'minted') this.#take(outcome.password, { scope, started, entry });
    else if (outcome.kind === 'refused') this.#refuse(outcome, minting);
    else if (!service.full.note(this.#now())) this.#rejectAll(outcome.error);
    service.serve();
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
    this.#service.full.clear();
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
    this.#service.slots.add(slot);
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
    for (const waiter of this.#waiters) waiter.reject(error);
  }

  get #waiters(): readonly Waiter[] {
    return this.#service.line.filter(({ member }) => member === this);
  }

  #nextOf(scope: string): Waiter | undefined {
    const { holding } = this.#service;
    return this.#waiters.find((waiter) => waiter.scope === scope && !holding.has(waiter.key));
  }

  /** A password made for one request only is of no use when that request is gone. */
  #stopUnwanted(): void {
    if (this.#mint.reuse !== 'same-request') return;
    for (const { member, scope, stop } of this.#service.minting) {
      if (member === this && this.#nextOf(scope) === undefined) stop.abort();
    }
  }

  show(): void {
    if (this.capacity === Number.POSITIVE_INFINITY) return;
    const waiting = this.#waiters.length;
    const { used, freeAt } = this.#service.usage(this.capacity, this.#now(), waiting > 0);
    const fullUntil = used < this.capacity || !Number.isFinite(freeAt) ? undefined : new Date(freeAt);
    const shown = `${used} ${waiting} ${fullUntil?.getTime()}`;
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#options.onSlots?.(used, this.capacity, waiting, fullUntil);
  }

  #now(): number {
    return this.#options.timers.now().getTime();
  }
}
