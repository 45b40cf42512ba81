import type { Device } from '../domain/device.ts';
import type { DeviceResult } from '../domain/result.ts';
import type { StepEvent } from '../enrollment/job.ts';

export type { StepEvent };

/** What the run gives each job. */
export interface DeviceHooks {
  /**
   * Fires when the operator stops the run or the device's deadline is over; its reason is a DeviceError
   * `interrupted` or `timeout`. The job then leaves its dialogue and resolves soon.
   */
  readonly signal: AbortSignal;
  readonly onStep: (event: StepEvent) => void;
  /** 1, and more when the device is tried again. */
  readonly attempt: number;
}

/** The whole work on one device. Its promise should not reject; one that does becomes a failed result. */
export type DeviceJob = (device: Device, hooks: DeviceHooks) => Promise<DeviceResult>;
