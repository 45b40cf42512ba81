import type { Device } from '../domain/device.ts';
import type { ErrorCode } from '../domain/errors.ts';
import type { DeviceResult } from '../domain/result.ts';
import type { StepName } from '../domain/step.ts';

/** Says nothing about a device or its CA: another run is at work there. */
const NO_CAUSE: ErrorCode = 'device-in-use';

/** Devices in a row with one cause after which no other is tried, unless said otherwise. */
export const SAME_CAUSE = 20;

/** Failures whose reason is likely the CA, for every device that uses it. */
const OF_AUTHORITY: ReadonlySet<ErrorCode> = new Set([
  'ca-unreachable',
  'fingerprint-mismatch',
  'fingerprint-unreadable',
  'challenge-unavailable',
  'request-rejected',
  'request-unanswered',
  'grant-refused',
]);
const OF_JUMP_HOST: ReadonlySet<ErrorCode> = new Set(['jump-host-refused', 'unreachable']);
const AT_AUTHORITY: ReadonlySet<StepName> = new Set(['authenticate', 'enroll', 'await-grant']);

/** Whose fault a row of failures seems to be. */
interface Culprit {
  /** `CA branch-ca`, `jump host bastion`; undefined: everybody's. */
  readonly name?: string;
  readonly concerns: (device: Device) => boolean;
}

/** What follows from a row of failures that has become too long. */
export interface Verdict {
  readonly reason: string;
  readonly concerns: (device: Device) => boolean;
}

/**
 * Counts devices that fail one after the other with the same code. A row belongs to a CA (all that uses the same
 * authority), to a jump host, or to the whole run; it ends when a device gets past that CA, through that jump host,
 * or, for the whole run, ends in any other way.
 */
export class CauseStreaks {
  readonly #limit: number;
  readonly #rows = new Map<string, { code: ErrorCode; devices: string[] }>();

  /** 0: never too long. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Takes note of the end of a device, or of one attempt at it. */
  ended(device: Device, result: DeviceResult): Verdict | undefined {
    if (this.#limit <= 0 || result.outcome === 'skipped' || result.outcome === 'interrupted')
      return undefined;
    const code = result.error?.code;
    if (code === NO_CAUSE) return undefined;
    const culprit = code === undefined ? undefined : culpritOf(code, device, result);
    this.#endRows(device, result, culprit);
    if (code === undefined || culprit === undefined) return undefined;
    const row = this.#rows.get(culprit.name ?? '');
    const devices = row?.code === code ? row.devices : [];
    if (!devices.includes(device.name)) devices.push(device.name);
    this.#rows.set(culprit.name ?? '', { code, devices });
    return devices.length < this.#limit ? undefined : verdict(culprit, code, devices);
  }

  #endRows(device: Device, result: DeviceResult, culprit: Culprit | undefined): void {
    if (culprit?.name !== undefined || result.error === undefined) this.#rows.delete('');
    for (const { step, trustpoint, outcome } of result.steps) {
      if (outcome !== 'done') continue;
      const name = AT_AUTHORITY.has(step) ? authorityName(device, trustpoint) : undefined;
      if (name !== undefined && name !== culprit?.name) this.#rows.delete(name);
      const hop = step === 'connect' ? jumpHostName(device) : undefined;
      if (hop !== undefined) this.#rows.delete(hop);
    }
  }
}

function culpritOf(code: ErrorCode, device: Device, { steps, error }: DeviceResult): Culprit {
  const hop = jumpHostName(device);
  if (OF_JUMP_HOST.has(code) && hop !== undefined) {
    return { name: hop, concerns: (other) => jumpHostName(other) === hop };
  }
  const failed = steps.findLast(({ step, outcome }) => step === error?.step && outcome === 'failed');
  const authority = OF_AUTHORITY.has(code) ? authorityName(device, failed?.trustpoint) : undefined;
  if (authority === undefined) return { concerns: () => true };
  const uses = ({ trustpoints }: Device): boolean =>
    trustpoints.some((trustpoint) => `CA ${trustpoint.authority.name}` === authority);
  return { name: authority, concerns: uses };
}

function authorityName({ trustpoints }: Device, name: string | undefined): string | undefined {
  const trustpoint = trustpoints.find((candidate) => candidate.name === name);
  return trustpoint === undefined ? undefined : `CA ${trustpoint.authority.name}`;
}

function jumpHostName({ ssh: { via } }: Device): string | undefined {
  const [first] = via ?? [];
  return first === undefined ? undefined : `jump host ${first.name}`;
}

function verdict({ name, concerns }: Culprit, code: ErrorCode, devices: readonly string[]): Verdict {
  const where = name === undefined ? '' : ` at ${name}`;
  const last = devices.slice(-3).join(', ');
  return {
    reason: `${devices.length} devices in a row failed with ${code}${where}, the last of them ${last} (--max-same-cause)`,
    concerns,
  };
}
