import type { RouterClock } from './clock.ts';
import { querySntp, type SntpEndpoint } from './sntp.ts';

/** One configured time server and what is known of it. */
export interface NtpPeer {
  readonly address: string;
  readonly prefer: boolean;
  readonly stratum: number;
  readonly reference: string;
  readonly delayMs: number;
  readonly offsetMs: number;
  /** Shift register of the last eight polls, as `show ntp associations` prints it in octal. */
  readonly reach: number;
  readonly polledAt: Date | undefined;
}

export interface NtpOptions {
  /** Where the server that the configuration names really listens; undefined: it does not answer. */
  readonly resolve: (address: string) => SntpEndpoint | undefined;
  /** From `ntp server` to the first poll, in milliseconds. */
  readonly syncDelayMs?: number;
}

const DEFAULT_SYNC_DELAY_MS = 500;
const POLL_MS = 64_000;
const UNSYNCHRONIZED = 16;

/** The router's NTP client: polls its servers over real UDP and sets the clock from the best one. */
export class NtpClient {
  readonly #clock: RouterClock;
  readonly #options: NtpOptions | undefined;
  readonly #stopped: AbortSignal;
  readonly #peers = new Map<string, NtpPeer>();
  #timer: NodeJS.Timeout | undefined;
  #system: string | undefined;

  /** Without options no server ever answers. */
  constructor(clock: RouterClock, options: NtpOptions | undefined, stopped: AbortSignal) {
    this.#clock = clock;
    this.#options = options;
    this.#stopped = stopped;
    stopped.addEventListener('abort', () => clearTimeout(this.#timer), { once: true });
  }

  get peers(): readonly NtpPeer[] {
    return [...this.#peers.values()];
  }

  /** The server the clock follows. */
  get system(): NtpPeer | undefined {
    return this.#system === undefined ? undefined : this.#peers.get(this.#system);
  }

  add(address: string, prefer: boolean): void {
    const known = this.#peers.get(address);
    this.#peers.set(address, known === undefined ? newPeer(address, prefer) : { ...known, prefer });
    this.#schedule(this.#options?.syncDelayMs ?? DEFAULT_SYNC_DELAY_MS);
  }

  remove(address: string): void {
    this.#peers.delete(address);
    if (this.#system === address) this.#follow(undefined);
  }

  #schedule(delayMs: number): void {
    if (this.#options === undefined || this.#stopped.aborted) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#poll(), delayMs);
    this.#timer.unref();
  }

  async #poll(): Promise<void> {
    const answers = await Promise.all([...this.#peers.keys()].map((address) => this.#ask(address)));
    const usable = answers.filter((answer) => answer !== undefined && this.#peers.has(answer.address));
    const [best] = usable.sort((a, b) => rank(a?.peer) - rank(b?.peer));
    if (best !== undefined) this.#clock.set(best.time(), 'ntp');
    this.#follow(best?.address);
    if (!this.#stopped.aborted && this.#peers.size > 0) this.#schedule(POLL_MS);
  }

  #follow(address: string | undefined): void {
    if (address === undefined && this.#system !== undefined) this.#clock.loseSynchronization();
    this.#system = address;
  }

  async #ask(address: string): Promise<{ address: string; peer: NtpPeer; time: () => Date } | undefined> {
    const endpoint = this.#options?.resolve(address);
    const answer = endpoint === undefined ? undefined : await querySntp(endpoint, this.#stopped);
    const received = performance.now();
    const peer = this.#peers.get(address);
    if (peer === undefined) return undefined;
    const polledAt = this.#clock.now();
    if (answer === undefined) {
      this.#peers.set(address, { ...peer, reach: (peer.reach << 1) & 0xff, polledAt });
      return undefined;
    }
    const heard: NtpPeer = {
      ...peer,
      stratum: answer.stratum,
      reference: answer.reference,
      delayMs: answer.delayMs,
      offsetMs: this.#system === undefined ? 0 : answer.time.getTime() - polledAt.getTime(),
      reach: ((peer.reach << 1) | 1) & 0xff,
      polledAt,
    };
    this.#peers.set(address, heard);
    const time = (): Date => new Date(answer.time.getTime() + performance.now() - received);
    return { address, peer: heard, time };
  }
}

function rank(peer: NtpPeer | undefined): number {
  return (peer?.stratum ?? UNSYNCHRONIZED) - (peer?.prefer === true ? UNSYNCHRONIZED : 0);
}

function newPeer(address: string, prefer: boolean): NtpPeer {
  return {
    address,
    prefer,
    stratum: UNSYNCHRONIZED,
    reference: '.INIT.',
    delayMs: 0,
    offsetMs: 0,
    reach: 0,
    polledAt: undefined,
  };
}
