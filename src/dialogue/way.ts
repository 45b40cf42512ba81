import type { Duplex } from 'node:stream';
import type { DeviceError } from '../domain/errors.ts';

/** A stream to a host through other hosts. */
export interface Way {
  readonly stream: Duplex;
  /** Why it broke, when a host on the way is the reason. */
  lost(): DeviceError | undefined;
}
