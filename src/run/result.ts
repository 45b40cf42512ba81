import type { DeviceResult } from '../domain/result.ts';
import type { DeviceOutcome } from '../domain/step.ts';

/** What happened to a whole run. */
export interface RunResult {
  /** `enroll`, `renew`, `verify` or `plan`. */
  readonly command: string;
  readonly startedAt: Date;
  readonly durationMs: number;
  readonly interrupted: boolean;
  /** Why no further device was started, in a sentence: the failure budget, or what the command between batches said. */
  readonly stopped?: string;
  /** In the inventory's order. */
  readonly devices: readonly DeviceResult[];
}

export function countOutcomes(devices: readonly DeviceResult[]): Record<DeviceOutcome, number> {
  const counts = { verified: 0, unchanged: 0, planned: 0, pending: 0, failed: 0, skipped: 0, interrupted: 0 };
  for (const { outcome } of devices) counts[outcome] += 1;
  return counts;
}
