import type { Device } from '../domain/device.ts';
import { formatDuration } from '../domain/duration.ts';
import { DeviceError } from '../domain/errors.ts';
import type { Secret } from '../domain/secret.ts';
import type { Trustpoint } from '../domain/trustpoint.ts';
import type { LedgerEntry } from './ledger.ts';

/** What makes challenge passwords one at a time. A broker stands in front of it. */
export interface ChallengeMint {
  /** Passwords that may be outstanding at once; Infinity when it does not matter. */
  readonly capacity: number;
  /** Calls of mint() at the same time. */
  readonly atOnce: number;
  /** Who may get a password that was given back unused: anybody, or only the device and trustpoint it was made for. */
  readonly reuse: 'any-device' | 'same-request';
  /** The signal fires when nobody wants the password any more; only a mint with `same-request` hears of that. */
  mint(device: Device, trustpoint: Trustpoint, signal: AbortSignal): Promise<MintOutcome>;
}

export type MintOutcome =
  | { readonly kind: 'minted'; readonly password: MintedPassword }
  /** No slot is free; trying later may help. The error is for those whose patience ends. */
  | { readonly kind: 'full'; readonly error: DeviceError }
  /**
   * `final`: asking again in this run does harm or no good, so nobody does. `perhapsMinted`: the service may have made a
   * password all the same.
   */
  | {
      readonly kind: 'refused';
      readonly error: DeviceError;
      readonly final: boolean;
      readonly perhapsMinted?: boolean;
    };

export interface MintedPassword {
  readonly password: Secret;
  /** How long it lives, in milliseconds; absent when it has no end. */
  readonly validityMs?: number;
  /** One password for everybody, as often as they like: takes no slot. */
  readonly reusable?: boolean;
  readonly notes?: readonly string[];
}

/** Tells the ledger what became of asking for a password. */
export function noteOutcome(entry: LedgerEntry | undefined, outcome: MintOutcome): void {
  if (outcome.kind === 'minted' && outcome.password.reusable !== true) {
    entry?.minted(outcome.password.validityMs);
  } else if (outcome.kind === 'refused' && outcome.perhapsMinted === true) entry?.perhapsMinted();
  else entry?.notMinted();
}

/** A password whose life was nearly over when it arrived. */
export function tooLate(lifeMs: number): DeviceError {
  return new DeviceError('challenge-unavailable', 'the challenge password came too late to be used', {
    detail: `It lives ${formatDuration(lifeMs)}, and that was nearly over when it arrived.`,
  });
}
