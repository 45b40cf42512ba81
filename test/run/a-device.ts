import type { Device } from '../../src/domain/device.ts';
import type { DeviceResult } from '../../src/domain/result.ts';
import type { DeviceOutcome } from '../../src/domain/step.ts';

/** A device that is complete and means nothing. */
export function aDevice(name: string, timeouts: Partial<Device['timeouts']> = {}): Device {
  return {
    name,
    host: '192.0.2.1',
    port: 22,
    fqdn: `${name}.example.net`,
    groups: [],
    tags: [],
    vars: {},
    ssh: { username: 'netops', knownHosts: '/nowhere/known_hosts', algorithms: 'modern' },
    timeouts: {
      connect: 10_000,
      login: 10_000,
      command: 10_000,
      keygen: 60_000,
      device: 60_000,
      ...timeouts,
    },
    clock: {
      timezone: { name: 'UTC', offsetMinutes: 0 },
      ntp: { servers: [], keys: [] },
      ntpWaitMs: 1000,
      maxSkewMs: 1000,
    },
    trustpoints: [],
  };
}

export function aResult(
  device: string,
  outcome: DeviceOutcome = 'verified',
  more: Partial<DeviceResult> = {},
): DeviceResult {
  return {
    device,
    host: '192.0.2.1',
    outcome,
    startedAt: new Date('2026-11-21T02:00:00Z'),
    durationMs: 42_000,
    steps: [],
    findings: [],
    certificates: [],
    decisions: [],
    notes: [],
    ...more,
  };
}

/** A clock that moves by `stepMs` each time it is read. */
export function steppingClock(stepMs = 0, start = '2026-11-21T02:00:00Z'): () => Date {
  let time = Date.parse(start);
  return () => {
    const now = new Date(time);
    time += stepMs;
    return now;
  };
}
