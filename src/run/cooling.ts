import type { Device } from '../domain/device.ts';
import type { DeviceResult } from '../domain/result.ts';

/** A device between two attempts, until the next one begins; with what the last one ended with. */
interface Cold {
  readonly device: Device;
  readonly result: DeviceResult;
  readonly timer: NodeJS.Timeout;
}

/** Devices that failed and will be tried again. */
export class Cooling {
  readonly #cold = new Map<Device, Cold>();

  /** Calls `again` after so many milliseconds, unless the device is taken out before. */
  add(device: Device, result: DeviceResult, afterMs: number, again: () => void): void {
    this.#cold.set(device, { device, result, timer: setTimeout(again, afterMs) });
  }

  /** Its next attempt begins. */
  forget(device: Device): void {
    this.#cold.delete(device);
  }

  devices(): Iterable<Device> {
    return this.#cold.keys();
  }

  /** Takes out those for which `wanted` holds: they are not tried again. */
  take(wanted: (device: Device) => boolean): readonly Pick<Cold, 'device' | 'result'>[] {
    const taken = [...this.#cold.values()].filter(({ device }) => wanted(device));
    for (const { device, timer } of taken) {
      clearTimeout(timer);
      this.#cold.delete(device);
    }
    return taken;
  }
}
