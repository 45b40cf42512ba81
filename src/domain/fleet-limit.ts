/** What a group of devices, a jump host or a CA takes at most while a fleet is worked on. */
export interface FleetLimit {
  readonly kind: 'group' | 'jump-host' | 'authority';
  readonly name: string;
  /** Devices in work at once, from 1. */
  readonly sessions?: number;
  /** Devices started per second. */
  readonly startsPerSecond?: number;
  /** Of a CA: certificates renewed in one run. */
  readonly renewals?: number;
}
