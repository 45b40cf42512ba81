import type { Device } from '../domain/device.ts';

/** So many devices, or so much of the devices they are taken from. */
export type Share =
  | { readonly kind: 'count'; readonly devices: number }
  | { readonly kind: 'percent'; readonly percent: number };

/** How a fleet is cut into batches. */
export interface BatchRule {
  /** Sizes in order; the last one holds for all that follow. Percents are of the whole fleet. */
  readonly sizes: readonly Share[];
  /** These devices go before all others, and share no batch with them. */
  readonly first?: (device: Device) => boolean;
}

/**
 * Cuts a fleet into batches, none of them empty, in the fleet's order. A percent is of the whole fleet, rounded up, so
 * that it is one device at least. Pure. Throws a TypeError when there is no size, or one that is not above zero.
 */
export function cutBatches(
  devices: readonly Device[],
  { sizes, first }: BatchRule,
): readonly (readonly Device[])[] {
  const counts = sizes.map((size) => countOf(size, devices.length));
  const lastCount = counts.at(-1);
  if (lastCount === undefined || counts.some((count) => !(count >= 1))) {
    throw new TypeError('a batch holds one device at least');
  }
  const batches: (readonly Device[])[] = [];
  const rest = first === undefined ? [] : devices.filter((device) => !first(device));
  for (const part of [first === undefined ? devices : devices.filter(first), rest]) {
    for (let from = 0; from < part.length; ) {
      const size = counts[batches.length] ?? lastCount;
      batches.push(part.slice(from, from + size));
      from += size;
    }
  }
  return batches;
}

function countOf(share: Share, of: number): number {
  if (share.kind === 'count') return share.devices;
  return share.percent > 0 ? Math.max(1, Math.ceil((share.percent * of) / 100)) : 0;
}
