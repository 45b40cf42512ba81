import type { Client } from 'ssh2';
import { DeviceError } from '../domain/errors.ts';
import { stringsOf } from './clear-packets.ts';
import { keyType } from './known-hosts.ts';
import { type Allowance, STRONG_BITS } from './ssh-algorithms.ts';

/** No key is shorter on any release, no group smaller that anybody still makes. */
const LEAST_BITS = { hostKey: 512, group: 1024 };
/** RFC 8270 and what we ask for; a larger group would keep this process busy for minutes. */
export const LARGEST_GROUP_BITS = 8192;

/** Refused for want of strength, or of anything in common; what would have to be allowed is said when that is possible. */
export class NeedsWeaker extends DeviceError {
  /** The least allowance with which the connection would go on. */
  readonly needed: Allowance;

  constructor(
    code: 'algorithms-refused' | 'ssh-too-weak',
    message: string,
    needed: Allowance,
    options: { detail?: string; hint?: string; cause?: unknown } = {},
  ) {
    super(code, message, options);
    this.needed = needed;
  }
}

/** Holds the sizes that a server shows against what is allowed. ssh2 itself takes any. */
export class StrengthCheck {
  /** Bits of the RSA host key; undefined for other types. */
  hostKeyBits: number | undefined;
  /** Bits of the exchanged group; undefined when the key exchange has a fixed one. */
  groupBits: number | undefined;
  readonly #allowed: Allowance;
  readonly #place: string;

  constructor(allowed: Allowance, place: string) {
    this.#allowed = allowed;
    this.#place = place;
  }

  /** Why this host key is too short, or undefined. `key` is the public key blob of RFC 4253 section 6.6. */
  refuseHostKey(key: Buffer): DeviceError | undefined {
    if (keyType(key) !== 'ssh-rsa') return undefined;
    const bits = rsaBits(key);
    this.hostKeyBits = bits;
    if (bits >= this.#allowed.hostKeyBits) return undefined;
    const message = `${this.#place} shows an RSA host key of ${bits} bits, expected ${this.#allowed.hostKeyBits} or more`;
    if (bits < LEAST_BITS.hostKey) return new DeviceError('ssh-too-weak', message, { hint: NEW_KEY });
    return new NeedsWeaker(
      'ssh-too-weak',
      message,
      { ...this.#allowed, hostKeyBits: bits },
      { hint: `${NEW_KEY}, or set ssh: { algorithms: legacy } for this device` },
    );
  }

  /** Has the group looked at before it is used. To be called when ssh2 says that a group has come. */
  watchGroup(client: Client): void {
    const kex = (client as unknown as ClientInternals)._protocol?._kex;
    if (kex?.setDHParams === undefined) throw new Error('ssh2 keeps its key exchange somewhere else now');
    const { setDHParams } = kex;
    kex.setDHParams = (prime, generator) => {
      this.#checkGroup(bitLength(prime));
      setDHParams.call(kex, prime, generator);
    };
  }

  #checkGroup(bits: number): void {
    this.groupBits = bits;
    const least = this.#allowed.groupBits;
    const message = `${this.#place} exchanges keys in a group of ${bits} bits`;
    if (bits > LARGEST_GROUP_BITS) {
      throw new DeviceError(
        'algorithms-refused',
        `${message}, more than the ${LARGEST_GROUP_BITS} asked for`,
      );
    }
    if (bits >= least) return;
    const text = `${message}, expected ${least} or more`;
    if (bits < LEAST_BITS.group) throw new DeviceError('ssh-too-weak', text, { hint: LARGER_GROUP });
    throw new NeedsWeaker(
      'ssh-too-weak',
      text,
      { ...this.#allowed, groupBits: bits },
      { hint: `${LARGER_GROUP}, or set ssh: { algorithms: legacy } for this device` },
    );
  }
}

const NEW_KEY =
  'on the router: crypto key generate rsa label SSH modulus 2048, then ip ssh rsa keypair-name SSH; remove the old key from known_hosts';
const LARGER_GROUP = 'on the router: ip ssh dh min size 2048';

/** What an operator should know of a connection that is not as strong as it might be. */
export function strengthNotes(
  { legacy, hostKeyBits = STRONG_BITS, groupBits = STRONG_BITS }: Strength,
  algorithms: 'modern' | 'legacy' | 'auto',
): string[] {
  const weak = [
    ...(legacy.length === 0 ? [] : [`legacy SSH algorithms in use: ${legacy.join(', ')}`]),
    ...(hostKeyBits < STRONG_BITS ? [`short SSH host key: RSA of ${hostKeyBits} bits (${NEW_KEY})`] : []),
    ...(groupBits < STRONG_BITS ? [`small SSH group: ${groupBits} bits (${LARGER_GROUP})`] : []),
  ];
  return weak.length === 0 && algorithms === 'legacy'
    ? ['ssh.algorithms: legacy is not needed any more: everything agreed on is modern']
    : weak;
}

interface Strength {
  readonly legacy: readonly string[];
  readonly hostKeyBits?: number;
  readonly groupBits?: number;
}

/** The part of ssh2 that is not public; the version is pinned and a test fails when it moves. */
interface ClientInternals {
  readonly _protocol?: {
    readonly _kex?: { setDHParams?: (prime: Buffer, generator: Buffer) => void };
  };
}

/** Modulus length of an `ssh-rsa` blob: type, e, n (RFC 4253 section 6.6). 0 when it cannot be read. */
function rsaBits(blob: Buffer): number {
  const [, , modulus] = stringsOf(blob, 0);
  return modulus === undefined ? 0 : bitLength(modulus);
}

/** Of an unsigned number, its largest byte first. */
export function bitLength(number: Buffer): number {
  const first = number.findIndex((byte) => byte !== 0);
  return first < 0 ? 0 : (number.length - first) * 8 - Math.clz32(number[first] ?? 0) + 24;
}
