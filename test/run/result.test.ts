import { describe, expect, it } from 'vitest';
import { chosen, digestOf, digestsOf, readOneByOne, withDigests } from '../../src/run/result.ts';
import { aResult } from './a-device.ts';
import { failed } from './a-fleet.ts';

const all = [
  aResult('br-1', 'verified', { batch: 2 }),
  failed('br-2', 'timeout'),
  aResult('br-3', 'pending'),
];

/** Results as a large run has them, and which of them were read. */
function onDisk() {
  const read: string[] = [];
  const devices = readOneByOne(all.map(digestOf), ({ device }) => {
    read.push(device);
    return all.find((result) => result.device === device) ?? aResult(device);
  });
  return { devices, read };
}

describe('results that are read one by one', () => {
  it('are what an array of them is, for everybody who looks at them in order or by place', () => {
    const { devices } = onDisk();
    expect([...devices]).toEqual(all);
    expect([devices.length, devices.at(1), devices.at(-1), devices.at(3)]).toEqual([
      3,
      all[1],
      all[2],
      undefined,
    ]);
  });

  it('have digests at hand, the same as an array would give', () => {
    const { devices, read } = onDisk();
    expect(digestsOf(devices)).toEqual(digestsOf(all));
    expect(digestsOf(devices)[1]).toEqual({
      device: 'br-2',
      outcome: 'failed',
      durationMs: 42_000,
      code: 'timeout',
    });
    expect(digestsOf(devices)[0]).toMatchObject({ batch: 2 });
    expect(read).toEqual([]);
  });

  it('are read only when somebody looks at them', () => {
    const { devices, read } = onDisk();
    const well = chosen(devices, ({ code }) => code === undefined);
    expect(digestsOf(well).map(({ device }) => device)).toEqual(['br-1', 'br-3']);
    expect(read).toEqual([]);
    expect(Array.from(well, ({ device }) => device)).toEqual(['br-1', 'br-3']);
    expect(read).toEqual(['br-1', 'br-3']);
    expect(well.at(1)).toEqual(all[2]);
    expect(chosen(all, ({ batch }) => batch === 2).at(0)).toBe(all[0]);
  });

  it('can be told under other digests', () => {
    const { devices, read } = onDisk();
    const named = withDigests(
      devices,
      digestsOf(devices).map((digest) => ({ ...digest, device: 'x' })),
    );
    expect(digestsOf(named).map(({ device }) => device)).toEqual(['x', 'x', 'x']);
    expect(read).toEqual([]);
    expect([...named]).toEqual(all);
  });
});
