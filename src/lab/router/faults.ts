/** The misbehaviours a virtual router can be given by name. One sentence each: what goes wrong, and when. */
export const FAULTS = {
  /** Every password is refused, also the right one. */
  'refuse-login': 'refuses every login',
  /** The session ends right behind the first prompt. */
  'close-after-login': 'closes the session after the login',
  /** The connection dies while the enroll dialogue waits for its first answer. */
  'close-mid-enroll': 'drops the connection in the middle of crypto pki enroll',
  /** A successful login meets a machine that talks, but not as IOS does. */
  nonsense: 'talks garbage instead of a command line',
  /** The enroll dialogue asks one question that no release is known to ask. */
  'unknown-question': 'asks one question more in crypto pki enroll',
  /** Output trickles in pieces of 16 characters with a pause after each, 5 ms unless said otherwise. */
  'slow-output': 'sends its output slowly',
  /** Every character travels in an SSH packet of its own. */
  'byte-by-byte': 'sends one character at a time',
  /** Log lines land on every session, asked for or not: behind prompts, before questions, between passwords. */
  'syslog-storm': 'logs at the worst moments',
  /** The startup configuration cannot be written. */
  'nvram-full': 'has no room in NVRAM',
  /** NTP servers may be configured, but the clock never follows them. */
  'no-ntp-sync': 'never synchronizes its clock',
  /** Saving asks whether the configuration of another system image may be overwritten. */
  'old-nvram-question': 'asks before it overwrites the startup configuration',
} as const;

export type FaultName = keyof typeof FAULTS;

/** A fault by its name; a slow router may say how slow it is. */
export type RouterFault = FaultName | { readonly name: 'slow-output'; readonly msPerChunk: number };

const SLOW_OUTPUT_MS = 5;

/** The faults one router has. */
export class FaultSet {
  readonly #names: Set<FaultName>;
  readonly #msPerChunk: number;

  constructor(faults: readonly RouterFault[]) {
    this.#names = new Set(faults.map((fault) => (typeof fault === 'string' ? fault : fault.name)));
    const slow = faults.find((fault) => typeof fault !== 'string');
    this.#msPerChunk = slow?.msPerChunk ?? SLOW_OUTPUT_MS;
  }

  /** Pause after each piece of output, in milliseconds; 0 when the router is not slow. */
  get msPerChunk(): number {
    return this.has('slow-output') ? this.#msPerChunk : 0;
  }

  has(name: FaultName): boolean {
    return this.#names.has(name);
  }

  /** From the next session on the router behaves. */
  clear(): void {
    this.#names.clear();
  }
}
