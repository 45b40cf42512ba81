import type { DeviceResult } from '../domain/result.ts';
import type { Share } from './batches.ts';
import type { BatchNumber } from './events.ts';

/**
 * How many devices may fail before no other is started. It is looked at after every device:
 *
 * - a count is of the whole run; the failure after it stops the run,
 * - a percent is of the batch in work (of the fleet, where there is one batch), so that a canary that fails stops the
 *   run whatever the percent is; the run stops when more than the percent has failed, not when as much has,
 * - where nothing is set, a batch in which every device failed is not followed by another.
 *
 * Devices that were skipped, or wait for the CA's approval, are no failures.
 */
export class FailureBudget {
  readonly #limit: Share | undefined;
  readonly #failedIn = new Map<number, number>();
  #failed = 0;

  constructor(limit: Share | undefined) {
    this.#limit = limit;
  }

  /** Takes note of a device's end in a batch of `size` devices; why the run has to stop, if it has to. */
  ended({ outcome }: DeviceResult, batch: BatchNumber, size: number): string | undefined {
    if (outcome !== 'failed') return undefined;
    this.#failed += 1;
    const failed = (this.#failedIn.get(batch.index) ?? 0) + 1;
    this.#failedIn.set(batch.index, failed);
    const limit = this.#limit;
    if (limit === undefined) {
      return batch.of > 1 && batch.index < batch.of && failed === size
        ? `every device of ${nameOf(batch)} failed`
        : undefined;
    }
    if (limit.kind === 'count') {
      return this.#failed > limit.devices
        ? `${devices(this.#failed)} failed, more than the ${limit.devices} that --max-fail allows`
        : undefined;
    }
    return failed * 100 > limit.percent * size
      ? `${failed} of the ${devices(size)} of ${nameOf(batch)} failed, more than the ${limit.percent}% that --max-fail allows`
      : undefined;
  }
}

function nameOf({ index, of }: BatchNumber): string {
  return of === 1 ? 'the fleet' : `batch ${index} of ${of}`;
}

function devices(count: number): string {
  return `${count} ${count === 1 ? 'device' : 'devices'}`;
}
