import type { Device } from '../domain/device.ts';
import { DeviceError } from '../domain/errors.ts';
import type { DeviceResult } from '../domain/result.ts';

/** Refusals of one password after which the devices that share it are left alone, unless said otherwise. */
export const LOCKOUT_GUARD = 3;

/** What is known of one password for one user: who waits for it to be tried, and how it fared. */
interface Credential {
  readonly held: Device[];
  readonly sharing: Set<Device>;
  readonly refusedBy: string[];
  /** Devices at work before the password was accepted anywhere. */
  trying: number;
  isProven: boolean;
}

/** What follows for the devices that wait. */
export interface Consequence {
  /** May be started now. */
  readonly start: readonly Device[];
  /** Are not to be started any more, for this reason. */
  readonly leave: readonly Device[];
  readonly because?: DeviceError;
}

/**
 * Keeps a wrong password from locking an account. While nobody has accepted a password, so many devices try it at once
 * that not more than `limit` can refuse it; accepted once, it is free for all. Refused by `limit` devices, it is not
 * tried on any other. A credential is a user name and the reference its password comes from; devices without a
 * password are never held.
 */
export class LockoutGuard {
  readonly #limit: number;
  readonly #credentials = new Map<string, Credential>();

  /** 0 turns the guard off. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Takes charge of devices: those that may start at once, in their order, and those whose password is known to be wrong. */
  take(devices: readonly Device[]): readonly Consequence[] {
    const start: Device[] = [];
    const left: Consequence[] = [];
    for (const device of devices) {
      const credential = this.#credential(device);
      if (credential !== undefined && this.#isSpent(credential)) {
        left.push({ start: [], leave: [device], because: reason(device, credential) });
        continue;
      }
      credential?.sharing.add(device);
      if (credential === undefined || this.#admits(credential)) start.push(device);
      else credential.held.push(device);
    }
    return [{ start, leave: [] }, ...left];
  }

  /** The device took the password. Those that waited for that. */
  accepted(device: Device): readonly Device[] {
    const credential = this.#credential(device);
    if (credential === undefined || credential.isProven) return [];
    credential.isProven = true;
    if (this.#isSpent(credential)) return [];
    credential.trying += credential.held.length;
    return credential.held.splice(0);
  }

  /** The device is done, however that came; to be tried again it has to be taken again. */
  ended(device: Device, result: DeviceResult): Consequence {
    const credential = this.#credential(device);
    if (credential === undefined) return { start: [], leave: [] };
    credential.trying -= 1;
    credential.sharing.delete(device);
    if (result.error?.code === 'login-refused') credential.refusedBy.push(device.name);
    if (tookIt(result)) credential.isProven = true;
    if (this.#isSpent(credential)) {
      credential.held.length = 0;
      return { start: [], leave: [...credential.sharing], because: reason(device, credential) };
    }
    const start: Device[] = [];
    while (credential.held.length > 0 && this.#admits(credential))
      start.push(...credential.held.splice(0, 1));
    return { start, leave: [] };
  }

  #credential({ ssh }: Device): Credential | undefined {
    if (this.#limit <= 0 || ssh.password === undefined) return undefined;
    const identity = JSON.stringify([ssh.username, ssh.password.reference]);
    const known = this.#credentials.get(identity);
    if (known !== undefined) return known;
    const credential = { held: [], sharing: new Set<Device>(), refusedBy: [], trying: 0, isProven: false };
    this.#credentials.set(identity, credential);
    return credential;
  }

  /** Whether one more may try; if so it counts. */
  #admits(credential: Credential): boolean {
    const { isProven, trying, refusedBy } = credential;
    if (!isProven && trying + refusedBy.length >= this.#limit) return false;
    credential.trying += 1;
    return true;
  }

  #isSpent({ refusedBy }: Credential): boolean {
    return refusedBy.length >= this.#limit;
  }
}

/** A job need not tell of its steps; its end tells as well. */
function tookIt({ outcome, error }: DeviceResult): boolean {
  return (
    ['verified', 'unchanged', 'planned', 'pending'].includes(outcome) || error?.code === 'enable-refused'
  );
}

function reason({ ssh }: Device, { refusedBy }: Credential): DeviceError {
  const count = `${refusedBy.length} ${refusedBy.length === 1 ? 'device' : 'devices'}`;
  const source = ssh.password?.describe() ?? 'nowhere';
  return new DeviceError(
    'lockout-guard',
    `the password of ${ssh.username} (${source}) was refused on ${count}, so it was not tried here`,
    { detail: `refused by: ${refusedBy.join(', ')}` },
  );
}
