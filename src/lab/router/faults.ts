import { CONNECTION_FAULTS, type CutPoint } from './faults/connection.ts';
import { DIALOGUE_FAULTS } from './faults/dialogue.ts';
import { LOG_FAULTS } from './faults/log.ts';
import { LOGIN_FAULTS } from './faults/login.ts';
import { SYSTEM_FAULTS } from './faults/system.ts';
import { TERMINAL_FAULTS } from './faults/terminal.ts';

/** The misbehaviours a virtual router can be given by name, and what it does then: "the router ...". */
export const FAULTS = {
  ...LOGIN_FAULTS,
  ...TERMINAL_FAULTS,
  ...LOG_FAULTS,
  ...DIALOGUE_FAULTS,
  ...CONNECTION_FAULTS,
  ...SYSTEM_FAULTS,
} as const;

export type FaultName = keyof typeof FAULTS;

/** A fault by its name; some can be told how much. Times are in milliseconds. */
export type RouterFault =
  | FaultName
  | { readonly name: 'slow-output'; readonly msPerChunk: number }
  | { readonly name: 'far-away'; readonly roundTripMs: number }
  /** `whilePending`: only while a request is under way, however long it took a busy machine to get there. */
  | { readonly name: 'idle-timeout'; readonly afterMs: number; readonly whilePending?: boolean }
  /** `looks`: it is up again when somebody has seen so often that it is down. */
  | { readonly name: 'tunnel-drops'; readonly looks: number }
  /** AAA denies the commands that begin so, words spelled out. */
  | { readonly name: 'denies'; readonly command: string }
  | { readonly name: 'cut'; readonly at: CutPoint }
  /** The connection is gone once this line was taken. It is so once. */
  | { readonly name: 'cut-behind'; readonly line: string };

export type { CutPoint } from './faults/connection.ts';

const DENIED: Readonly<Partial<Record<FaultName, string>>> = {
  'denies-terminal': 'terminal',
  'denies-configure': 'configure',
  'denies-keygen': 'crypto key generate',
  'denies-write': 'write',
};

const SLOW_OUTPUT_MS = 5;
const FAR_AWAY_MS = 600;
const IDLE_MS = 600_000;

/** The faults one router has. */
export class FaultSet {
  readonly #names = new Set<FaultName>();
  readonly #denied: string[] = [];
  #msPerChunk = SLOW_OUTPUT_MS;
  #roundTripMs = FAR_AWAY_MS;
  #idleMs = IDLE_MS;
  #isIdleWhilePending = false;
  #cutBehind: string | undefined;
  #tunnelLooks = Number.POSITIVE_INFINITY;

  constructor(faults: readonly RouterFault[]) {
    for (const fault of faults) this.#take(fault);
  }

  #take(fault: RouterFault): void {
    if (typeof fault === 'string') {
      this.#names.add(fault);
      const denied = DENIED[fault];
      if (denied !== undefined) this.#denied.push(denied);
      return;
    }
    if (fault.name === 'denies') this.#denied.push(fault.command);
    else if (fault.name === 'cut-behind') this.#cutBehind = fault.line;
    else this.#names.add(fault.name === 'cut' ? `cut-${fault.at}` : fault.name);
    if (fault.name === 'slow-output') this.#msPerChunk = fault.msPerChunk;
    if (fault.name === 'far-away') this.#roundTripMs = fault.roundTripMs;
    if (fault.name === 'tunnel-drops') this.#tunnelLooks = fault.looks;
    if (fault.name === 'idle-timeout') {
      this.#idleMs = fault.afterMs;
      this.#isIdleWhilePending = fault.whilePending ?? false;
    }
  }

  has(name: FaultName): boolean {
    return this.#names.has(name);
  }

  /** Whether the connection is cut here. It is so once. */
  cutsAt(point: CutPoint): boolean {
    return this.#names.delete(`cut-${point}`);
  }

  /** Whether the connection is cut behind a line that was typed. */
  cutsBehind(line: string): boolean {
    if (line !== this.#cutBehind) return false;
    this.#cutBehind = undefined;
    return true;
  }

  /** Whether AAA denies a command, its words spelled out. */
  denies(command: string): boolean {
    return this.#denied.some((start) => `${command} `.startsWith(`${start} `));
  }

  /** Pause after each piece of output, in milliseconds; 0 when the router is not slow. */
  get msPerChunk(): number {
    return this.has('slow-output') ? this.#msPerChunk : 0;
  }

  /** How long a word travels to the router or back, in milliseconds. */
  get oneWayMs(): number {
    return this.has('far-away') ? this.#roundTripMs / 2 : 0;
  }

  get keepsTunnelDown(): boolean {
    return this.has('tunnel-drops') && this.#tunnelLooks > 0;
  }

  /** Somebody sees that the tunnel is down. */
  lookAtTunnel(): void {
    this.#tunnelLooks -= 1;
  }

  /** How long a session may be idle now, in milliseconds; undefined leaves it to the configuration. */
  idleMs({ isPending }: { readonly isPending: boolean }): number | undefined {
    if (!this.has('idle-timeout') || (this.#isIdleWhilePending && !isPending)) return undefined;
    return this.#idleMs;
  }

  /** From the next session on the router behaves. */
  clear(): void {
    this.#names.clear();
    this.#denied.length = 0;
  }
}
