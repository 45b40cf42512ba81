import type { Device } from '../domain/device.ts';
import type { Secret } from '../domain/secret.ts';
import type { Trustpoint } from '../domain/trustpoint.ts';
import type { RouterShows } from './ledger.ts';

/** One challenge password for one request. */
export interface Challenge {
  /** Undefined: the CA wants none, the router's question gets an empty answer. */
  readonly password: Secret | undefined;
  readonly expiresAt?: Date;
  /** Fingerprints of the CA certificate that the source showed beside the password, as `MD5 A656FA66 …`. Not at odds with a pin. */
  readonly notes?: readonly string[];
  /**
   * The password is used up. To be called when the CA has answered the request, for only then is a one-time password
   * out of the CA's cache.
   */
  spent(): void;
  /** It was never sent; the source may hand it to another device if it allows that. */
  release(): void;
  /**
   * Nobody saw whether it was used. Only one-time passwords know the difference to spent(): the device gets no other one
   * while this one may be unspent.
   */
  inDoubt?(): void;
}

/** Where challenge passwords come from. Exactly one of spent(), release() and inDoubt() follows each acquire(); later calls do nothing. */
export interface ChallengeSource {
  /** Passwords that may be outstanding at once; Infinity when the source does not care. */
  readonly capacity: number;
  /**
   * Throws DeviceError `challenge-unavailable`, `fingerprint-mismatch` when the source shows another CA than the pinned
   * one, or `interrupted` when the signal fires (its reason, if that is a DeviceError).
   */
  acquire(device: Device, trustpoint: Trustpoint, signal: AbortSignal): Promise<Challenge>;
  /**
   * Resolves when no password of an earlier run for this request may be unspent any more, and nothing is known that would keep
   * acquire from giving one. To be called before anything is typed, and before the router is made to ask. Throws DeviceError
   * `challenge-outstanding` when that would take too long, else as acquire does.
   */
  ready?(device: Device, trustpoint: Trustpoint, signal: AbortSignal): Promise<void>;
  /** What a router was seen to hold before anything was done: it tells what became of an earlier password. */
  routerShows?(device: Device, trustpoint: Trustpoint, shown: RouterShows): void;
}
