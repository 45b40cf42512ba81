import type { Device } from '../domain/device.ts';
import type { Secret } from '../domain/secret.ts';
import type { Trustpoint } from '../domain/trustpoint.ts';

/** One challenge password for one request. */
export interface Challenge {
  /** Undefined: the CA wants none, the router's question gets an empty answer. */
  readonly password: Secret | undefined;
  readonly expiresAt?: Date;
  /** Hashes of the CA certificate the source named beside the password, to be compared with the pin. */
  readonly notes?: readonly string[];
  /** The password went to the CA. */
  spent(): void;
  /** It was never sent; the source may hand it to another device if it allows that. */
  release(): void;
}

/** Where challenge passwords come from. Exactly one of spent() and release() follows each acquire(). */
export interface ChallengeSource {
  /** Passwords that may be outstanding at once; Infinity when the source does not care. */
  readonly capacity: number;
  /** Throws DeviceError `challenge-unavailable` (or `interrupted` when the signal fires). */
  acquire(device: Device, trustpoint: Trustpoint, signal: AbortSignal): Promise<Challenge>;
}
