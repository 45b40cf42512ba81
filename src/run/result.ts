import type { ErrorCode } from '../domain/errors.ts';
import type { DeviceResult } from '../domain/result.ts';
import type { DeviceOutcome } from '../domain/step.ts';

/** What happened to a whole run. What happened on its devices may be told one device at a time. */
export interface EndedRun {
  /** `enroll`, `renew`, `verify` or `plan`. */
  readonly command: string;
  readonly startedAt: Date;
  readonly durationMs: number;
  readonly interrupted: boolean;
  /** Why no further device was started, in a sentence: the failure budget, or what the command between batches said. */
  readonly stopped?: string;
  /** In the inventory's order. */
  readonly devices: DeviceResults;
}

/** A whole run with all its results at hand. */
export interface RunResult extends EndedRun {
  readonly devices: readonly DeviceResult[];
}

/**
 * The results of a run's devices. An array is one; of a run over a large fleet each is read from the disk when it is asked
 * for, and nobody should hold more of them than he is looking at.
 */
export interface DeviceResults extends Iterable<DeviceResult> {
  readonly length: number;
  at(index: number): DeviceResult | undefined;
  /** Of all of them, in the same order; an array has none, its results are there. */
  readonly digests?: readonly DeviceDigest[];
}

/** What is kept in memory of every device that is done: it does not grow with what happened there. */
export interface DeviceDigest {
  readonly device: string;
  readonly outcome: DeviceOutcome;
  readonly durationMs: number;
  /** Of its error. */
  readonly code?: ErrorCode;
  readonly batch?: number;
}

export function digestOf({ device, outcome, durationMs, error, batch }: DeviceResult): DeviceDigest {
  return {
    device,
    outcome,
    durationMs,
    ...(error === undefined ? {} : { code: error.code }),
    ...(batch === undefined ? {} : { batch }),
  };
}

export function digestsOf(devices: DeviceResults): readonly DeviceDigest[] {
  return devices.digests ?? Array.from(devices, digestOf);
}

/** Results that `read` has, one at a time. */
export function readOneByOne(
  digests: readonly DeviceDigest[],
  read: (digest: DeviceDigest) => DeviceResult,
): DeviceResults {
  return lazily(digests, (place) => {
    const digest = digests.at(place);
    return digest === undefined ? undefined : read(digest);
  });
}

/** Those whose digests are `wanted`; the others are not even read. */
export function chosen(devices: DeviceResults, wanted: (digest: DeviceDigest) => boolean): DeviceResults {
  const digests = digestsOf(devices);
  const places = digests.flatMap((digest, place) => (wanted(digest) ? [place] : []));
  return lazily(
    places.flatMap((place) => digests[place] ?? []),
    (index) => {
      const place = places.at(index);
      return place === undefined ? undefined : devices.at(place);
    },
  );
}

/** The same results under other digests, of the same devices in the same order. */
export function withDigests(devices: DeviceResults, digests: readonly DeviceDigest[]): DeviceResults {
  return lazily(digests, (place) => devices.at(place));
}

function lazily(
  digests: readonly DeviceDigest[],
  at: (index: number) => DeviceResult | undefined,
): DeviceResults {
  const { length } = digests;
  return {
    length,
    digests,
    at,
    *[Symbol.iterator]() {
      for (let index = 0; index < length; index += 1) {
        const result = at(index);
        if (result !== undefined) yield result;
      }
    },
  };
}

export function countOutcomes(
  devices: Iterable<Pick<DeviceResult, 'outcome'>>,
): Record<DeviceOutcome, number> {
  const counts = { verified: 0, unchanged: 0, planned: 0, pending: 0, failed: 0, skipped: 0, interrupted: 0 };
  for (const { outcome } of devices) counts[outcome] += 1;
  return counts;
}
