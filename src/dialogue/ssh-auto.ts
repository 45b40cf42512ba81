import { DeviceError } from '../domain/errors.ts';
import { ALLOWANCES, type AlgorithmList, type Allowance, tierOf, weaker } from './ssh-algorithms.ts';
import { allowanceOf, type SshMemory, type SshRecord } from './ssh-memory.ts';
import { NeedsWeaker } from './ssh-strength.ts';

/** Something to weaken comes at most once for the lists, once for the host key and once for the group. */
const MOST_ATTEMPTS = 4;

export interface AutoOptions {
  /** The name under which the device is remembered. */
  readonly device: string;
  /** Without one the device is probed each time. */
  readonly memory?: SshMemory;
  readonly onNote?: (text: string) => void;
}

/**
 * Connects with the strongest algorithms a device can do. An unknown device is offered modern ones; when it has nothing
 * in common with them, exactly what its own lists need. A known device is never offered more than it agreed to the
 * last time: one that needs it is refused as `ssh-downgrade`. What was agreed to is remembered, after the login.
 */
export async function connectAuto<Connected extends { readonly negotiated: SshRecord; close(): void }>(
  { device, memory, onNote }: AutoOptions,
  attempt: (allowed: Allowance) => Promise<Connected>,
): Promise<Connected> {
  const before = await memory?.recall(device);
  const connected = await weakenUntil(
    before === undefined ? ALLOWANCES.modern : allowanceOf(before),
    attempt,
    (error) => {
      if (before !== undefined) throw downgrade(error, before, memory?.place(device) ?? '');
    },
  );
  const { negotiated } = connected;
  if (memory === undefined) {
    onNote?.('ssh.algorithms: auto, without a state folder to remember what the device needs');
    return connected;
  }
  if (before !== undefined && isStronger(negotiated, before)) {
    onNote?.(`SSH is stronger than the last time, and has to stay so: ${spelled(negotiated)}`);
  }
  if (before === undefined || spelled(negotiated) !== spelled(before)) {
    try {
      await memory.remember(device, pickRecord(negotiated));
    } catch (thrown) {
      connected.close();
      const why = thrown instanceof Error ? thrown.message : String(thrown);
      throw new DeviceError('internal', `what SSH the device needs could not be remembered: ${why}`, {
        hint: 'check the state folder (--state): its disk may be full or not writable',
        cause: thrown,
      });
    }
  }
  return connected;
}

async function weakenUntil<Connected>(
  strongest: Allowance,
  attempt: (allowed: Allowance) => Promise<Connected>,
  onRefusal: (error: NeedsWeaker) => void,
): Promise<Connected> {
  let allowed = strongest;
  for (let attempts = 1; ; attempts += 1) {
    try {
      return await attempt(allowed);
    } catch (thrown) {
      if (!(thrown instanceof NeedsWeaker) || attempts === MOST_ATTEMPTS) throw thrown;
      onRefusal(thrown);
      allowed = thrown.needed;
    }
  }
}

function downgrade(error: NeedsWeaker, before: SshRecord, place: string): DeviceError {
  return new DeviceError('ssh-downgrade', `weaker SSH than the last time: ${error.message}`, {
    detail: [
      `the last time: ${spelled(before)}`,
      error.detail,
      `remembered in ${place}; without that file the device is met as for the first time`,
    ]
      .filter(Boolean)
      .join('\n'),
    cause: error,
  });
}

function pickRecord({ kex, hostKey, cipher, mac, hostKeyBits, groupBits }: SshRecord): SshRecord {
  return {
    kex,
    hostKey,
    cipher,
    mac,
    ...(hostKeyBits === undefined ? {} : { hostKeyBits }),
    ...(groupBits === undefined ? {} : { groupBits }),
  };
}

const LISTS: readonly AlgorithmList[] = ['kex', 'hostKey', 'cipher', 'mac'];

/** Stronger in something; it cannot be weaker in anything. */
function isStronger(now: SshRecord, before: SshRecord): boolean {
  const gained = LISTS.some((list) => {
    const [tier, old] = [tierOf(list, now[list]) ?? 'modern', tierOf(list, before[list]) ?? 'modern'];
    return tier !== old && weaker(tier, old) === old;
  });
  const [is, was] = [allowanceOf(now), allowanceOf(before)];
  return gained || is.hostKeyBits > was.hostKeyBits || is.groupBits > was.groupBits;
}

/** `ecdh-sha2-nistp256, rsa-sha2-512 (2048 bits), aes128-ctr, hmac-sha2-256`. */
function spelled({ kex, hostKey, cipher, mac, hostKeyBits, groupBits }: SshRecord): string {
  const sized = (name: string, bits: number | undefined): string =>
    bits === undefined ? name : `${name} (${bits} bits)`;
  return [sized(kex, groupBits), sized(hostKey, hostKeyBits), cipher, mac].filter(Boolean).join(', ');
}
